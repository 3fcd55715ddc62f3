import { closeSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findFreePort } from "../../kubernetes/processes/free-port";
import { openLog, tailOfLog, trimLog } from "../../kubernetes/processes/log-file";
import { endRecordedProcesses, writePidRecord } from "../../kubernetes/processes/pid-record";
import { SupervisedProcess } from "../../kubernetes/processes/supervised-process";
import { eventually } from "./support/eventually";

describe("child processes", () => {
  let directory: string;
  const logs: string[] = [];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "processes-"));
    logs.length = 0;
  });

  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  function supervise(script: string): SupervisedProcess {
    return new SupervisedProcess(
      {
        program: "sh",
        args: ["-c", script],
        logFile: join(directory, "sh.log"),
        pidFile: join(directory, "pids", "sh.json"),
      },
      (line) => logs.push(line),
    );
  }

  test("that die repeatedly are given up, with the end of their log", async () => {
    const dying = supervise("echo out of luck; exit 3");
    dying.start();
    await eventually(
      () => dying.failure,
      (failure) => failure !== undefined,
    );
    expect(dying.failure?.message).toMatch(
      /ended 6 times within a minute, .* exit code 3: .*out of luck/s,
    );
    expect(logs).toHaveLength(6);
    await dying.stop(1_000);
  }, 30_000);

  test("that ignore SIGTERM are killed", async () => {
    const stubborn = supervise("trap '' TERM; echo ready; while :; do sleep 0.1; done");
    stubborn.start();
    await eventually(
      () => tailOfLog(join(directory, "sh.log")),
      (log) => log === "ready",
    );
    await stubborn.stop(100);
    expect(stubborn.pid).toBeUndefined();
    expect(readdirSync(join(directory, "pids"))).toEqual([]);
    expect(logs).toEqual([]);
  });

  test("of an earlier emulator are not ended when another program has their id", async () => {
    const pids = join(directory, "pids");
    writePidRecord(join(pids, "other.json"), { pid: process.pid, command: ["etcd", "--old"] });
    await endRecordedProcesses(pids, (line) => logs.push(line));
    expect(logs).toEqual([]);
    expect(readdirSync(pids)).toEqual([]);
  });
});

describe("a log", () => {
  let directory: string;
  let path: string;
  const LARGE = "x".repeat(5 * 1024 * 1024 + 1);

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "log-"));
    path = join(directory, "main.log");
  });

  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  test("that is too large is renamed at the next start", () => {
    writeFileSync(path, LARGE);
    closeSync(openLog(path));
    expect(readFileSync(path, "utf8")).toBe("");
    expect(readFileSync(`${path}.1`, "utf8")).toBe(LARGE);
  });

  test("that becomes too large is emptied, and a small one is not", () => {
    writeFileSync(path, "small\n");
    trimLog(path);
    expect(tailOfLog(path)).toBe("small");
    writeFileSync(path, LARGE);
    trimLog(path);
    expect(tailOfLog(path)).toBe("");
  });
});

test("programs that start at the same time never get the same port", async () => {
  // Nothing listens on those found.
  const ports = await Promise.all(Array.from({ length: 400 }, findFreePort));
  expect(new Set(ports).size).toBe(ports.length);
});
