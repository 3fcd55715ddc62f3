import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { secondsOf } from "../../../core/duration";
import type { GateTest } from "../../../core/settings/schema";
import { endFamily, FAMILY_VARIABLE } from "./process-family";
import type { TestOutput } from "./test-output";
import type { Verdict } from "./test-result";

export interface CommandArgs {
  /** Words that are run as they are, or a line for `sh -c`. */
  readonly command: NonNullable<GateTest["command"]>;
  readonly timeout: string;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly output: TestOutput;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** How long output may still come when all processes are gone, or hidden so well that they could not be ended. */
const LAST_OUTPUT_MS = 2_000;

/**
 * Runs a test's command in a process group of its own. When it ends, or its time is over, all that it has started is
 * ended, too.
 */
export async function runCommand({
  command,
  timeout,
  output,
  ...rest
}: CommandArgs): Promise<Verdict> {
  const { cwd, env, signal } = rest;
  const [program = "", ...args] = typeof command === "string" ? ["sh", "-c", command] : command;
  const mark = randomUUID();
  const child = spawn(program, args, {
    cwd,
    env: { ...env, [FAMILY_VARIABLE]: mark },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => output.take(text));
  }
  const closed = new Promise((resolve) => child.once("close", resolve));
  const ended = new Promise<Pick<Verdict, "outcome" | "reason">>((resolve) => {
    child.once("error", ({ message }) => resolve({ outcome: "not run", reason: message }));
    child.once("exit", (code, by) => resolve(verdictOf(code, by)));
  });
  const over = new AbortController();
  const late = until(signal, secondsOf(timeout) * 1000, over.signal).then(
    (): Pick<Verdict, "outcome" | "reason"> =>
      signal.aborted
        ? { outcome: "not run", reason: "interrupted" }
        : {
            outcome: "timed out",
            reason: `not done after ${timeout}: ended with all its processes`,
          },
  );
  const verdict = await Promise.race([ended, late]);
  over.abort();
  if (child.pid !== undefined) {
    await endFamily(child.pid, mark);
    await Promise.race([closed, sleep(LAST_OUTPUT_MS, undefined, { ref: false })]);
  }
  child.stdout.destroy();
  child.stderr.destroy();
  output.end();
  return { ...verdict, output: output.lines };
}

function verdictOf(
  code: number | null,
  signal: NodeJS.Signals | null,
): Pick<Verdict, "outcome" | "reason"> {
  return code === 0
    ? { outcome: "passed" }
    : {
        outcome: "failed",
        reason: code === null ? `ended by ${signal ?? "a signal"}` : `exit code ${code}`,
      };
}

/** Waits for that long, or until the signal; never ends once it is over. */
function until(signal: AbortSignal, milliseconds: number, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    const stop = () => resolve();
    signal.addEventListener("abort", stop, { once: true });
    over.addEventListener("abort", () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
    });
    if (signal.aborted) {
      resolve();
    }
  });
}
