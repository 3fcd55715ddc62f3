import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type CommandArgs,
  runCommand,
  wordsOf,
} from "../../../../cli/pull-requests/gate/run-command";
import { TestOutput } from "../../../../cli/pull-requests/gate/test-output";

let folder: string;
let told: string[];
let abort: AbortController;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gate-"));
  told = [];
  abort = new AbortController();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function runs(command: string | string[], more: Partial<CommandArgs> = {}) {
  return runCommand({
    words: wordsOf(command),
    timeout: "30s",
    cwd: folder,
    env: { PATH: process.env.PATH, WHO: "alice" },
    output: new TestOutput((line) => told.push(line)),
    signal: abort.signal,
    ...more,
  });
}

/** Whether a process whose number is in a file of the folder does anything yet. */
function lives(file: string): boolean {
  const pid = readFileSync(join(folder, file), "utf8").trim();
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

/** Starts a process that would live on, and writes its number down. */
const CHILD = "sleep 300 & echo $! > child;";
/** The same in a session of its own, as browsers are started, deaf to SIGTERM. */
const DAEMON = `setsid sh -c 'trap "" TERM; echo $$ > daemon; while :; do sleep 1; done' & while ! test -s daemon; do sleep 0.05; done;`;

describe("a test's command", () => {
  it("passes with exit code 0, and its output is printed and kept", async () => {
    const verdict = await runs("echo one; echo two >&2");
    expect(verdict.outcome).toBe("passed");
    expect([...verdict.output].sort()).toEqual(["one", "two"]);
    expect(told).toEqual(verdict.output);
  });

  it("fails with another one, which is the reason", async () => {
    expect(await runs("exit 7")).toMatchObject({ outcome: "failed", reason: "exit code 7" });
  });

  it("fails when a signal ends it", async () => {
    expect(await runs("kill -9 $$")).toMatchObject({
      outcome: "failed",
      reason: "ended by SIGKILL",
    });
  });

  it("is run without a shell when it is a list of words", async () => {
    const { output } = await runs(["printf", "%s\\n", "$WHO; exit 3", "*"]);
    expect(output).toEqual(["$WHO; exit 3", "*"]);
  });

  it("is run in a shell when it is a text", async () => {
    expect((await runs('echo "$WHO"')).output).toEqual(["alice"]);
  });

  it("fails when the program does not exist", async () => {
    expect(await runs(["no-such-program"])).toMatchObject({
      outcome: "not run",
      reason: expect.stringContaining("ENOENT") as string,
    });
  });
});

it.each([[[""]], [["printf", "a\0b"]], [["print\0f"]]])(
  "is not run as %j, which no program can be",
  async (words) => {
    expect(await runs(words)).toMatchObject({ outcome: "not run", output: [] });
  },
);

describe("what a test has started", () => {
  it("is ended at the timeout, even outside its process group and ignoring SIGTERM", async () => {
    const verdict = await runs(`${CHILD} ${DAEMON} echo waiting; wait`, { timeout: "1s" });
    expect(verdict).toEqual({
      outcome: "timed out",
      reason: "not done after 1s: ended with all its processes",
      output: ["waiting"],
    });
    expect([lives("child"), lives("daemon")]).toEqual([false, false]);
  });

  it("is ended when the test has passed", async () => {
    expect(await runs(`${CHILD} ${DAEMON} exit 0`)).toMatchObject({ outcome: "passed" });
    expect([lives("child"), lives("daemon")]).toEqual([false, false]);
  });

  it("is ended by Ctrl-C", async () => {
    const output = new TestOutput(() => abort.abort());
    const verdict = await runs(`${CHILD} echo ready; wait; touch went-on`, { output });
    expect(verdict).toMatchObject({ outcome: "not run", reason: "interrupted" });
    expect([lives("child"), existsSync(join(folder, "went-on"))]).toEqual([false, false]);
  });
});
