import { execFile } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

/** A tool that hangs must not hang the doctor. */
const TIMEOUT_MS = 20_000;

const run = promisify(execFile);

/** The file that a shell would run for a command; undefined when none is on PATH. */
export function findOnPath(command: string, { PATH = "" }: NodeJS.ProcessEnv): string | undefined {
  return PATH.split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, command))
    .find(isExecutable);
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false; // Missing, or not executable for this user.
  }
}

/** The stdout of a program. @throws {Error} with the reason in one line when it fails */
export async function outputOf(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<string> {
  try {
    return (await run(file, args, { env, timeout: TIMEOUT_MS })).stdout;
  } catch (cause) {
    const { stderr = "", message, killed } = cause as Error & { stderr?: string; killed?: boolean };
    const [line = message] = stderr.trim().split("\n").slice(-1).filter(Boolean);
    throw new Error(killed ? `no answer within ${TIMEOUT_MS / 1000} s` : line, { cause });
  }
}

/** The first version in a text, without its `v`; undefined if there is none. */
export function versionIn(text: string): string | undefined {
  return /\bv?(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)/.exec(text)?.[1];
}

export function isAtLeast(version: string, wanted: string): boolean {
  return version.localeCompare(wanted, "en", { numeric: true }) >= 0;
}
