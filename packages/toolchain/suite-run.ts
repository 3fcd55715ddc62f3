import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Context } from "./context";
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

/** How long a suite may take to clean up after its SIGTERM, in milliseconds. */
const GRACE_MILLISECONDS = 15_000;

/** The suite's processes, to be ended with this one. */
const running = new Set<ChildProcess>();

/**
 * Runs a suite to its end or its time limit, with this Node or another. Never throws: what cannot run
 * has failed.
 */
export async function runSuite(
  suite: Suite,
  env: NodeJS.ProcessEnv,
  { places, say }: Context,
  node = process.execPath,
): Promise<Tally> {
  const started = Date.now();
  const scratch = await mkdtemp(path.join(tmpdir(), "ephemeral-doks-suite-"));
  const report = path.join(scratch, "report.json");
  const reporting = suite.isJest ? ["--json", `--outputFile=${report}`] : [];
  say(`\n== ${suite.name}`);
  try {
    const program = path.join(places.checkout, "node_modules", suite.program);
    const succeeded = await runInGroup(
      node,
      [program, ...suite.args, ...reporting],
      { cwd: places.checkout, env },
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
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Ends every suite that still runs: for Ctrl-C, which does not reach their process groups. */
export function endSuites(): void {
  for (const child of running) {
    signalGroup(child, "SIGTERM");
  }
}

/** Runs Node in a process group of its own, so that a time limit ends all it started. Resolves to whether it succeeded. */
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
    // Results are for people here: stdout is left to the last line.
    stdio: ["ignore", process.stderr, process.stderr],
  });
  running.add(child);
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
    running.delete(child);
  }
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) {
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended by itself in this instant.
  }
}

async function readReport(file: string): Promise<JestReport | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as JestReport;
  } catch {
    return undefined; // jest did not live to write it: its exit code says so.
  }
}
