import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { describeError, UserError } from "../../errors";
import { delay } from "./delay";
import { openLog, tailOfLog, trimLog } from "./log-file";
import { removePidRecord, writePidRecord } from "./pid-record";

/** A process that ends by itself is started again this often within {@link RESTART_WINDOW_MS}, then given up. */
const MAX_RESTARTS = 5;
const RESTART_WINDOW_MS = 60_000;
const FIRST_RESTART_DELAY_MS = 250;
const LOG_CHECK_INTERVAL_MS = 60_000;

export interface ProcessSpec {
  /** The program, found by name on PATH. */
  readonly program: string;
  /** Never secret: every user of the machine can read them. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** File for its process id while it runs. */
  readonly pidFile: string;
  /** Runs before each start, the first and those after a crash. */
  readonly prepare?: () => Promise<void>;
}

/** A child process that is restarted when it dies, until it is stopped. */
export class SupervisedProcess {
  private child: ChildProcess | undefined;
  private stopping = new AbortController();
  private restarts: number[] = [];
  private supervision: Promise<void> | undefined;
  private fault: Error | undefined;

  public constructor(
    private readonly spec: ProcessSpec,
    private readonly log: (line: string) => void,
  ) {}

  /** Reason why it is not restarted: it could not be started, or died too often. Undefined while it works. */
  public get failure(): Error | undefined {
    return this.fault;
  }

  /** Id of the running process. */
  public get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Starts the process, and restarts it until {@link stop}. */
  public start(): void {
    this.supervision ??= this.supervise().catch((error: unknown) => {
      this.fault = error instanceof Error ? error : new Error(String(error));
      this.log(this.fault.message);
    });
  }

  /** Terminates the process, and kills it after `graceMs` milliseconds. */
  public async stop(graceMs: number): Promise<void> {
    this.stopping.abort();
    const child = this.child;
    child?.kill("SIGTERM");
    const kill = setTimeout(() => child?.kill("SIGKILL"), graceMs);
    await this.supervision;
    clearTimeout(kill);
  }

  private async supervise(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const exit = await this.prepareAndRun();
      if (this.stopping.signal.aborted) {
        return;
      }
      this.noteCrash(exit);
      const pause = FIRST_RESTART_DELAY_MS * 2 ** (this.restarts.length - 1);
      await delay(pause, this.stopping.signal).catch(() => undefined);
    }
  }

  /** Runs the process, and returns how it ended. */
  private async prepareAndRun(): Promise<string> {
    try {
      await this.spec.prepare?.();
    } catch (error) {
      return `"${describeError(error)}" before its start`;
    }
    return this.stopping.signal.aborted ? "nothing" : this.run();
  }

  private async run(): Promise<string> {
    const { program, args, env, logFile, pidFile } = this.spec;
    mkdirSync(dirname(logFile), { recursive: true });
    const output = openLog(logFile);
    const child = spawn(program, args, {
      // Its own process group: Ctrl-C must reach only the emulator, which ends the processes in order.
      detached: true,
      cwd: dirname(logFile),
      env: { PATH: process.env.PATH, HOME: dirname(logFile), ...env },
      stdio: ["ignore", output, output],
    });
    closeSync(output);
    if (child.pid === undefined) {
      const [error] = (await once(child, "error")) as [NodeJS.ErrnoException];
      throw cannotStart(program, error);
    }
    this.child = child;
    writePidRecord(pidFile, { pid: child.pid, command: [program, ...args] });
    const trimming = setInterval(() => trimLog(logFile), LOG_CHECK_INTERVAL_MS).unref();
    const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
    clearInterval(trimming);
    removePidRecord(pidFile);
    this.child = undefined;
    return signal ?? `exit code ${code}`;
  }

  private noteCrash(exit: string): void {
    const now = Date.now();
    this.restarts = [...this.restarts.filter((at) => now - at < RESTART_WINDOW_MS), now];
    const { program, logFile } = this.spec;
    if (this.restarts.length > MAX_RESTARTS) {
      throw new UserError(
        `${program} ended ${this.restarts.length} times within a minute, the last time with ${exit}: ${tailOfLog(logFile)}`,
        `see ${logFile}`,
      );
    }
    this.log(`${program} ended unexpectedly with ${exit} and is started again`);
  }
}

function cannotStart(program: string, error: NodeJS.ErrnoException): Error {
  if (error.code === "ENOENT") {
    return new UserError(
      `${program} was not found on PATH`,
      `put the folder of ${program} on PATH`,
    );
  }
  return new Error(`${program} could not be started: ${error.message}`, { cause: error });
}
