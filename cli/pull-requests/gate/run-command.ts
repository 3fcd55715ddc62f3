import { type ChildProcessByStdio, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import type { Readable } from "node:stream";
import { secondsOf } from "../../../core/duration";
import { describeError } from "../../../core/errors";
import type { GateTest } from "../../../core/settings/schema";
import { atMost } from "./at-most";
import { endFamily, FAMILY_VARIABLE, type Family, familyOfGroup } from "./process-family";
import type { TestOutput } from "./test-output";
import type { TestVerdict } from "./test-result";

export interface CommandArgs {
  readonly words: readonly string[];
  readonly timeout: string;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** The test's processes. @default - its process group, and all processes with its mark */
  readonly family?: Family;
  readonly output: TestOutput;
  readonly signal: AbortSignal;
}

/** Time for the last output after all known processes are gone. */
const LAST_OUTPUT_MS = 2_000;

export function wordsOf(command: NonNullable<GateTest["command"]>): readonly string[] {
  return typeof command === "string" ? ["sh", "-c", command] : command;
}

/**
 * Runs a test's command in a process group of its own. Ends all its processes when the command ends or its time limit is
 * reached.
 */
export async function runCommand({
  words,
  timeout,
  output,
  ...rest
}: CommandArgs): Promise<TestVerdict> {
  const { cwd, env, signal, family } = rest;
  const [program = "", ...args] = words;
  const mark = randomUUID();
  let child: ChildProcessByStdio<null, Readable, Readable>;
  try {
    child = spawn(program, args, {
      cwd,
      env: { ...env, [FAMILY_VARIABLE]: mark },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
  } catch (error) {
    // Arguments that no program can get, such as one with a NUL.
    return { outcome: "not run", reason: describeError(error), output: [] };
  }
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => output.take(text));
  }
  const closed = new Promise((resolve) => child.once("close", resolve));
  const ended = new Promise<Pick<TestVerdict, "outcome" | "reason">>((resolve) => {
    child.once("error", ({ message }) => resolve({ outcome: "not run", reason: message }));
    child.once("exit", (code, by) => resolve(verdictOf(code, by)));
  });
  const over = new AbortController();
  const late = until(signal, secondsOf(timeout) * 1000, over.signal).then(
    (): Pick<TestVerdict, "outcome" | "reason"> =>
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
    await endFamily(family ?? familyOfGroup(child.pid, mark));
    await atMost(closed, LAST_OUTPUT_MS);
  }
  child.stdout.destroy();
  child.stderr.destroy();
  output.end();
  return { ...verdict, output: output.lines };
}

function verdictOf(
  code: number | null,
  signal: NodeJS.Signals | null,
): Pick<TestVerdict, "outcome" | "reason"> {
  return code === 0
    ? { outcome: "passed" }
    : {
        outcome: "failed",
        reason: code === null ? `ended by ${signal ?? "a signal"}` : `exit code ${code}`,
      };
}

/** Waits for that long, and never resolves after the signal. */
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
