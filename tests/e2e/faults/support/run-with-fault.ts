import { execFileSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Finished, Running } from "../../support/run";
import type { World } from "../../support/world";
import type { Fault } from "./faults";
import type { FaultyApi } from "./faulty-api";
import type { Moment } from "./moments";
import { treeOf } from "./process-tree";

/** The time until the user presses Ctrl-C. doks-env itself waits ten minutes for the end of a rate limit. */
const PATIENCE_MS = 150_000;

/**
 * The time after which a run has failed, and is killed before it disturbs the next cell. bin/exec-credential alone waits ten
 * minutes for the end of a rate limit.
 */
const LONGEST_MS = 13 * 60_000;

export interface FaultyRun extends Finished {
  /** Whether the fault happened. A command may not reach the moment, or need no API. */
  readonly hasHappened: boolean;
}

/** Runs a command of `doks-env`, and causes a fault at a moment. */
export async function runWithFault(
  world: World,
  api: FaultyApi,
  words: readonly string[],
  moment: Moment,
  fault: Fault,
): Promise<FaultyRun> {
  const witness = join(world.folder, "witness");
  rmSync(witness, { force: true });
  const running = world.startDoksEnv(words, {
    env: { ...world.env, ...envOf(moment, fault, witness) },
  });
  let hasHappened = fault.kind === "surroundings";
  const begin = () => {
    if (!hasHappened) {
      hasHappened = fault.kind !== "api"; // The proxy counts the corrupted answers.
      happen(running, api, moment, fault);
    }
  };
  arm(running, api, moment, fault, begin);
  const patience = setTimeout(() => running.signal("SIGINT"), PATIENCE_MS);
  let isTooLong = false;
  const limit = setTimeout(() => {
    isTooLong = true;
    killAll(running.pid);
  }, LONGEST_MS);
  const finished = await running.finished;
  clearTimeout(patience);
  clearTimeout(limit);
  hasHappened ||= api.count > 0 || existsSync(witness);
  api.restore();
  if (isTooLong) {
    throw new Error(`it did not end within ${LONGEST_MS / 1000} s:\n${finished.output}`);
  }
  return { ...finished, hasHappened };
}

function envOf(moment: Moment, fault: Fault, witness: string): NodeJS.ProcessEnv {
  if (fault.kind === "surroundings") {
    return fault.env;
  }
  if (moment.at !== "write") {
    return {};
  }
  const { nth, side } = moment;
  const signal = fault.kind === "signal" ? fault.signal : undefined;
  return { E2E_AT_WRITE: JSON.stringify({ nth, side, signal, witness }) };
}

function arm(
  running: Running,
  api: FaultyApi,
  moment: Moment,
  fault: Fault,
  begin: () => void,
): void {
  switch (moment.at) {
    case "start":
      if (fault.kind === "signal") {
        api.onRequest(begin); // Before its first request the command has not begun.
      } else {
        begin();
      }
      return;
    case "request": {
      const { request, after } = moment;
      let isDue = after === undefined;
      api.onRequest((seen) => {
        if (isDue && request.test(seen)) {
          begin();
        }
        isDue ||= after?.test(seen) === true;
      });
      return;
    }
    case "output":
      running.onOutput((output) => moment.says.test(output) && begin());
      return;
    case "write": // at-write.js causes the fault.
      return;
  }
}

function happen(running: Running, api: FaultyApi, moment: Moment, fault: Fault): void {
  switch (fault.kind) {
    case "signal":
      if (fault.signal === "SIGKILL") {
        killAll(running.pid);
      } else {
        running.signal(fault.signal); // As a terminal does. `doks-env` passes it on.
      }
      return;
    case "api":
      api.break((moment.at === "start" ? undefined : fault.corruptLater) ?? fault.corrupt);
      return;
    case "disk":
      for (const pid of treeOf(running.pid)) {
        fillDisk(pid);
      }
      return;
    case "surroundings":
      return;
  }
}

/** Kills all processes, as the end of a machine or a container does: none can tidy up. */
function killAll(pid: number): void {
  for (const one of treeOf(pid)) {
    try {
      process.kill(one, "SIGKILL");
    } catch {
      // The process has just ended.
    }
  }
}

function fillDisk(pid: number): void {
  try {
    execFileSync("prlimit", ["--pid", String(pid), "--fsize=0"], { stdio: "ignore" });
  } catch {
    // The process has just ended.
  }
}
