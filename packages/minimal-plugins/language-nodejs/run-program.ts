/** Runs a Pulumi program in a separate node process. */
import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type RunRequest, RunResponse } from "@pulumi/pulumi/proto/language_pb.js";
import { UserError } from "../errors";
import { parseRuntimeOptions } from "./runtime-options";

/** The SDK's exit code for an error that it has already printed. */
const ERROR_ALREADY_SHOWN = 32;

/** Time for a cancelled program to exit by itself. */
const GRACE_PERIOD_MS = 5_000;

/**
 * Runs the program to its end. What it prints goes to this process's own output, which the engine shows.
 *
 * @see https://github.com/pulumi/pulumi/blob/v3.259.0/sdk/nodejs/cmd/pulumi-language-nodejs/main.go
 * @param engineAddress - host and port for the program's log
 * @param signal interrupts the program when aborted.
 * @throws {UserError} when the runtime options are wrong or the SDK is not installed.
 */
export async function runProgram(
  request: RunRequest,
  engineAddress: string,
  signal: AbortSignal,
): Promise<RunResponse> {
  const info = request.getInfo();
  if (info === undefined) {
    throw new Error("the engine did not say where the program is");
  }
  const options = parseRuntimeOptions(info.getOptions());
  const program = spawn(
    process.execPath,
    [
      ...options.nodeArguments,
      locateRunner(info.getProgramDirectory()),
      ...namedArguments({
        monitor: request.getMonitorAddress(),
        engine: engineAddress,
        organization: request.getOrganization(),
        project: request.getProject(),
        "root-directory": info.getRootDirectory(),
        stack: request.getStack(),
        pwd: info.getProgramDirectory(),
        parallel: String(request.getParallel()),
      }),
      ...(request.getDryrun() ? ["--dry-run"] : []),
      info.getEntryPoint(),
      ...request.getArgsList(),
    ],
    {
      stdio: ["ignore", "inherit", "inherit"],
      env: {
        ...process.env,
        PULUMI_CONFIG: JSON.stringify(configOf(request)),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
        ...(options.typescript && { PULUMI_NODEJS_TYPESCRIPT: "true" }),
        ...(options.tsconfig && { PULUMI_NODEJS_TSCONFIG_PATH: options.tsconfig }),
      },
    },
  );
  const release = interruptWhenAborted(program, signal);
  try {
    return toResponse(await exitCode(program));
  } finally {
    release();
  }
}

/** The SDK's own runner, as installed for the program. */
function locateRunner(programDirectory: string): string {
  try {
    return createRequire(join(programDirectory, "index.js")).resolve("@pulumi/pulumi/cmd/run");
  } catch (cause) {
    throw new UserError(
      `the Pulumi SDK is not installed for the program in ${programDirectory}`,
      "run `pulumi install` or `npm install` there",
      { cause },
    );
  }
}

function namedArguments(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === "" ? [] : [`--${name}`, value],
  );
}

/** The engine names a key `project:name`; the SDK reads it as `project:config:name`. */
function configOf(request: RunRequest): Record<string, string> {
  return Object.fromEntries(
    request
      .getConfigMap()
      .getEntryList()
      .map(([key, value]) => [key.replace(/^([^:]+):(?:config:)?(.+)$/, "$1:config:$2"), value]),
  );
}

/** @returns a function that stops watching the signal. */
function interruptWhenAborted(program: ChildProcess, signal: AbortSignal): () => void {
  let killTimer: NodeJS.Timeout | undefined;
  const interrupt = (): void => {
    program.kill("SIGINT");
    killTimer = setTimeout(() => program.kill("SIGKILL"), GRACE_PERIOD_MS);
  };
  signal.addEventListener("abort", interrupt, { once: true });
  if (signal.aborted) {
    interrupt();
  }
  return () => {
    signal.removeEventListener("abort", interrupt);
    clearTimeout(killTimer);
  };
}

/** The exit code, or -1 when a signal ended the program. */
function exitCode(program: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    program.once("error", reject);
    program.once("exit", (code) => resolve(code ?? -1));
  });
}

function toResponse(code: number): RunResponse {
  if (code === 0) {
    return new RunResponse();
  }
  return code === ERROR_ALREADY_SHOWN
    ? new RunResponse().setBail(true)
    : new RunResponse().setError(`Program exited with non-zero exit code: ${code}`);
}
