import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Context } from "./context";
import { endMarkedProcesses } from "./marked-processes";
import { formatElapsed } from "./progress";
import type { Suite } from "./suites";
import {
  formatSlowest,
  formatTally,
  type JestReport,
  type Tally,
  tallyOfCheck,
  tallyOfJest,
} from "./summary";

/** Time for a suite's cleaning up after SIGTERM, in milliseconds. */
const GRACE_MILLISECONDS = 15_000;

/** Temporary folders of the running suites. All their processes have one of them in their arguments or environment. */
const running = new Set<string>();

/**
 * Runs a suite to its end or its time limit, with this Node or another. Never throws: a suite that cannot run counts as
 * failed.
 */
export async function runSuite(
  suite: Suite,
  env: NodeJS.ProcessEnv,
  { places, say }: Context,
  node = process.execPath,
): Promise<Tally> {
  const started = Date.now();
  // Short: the path of a socket has at most 104 characters on macOS.
  const scratch = await mkdtemp(path.join(tmpdir(), "doks-"));
  // Some tests run a program as another user, in a subfolder.
  await chmod(scratch, 0o711);
  running.add(scratch);
  const report = path.join(scratch, "report.json");
  // Jest caches compiled files for the next suite.
  const cache = path.join(tmpdir(), "ephemeral-doks-jest");
  const reporting = suite.isJest
    ? ["--json", `--outputFile=${report}`, `--cacheDirectory=${cache}`]
    : [];
  say(`\n== ${suite.name}`);
  try {
    const program = path.join(places.checkout, "node_modules", suite.program);
    const succeeded = await runInGroup(
      node,
      [program, ...suite.args, ...reporting],
      { cwd: places.checkout, env: { ...env, TMPDIR: scratch } },
      suite.limitMinutes * 60_000,
      () => say(`${suite.name} is not done after ${suite.limitMinutes} minutes: ended`),
    );
    const results = suite.isJest ? await readReport(report) : undefined;
    const tally = suite.isJest ? tallyOfJest(results, succeeded) : tallyOfCheck(succeeded);
    if (results) {
      say(`the slowest files:\n${formatSlowest(results.testResults, places.checkout)}`);
    }
    say(`== ${suite.name}: ${formatTally(tally)} (${formatElapsed(Date.now() - started)})`);
    return tally;
  } finally {
    const left = await endMarkedProcesses(scratch, GRACE_MILLISECONDS);
    if (left > 0) {
      say(`processes that ${suite.name} had left behind were ended: ${left}`);
    }
    running.delete(scratch);
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Ends all running suites with their processes, because Ctrl-C does not reach their process groups. */
export async function endSuites(): Promise<void> {
  await Promise.all(
    [...running].map(async (scratch) => {
      await endMarkedProcesses(scratch, GRACE_MILLISECONDS);
      await rm(scratch, { recursive: true, force: true });
    }),
  );
}

/** Runs Node in its own process group, so that a time limit ends all its processes. Resolves to whether it succeeded. */
async function runInGroup(
  node: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
  limit: number,
  onLimit: () => void,
): Promise<boolean> {
  const child = spawn(node, args, {
    ...options,
    detached: true,
    // These results are for users: stdout is reserved for the last line.
    stdio: ["ignore", process.stderr, process.stderr],
  });
  let kill: NodeJS.Timeout | undefined;
  const timer = setTimeout(() => {
    onLimit();
    signalGroup(child, "SIGTERM");
    kill = setTimeout(() => signalGroup(child, "SIGKILL"), GRACE_MILLISECONDS);
  }, limit);
  try {
    const [code] = await once(child, "exit");
    return code === 0;
  } finally {
    clearTimeout(timer);
    clearTimeout(kill);
  }
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) {
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch {
    // It has just ended by itself.
  }
}

async function readReport(file: string): Promise<JestReport | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as JestReport;
  } catch {
    return undefined; // jest was killed before it wrote the report; its exit code shows that.
  }
}
