import { spawn } from "node:child_process";
import { mkdir, open, readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "./context";
import { UserError } from "./errors";
import { checkPort } from "./http-port";
import { withLock } from "./lock";
import { emulatorState } from "./places";
import { commandLine } from "./process-identity";
import { formatElapsed, withProgress } from "./progress";
import { applyVariables, type Variables } from "./variables";

/** Timeout for the emulator's start: it first resumes its clusters, which takes some seconds each. */
const START_MILLISECONDS = 180_000;
/** Timeout for stopping all its clusters. */
const STOP_MILLISECONDS = 60_000;
const POLL_MILLISECONDS = 100;
const HEALTH_MILLISECONDS = 2_000;
const LOG_TAIL_LINES = 15;

export interface RunningEmulator {
  readonly pid: number;
  readonly endpoint: string;
}

/** The command line of this checkout's emulator. An option in `args` replaces the default of the same name. */
export function emulatorCommand(checkout: string, args: readonly string[] = []): string[] {
  const script = path.join(checkout, "build", "emulator.js");
  return [process.execPath, script, "serve", "--state", emulatorState(checkout), ...args];
}

/** The emulator of this checkout, if it is running and answers. */
export async function findEmulator(context: Context): Promise<RunningEmulator | undefined> {
  const pid = await ownPid(context);
  const endpoint = await readState(context, "endpoint");
  if (pid === undefined || endpoint === undefined || !(await isHealthy(endpoint))) {
    return undefined;
  }
  return { pid, endpoint };
}

/**
 * Starts the emulator in the background unless it is running; it outlives this process.
 *
 * @param tools variables for finding the control-plane binaries
 * @throws {UserError} with the end of its log, when it does not start
 */
export async function startEmulator(context: Context, tools: Variables): Promise<RunningEmulator> {
  const lock = path.join(context.places.checkout, ".local", "emulator.lock");
  const onWait = () => context.say("another make is starting the emulator; waiting for it");
  return withLock(lock, onWait, async () => {
    const running = await findEmulator(context);
    if (running !== undefined) {
      return running;
    }
    // Another make has started it without waiting, and it is still resuming its clusters.
    const starting = (await ownPid(context)) !== undefined;
    return awaitHealth(context, starting ? () => undefined : await launch(context, tools));
  });
}

/**
 * Stops the emulator, and waits until it and all its clusters have ended. Keeps its state.
 *
 * @returns whether one was running
 */
export async function stopEmulator(context: Context): Promise<boolean> {
  const pid = await ownPid(context);
  if (pid === undefined) {
    return false;
  }
  process.kill(pid, "SIGTERM");
  const deadline = Date.now() + STOP_MILLISECONDS;
  while ((await ownPid(context)) === pid) {
    if (Date.now() > deadline) {
      throw new UserError(
        `the emulator (pid ${pid}) has not stopped within ${STOP_MILLISECONDS / 1000} s`,
        `see ${logFile(context)}, and end it with \`kill -9 ${pid}\``,
      );
    }
    await sleep(POLL_MILLISECONDS);
  }
  return true;
}

/** Starts the process. Returns a function that returns why it ended; `undefined` while it is running. */
async function launch(context: Context, tools: Variables): Promise<() => string | undefined> {
  const { places, env, say } = context;
  const state = emulatorState(places.checkout);
  await mkdir(state, { recursive: true, mode: 0o700 });
  say("starting the emulator");
  const port = await checkPort();
  if (port.state === "fault") {
    say(
      `warning: ${port.subject}: ${port.found}, so load balancers will not answer there\n  fix: ${port.fix}`,
    );
  }
  const log = await open(logFile(context), "a");
  const [program = "", ...args] = emulatorCommand(places.checkout);
  const child = spawn(program, args, {
    detached: true,
    stdio: ["ignore", log.fd, log.fd],
    env: await applyVariables(env, tools),
    cwd: places.checkout,
  });
  let ended: string | undefined;
  child.once("error", (error) => {
    ended = error.message;
  });
  child.once("exit", (code, signal) => {
    ended = `it ended with ${signal ?? `code ${code}`}`;
  });
  child.unref();
  await log.close();
  return () => ended;
}

async function awaitHealth(
  context: Context,
  whyEnded: () => string | undefined,
): Promise<RunningEmulator> {
  const started = Date.now();
  const poll = async () => {
    for (;;) {
      const running = await findEmulator(context);
      const expired = Date.now() - started > START_MILLISECONDS;
      if (running !== undefined || whyEnded() !== undefined || expired) {
        return running;
      }
      await sleep(POLL_MILLISECONDS);
    }
  };
  const describe = () => "waiting for the emulator to answer";
  const running = await withProgress(context.say, describe, poll);
  if (running === undefined) {
    throw await startFailure(context, whyEnded() ?? "it does not answer");
  }
  context.say(
    `the emulator serves at ${running.endpoint} (${formatElapsed(Date.now() - started)})`,
  );
  return running;
}

async function startFailure(context: Context, reason: string): Promise<UserError> {
  const log = await readFile(logFile(context), "utf8");
  const tail = log.trimEnd().split("\n").slice(-LOG_TAIL_LINES).join("\n  | ");
  return new UserError(
    `the emulator did not start: ${reason}. The end of its log:\n  | ${tail}`,
    `see ${logFile(context)}; \`make clean\` deletes its state`,
  );
}

/**
 * The pid in the state folder, if that process still is this checkout's emulator and not another with a reused
 * number.
 */
async function ownPid(context: Context): Promise<number | undefined> {
  const pid = Number(await readState(context, "pid"));
  if (!Number.isInteger(pid) || pid <= 0) {
    return undefined;
  }
  const command = await commandLine(pid);
  const ours =
    command?.includes("serve") && command.includes(emulatorState(context.places.checkout));
  return ours ? pid : undefined;
}

async function isHealthy(endpoint: string): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(HEALTH_MILLISECONDS);
    return (await fetch(`${endpoint}/_emulator/health`, { signal })).ok;
  } catch {
    return false;
  }
}

async function readState({ places }: Context, name: string): Promise<string | undefined> {
  try {
    return (await readFile(path.join(emulatorState(places.checkout), name), "utf8")).trim();
  } catch {
    return undefined; // Not written yet.
  }
}

function logFile({ places }: Context): string {
  return path.join(emulatorState(places.checkout), "emulator.log");
}
