/** Runs one command to its end. */
import { type ChildProcess, spawn } from "node:child_process";
import { stat } from "node:fs/promises";
import { StringDecoder } from "node:string_decoder";
import type { EngineLog } from "../protocol/engine-log";
import { ProviderError } from "../protocol/errors";
import type { Execution } from "./command-inputs";

/** The output of a command, without the newline at its end. */
export interface CommandOutput {
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly log: EngineLog;
  /** Kills the command when aborted. */
  readonly signal: AbortSignal;
  /** Seconds until the command is killed; 0 for no limit. */
  readonly timeout: number;
}

/**
 * Runs a command and shows what it prints while it runs.
 *
 * @param previous the output of the command before, if there was one.
 * @throws {ProviderError} when the command cannot be started, is killed, or ends with another exit code than 0; the
 * message holds all it printed.
 */
export async function runCommand(
  command: string,
  execution: Execution,
  previous: CommandOutput | undefined,
  { log, signal, timeout }: RunOptions,
): Promise<CommandOutput> {
  signal.throwIfAborted();
  const { interpreter, dir, stdin, logging } = execution;
  const fail = (reason: string, printed: string): ProviderError =>
    new ProviderError(`${reason}: running ${JSON.stringify(command)}:\n${printed}`);
  if (dir !== undefined && !(await isDirectory(dir))) {
    throw fail(`chdir ${dir}: no such file or directory`, "");
  }

  const [program = "", ...leadingArguments] = interpreter;
  const child = spawn(program, [...leadingArguments, command], {
    cwd: dir,
    env: { ...process.env, ...execution.environment, ...previousOutput(execution, previous) },
    stdio: "pipe",
    // A separate process group, so that processes of the command are killed with it.
    detached: true,
  });
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const printed = collect(child.stdout, child.stderr);
  if (logging !== "none") {
    showLines(child, logging, log);
  }
  // Not a fault: a command may ignore its input.
  child.stdin.on("error", () => {}).end(stdin);

  const release = killWhenDue(child, signal, timeout);
  try {
    const ending = await untilClosed(child);
    if (ending !== undefined) {
      throw fail(ending, printed());
    }
    return { stdout: withoutNewline(stdout()), stderr: withoutNewline(stderr()) };
  } finally {
    release();
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // If the folder cannot be checked, the command cannot run in it.
    return false;
  }
}

function previousOutput(
  { addPreviousOutputInEnv }: Execution,
  previous: CommandOutput | undefined,
): Record<string, string> {
  if (!addPreviousOutputInEnv || previous === undefined) {
    return {};
  }
  return {
    ...(previous.stdout !== "" && { PULUMI_COMMAND_STDOUT: previous.stdout }),
    ...(previous.stderr !== "" && { PULUMI_COMMAND_STDERR: previous.stderr }),
  };
}

/** @returns a function that returns everything read so far, in order. */
function collect(...streams: NodeJS.ReadableStream[]): () => string {
  const chunks: Buffer[] = [];
  for (const stream of streams) {
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  }
  return () => Buffer.concat(chunks).toString();
}

function showLines(
  { stdout, stderr }: ChildProcess,
  logging: Execution["logging"],
  log: EngineLog,
): void {
  if (logging !== "stderr" && stdout !== null) {
    forEachLine(stdout, (line) => log.status(line));
  }
  if (logging !== "stdout" && stderr !== null) {
    forEachLine(stderr, (line) => log.status(line));
  }
}

function forEachLine(stream: NodeJS.ReadableStream, callback: (line: string) => void): void {
  const decoder = new StringDecoder("utf8");
  let unfinished = "";
  stream.on("data", (chunk: Buffer) => {
    const lines = (unfinished + decoder.write(chunk)).split("\n");
    unfinished = lines.pop() ?? "";
    lines.forEach(callback);
  });
  stream.on("end", () => {
    if (unfinished !== "") {
      callback(unfinished);
    }
  });
}

/** @returns a function that stops watching. */
function killWhenDue(child: ChildProcess, signal: AbortSignal, timeout: number): () => void {
  const kill = (): void => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      process.kill(-child.pid, "SIGKILL");
    }
  };
  const timer = timeout > 0 ? setTimeout(kill, timeout * 1000) : undefined;
  signal.addEventListener("abort", kill, { once: true });
  return () => {
    clearTimeout(timer);
    signal.removeEventListener("abort", kill);
  };
}

/** Returns the official plugin's text for the failure; undefined when the command succeeded. */
function untilClosed(child: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => {
      if (signal !== null) {
        resolve(signal === "SIGKILL" ? "signal: killed" : `signal: ${signal}`);
        return;
      }
      resolve(code === 0 ? undefined : `exit status ${code ?? "unknown"}`);
    });
  });
}

function withoutNewline(text: string): string {
  return text.endsWith("\n") ? text.slice(0, -1) : text;
}
