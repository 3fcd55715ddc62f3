import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { commandLine } from "../process-identity";
import { endSuites, runSuite } from "../suite-run";
import type { Suite } from "../suites";
import { type Workbench, workbench } from "./workbench";

let bench: Workbench;
beforeEach(() => {
  bench = workbench();
});
afterEach(() => bench.remove());

function suite(script: string, overrides: Partial<Suite> = {}): Suite {
  bench.write("checkout/node_modules/suite.js", script);
  return {
    name: "sample",
    program: "suite.js",
    args: [],
    isJest: false,
    limitMinutes: 1,
    ...overrides,
  };
}

const run = (sample: Suite) => runSuite(sample, bench.context.env, bench.context);

test("a check is one test, passed or failed by its exit code", async () => {
  expect(await run(suite(""))).toEqual({ passed: 1, failed: 0, skipped: 0 });
  expect(await run(suite("process.exit(3)"))).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test("a jest suite counts the tests in its report", async () => {
  const script = `
    const file = process.argv.find((word) => word.startsWith("--outputFile=")).split("=")[1];
    require("node:fs").writeFileSync(file, JSON.stringify({ numPassedTests: 12, numPendingTests: 1, testResults: [] }));`;
  expect(await run(suite(script, { isJest: true }))).toEqual({ passed: 12, failed: 0, skipped: 1 });
});

test("a suite that exceeds its time limit is ended with its processes, and fails", async () => {
  const pids = path.join(bench.context.places.checkout, "pids");
  const script = `
    const { spawn } = require("node:child_process");
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
    require("node:fs").writeFileSync(${JSON.stringify(pids)}, process.pid + " " + child.pid);
    setInterval(() => {}, 1000);`;
  // Long enough for the start of two processes beside all other tests.
  const tally = await run(suite(script, { limitMinutes: 10 / 60 }));
  expect(tally).toEqual({ passed: 0, failed: 1, skipped: 0 });
  expect(existsSync(pids)).toBe(true);
  for (const pid of readFileSync(pids, "utf8").split(" ").map(Number)) {
    await gone(pid);
  }
});

/** Starts, in a process group of its own and with a home of its own alone, what a test's emulator would. */
const STARTS_ANOTHER = `
  const { spawn } = require("node:child_process");
  const { TMPDIR } = process.env;
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], {
    stdio: "ignore", detached: true, env: { HOME: TMPDIR + "/e2e-1/home" },
  });
  child.unref();
  require("node:fs").writeFileSync("started", process.pid + " " + child.pid);
  require("node:fs").renameSync("started", "pids");`;

test("remaining processes of a suite are ended, regardless of their parent", async () => {
  const tally = await run(suite(STARTS_ANOTHER));
  expect(tally).toEqual({ passed: 1, failed: 0, skipped: 0 });
  expect(bench.said.join("\n")).toContain("processes that sample had left behind were ended: 1");
  await gone(pidsIn(bench)[1] ?? 0);
});

test("a suite has a temporary folder in which other users can have folders of their own", async () => {
  const script = `
    const { statSync } = require("node:fs");
    process.exit((statSync(require("node:os").tmpdir()).mode & 0o777) === 0o711 ? 0 : 1);`;
  expect(await run(suite(script))).toEqual({ passed: 1, failed: 0, skipped: 0 });
});

test("an interrupted suite is ended with its processes", async () => {
  const running = run(suite(`${STARTS_ANOTHER}\nsetInterval(() => {}, 1000);`));
  const deadline = Date.now() + 30_000;
  while (pidsIn(bench).length < 2 && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await endSuites();
  for (const pid of pidsIn(bench)) {
    await gone(pid);
  }
  expect(await running).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

function pidsIn({ context }: Workbench): number[] {
  const file = path.join(context.places.checkout, "pids");
  return existsSync(file) ? readFileSync(file, "utf8").split(" ").map(Number) : [];
}

async function gone(pid: number): Promise<void> {
  const deadline = Date.now() + 10_000;
  while ((await commandLine(pid)) !== undefined) {
    if (Date.now() > deadline) {
      throw new Error(`process ${pid} still runs`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
