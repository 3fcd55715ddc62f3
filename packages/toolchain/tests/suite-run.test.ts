import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { commandLine } from "../process-identity";
import { runSuite } from "../suite-run";
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

test("a jest suite counts what its report says", async () => {
  const script = `
    const file = process.argv.find((word) => word.startsWith("--outputFile=")).split("=")[1];
    require("node:fs").writeFileSync(file, JSON.stringify({ numPassedTests: 12, numPendingTests: 1, testResults: [] }));`;
  expect(await run(suite(script, { isJest: true }))).toEqual({ passed: 12, failed: 0, skipped: 1 });
});

test("a suite over its time limit is ended with all it started, and failed", async () => {
  const pids = path.join(bench.context.places.checkout, "pids");
  const script = `
    const { spawn } = require("node:child_process");
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
    require("node:fs").writeFileSync(${JSON.stringify(pids)}, process.pid + " " + child.pid);
    setInterval(() => {}, 1000);`;
  const tally = await run(suite(script, { limitMinutes: 1 / 60 }));
  expect(tally).toEqual({ passed: 0, failed: 1, skipped: 0 });
  expect(existsSync(pids)).toBe(true);
  for (const pid of readFileSync(pids, "utf8").split(" ").map(Number)) {
    await gone(pid);
  }
});

async function gone(pid: number): Promise<void> {
  const deadline = Date.now() + 10_000;
  while ((await commandLine(pid)) !== undefined) {
    if (Date.now() > deadline) {
      throw new Error(`process ${pid} still runs`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
