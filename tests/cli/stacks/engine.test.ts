import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Engine, EngineError, engineFor } from "../../../cli/stacks/engine";
import { UserError } from "../../../core/errors";
import { FakePulumi } from "../support/fake-pulumi";

let pulumi: FakePulumi;
let engine: Engine;
beforeEach(() => {
  pulumi = new FakePulumi();
  engine = new Engine(pulumi.folder, { PATH: pulumi.folder, HOME: "/home/alice" });
});
afterEach(() => pulumi.remove());

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "none",
    (error: unknown) => error,
  );

describe("running pulumi", () => {
  it("returns its stdout", async () => {
    pulumi.answer("stack ls", { stdout: "[]\n", stderr: "warning: old\n" });
    expect(await engine.output("stack", "ls", "--json")).toBe("[]\n");
  });

  it("never allows questions", async () => {
    pulumi.install(`#!/bin/sh\necho "$@"\n`);
    expect(await engine.output("up")).toBe("up --non-interactive\n");
  });

  it("passes the command's environment and additional variables", async () => {
    pulumi.install(`#!/bin/sh\necho "$HOME $EXTRA $PULUMI_AUTOMATION_API $SHELL_OF_JEST"\n`);
    const { stdout } = await engine.run(["up"], { env: { EXTRA: "more" } });
    expect(stdout).toBe("/home/alice more true \n");
  });

  it("runs it in the project's folder, or in the given one", async () => {
    pulumi.install(`#!/bin/sh\npwd -P\n`);
    expect((await engine.output("up")).trim()).toContain(pulumi.folder);
    expect((await engine.run(["up"], { folder: "/" })).stdout).toBe("/\n");
  });

  it.each([
    [{ PULUMI_BACKEND_URL: "s3://state" }, "true"],
    [{ PULUMI_BACKEND_URL: "gs://state/team" }, "true"],
    [{ PULUMI_BACKEND_URL: "azblob://state" }, "true"],
    [{ PULUMI_BACKEND_URL: "s3://state", PULUMI_DIY_BACKEND_GZIP: "false" }, "false"],
    [{ PULUMI_BACKEND_URL: "file:///state" }, ""],
    [{ PULUMI_BACKEND_URL: "https://api.pulumi.com" }, ""],
  ])("has it compress the state in an object store: %j", async (variables, compressed) => {
    pulumi.install(`#!/bin/sh\necho "$PULUMI_DIY_BACKEND_GZIP"\n`);
    const env = { PATH: pulumi.folder, ...variables };
    const project = { folder: pulumi.folder, name: "ephemeral-doks" };
    expect(await engineFor({ project, env }).output("up")).toBe(`${compressed}\n`);
  });

  it.each([
    [{}, "build/compile-cache"],
    [{ NODE_COMPILE_CACHE: "/var/cache/node" }, "/var/cache/node"],
  ])("lets Node cache the compiled program: %j", async (variables, folder) => {
    pulumi.install(`#!/bin/sh\necho "$NODE_COMPILE_CACHE"\n`);
    const env = { PATH: pulumi.folder, ...variables };
    const project = { folder: pulumi.folder, name: "ephemeral-doks" };
    const output = await engineFor({ project, env }).output("up");
    expect(output).toBe(`${resolve(pulumi.folder, folder)}\n`);
  });

  it("hands over its errors as they come", async () => {
    pulumi.answer("up", { stdout: "out\n", stderr: "err\n" });
    const said: string[] = [];
    await engine.run(["up"], { onError: (text) => said.push(text) });
    expect(said).toEqual(["err\n"]);
  });

  it("does not collect a redirected stdout", async () => {
    pulumi.answer("up", { stdout: "out\n", stderr: "err\n" });
    expect(await engine.run(["up"], { stdout: "ignore" })).toEqual({
      stdout: "",
      stderr: "err\n",
      code: 0,
    });
  });
});

describe("pulumi that fails", () => {
  it("is reported with its own message and the command, but without values", async () => {
    pulumi.answer("config set-all", {
      stdout: "half\n",
      stderr: "error: no such stack\n",
      code: 255,
    });
    const error = await failure(engine.output("config", "set-all", "--json", "{value}"));
    expect(error).toBeInstanceOf(EngineError);
    expect(error).toMatchObject({
      message: "pulumi config set-all failed: error: no such stack",
      output: { stdout: "half\n", stderr: "error: no such stack\n", code: 255 },
    });
  });

  it("is reported with its output when it has no message", async () => {
    pulumi.answer("up", { stdout: "only this\n", code: 1 });
    await expect(engine.output("up", "--yes")).rejects.toThrow("pulumi up failed: only this");
  });

  it("counts as failed when a signal has ended it", async () => {
    pulumi.install("#!/bin/sh\nkill -9 $$\n");
    expect(await failure(engine.output("up"))).toMatchObject({ output: { code: 1 } });
  });

  it.each([
    ["error: the stack is currently locked by 1 lock(s).", true, false],
    ["error: [409] Conflict: Another update is currently in progress.", true, false],
    ["error: failed to load checkpoint: unexpected end of JSON input", false, true],
    ["error: update failed", false, false],
  ])(
    "shows whether the stack is locked or damaged: %s",
    async (stderr, isLocked, isStateDamaged) => {
      pulumi.answer("up", { stderr, code: 1 });
      expect(await failure(engine.output("up"))).toMatchObject({ isLocked, isStateDamaged });
    },
  );

  it("is reported with a fix when it is not installed", async () => {
    const error = await failure(new Engine("/", { PATH: "/nowhere" }).output("up"));
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({
      message: "pulumi cannot be run: spawn pulumi ENOENT",
      fix: "install it (https://www.pulumi.com/docs/install/) and put it on PATH; `doks-env doctor` checks it",
    });
  });
});

describe("Ctrl-C", () => {
  /** Ends a while after the first SIGINT, and tells how many there were. */
  const STUBBORN = `#!${process.execPath}
let interrupts = 0;
process.on("SIGINT", () => {
  interrupts++;
  setTimeout(() => { console.error("interrupts", interrupts); process.exit(1); }, 100);
});
console.error("pid", process.pid);
setInterval(() => {}, 1000);
`;

  it("reaches pulumi once, in a separate process group", async () => {
    pulumi.install(STUBBORN);
    const abort = new AbortController();
    let [process, group]: (string | undefined)[] = [];
    const onError = (text: string) => {
      if (process !== undefined) {
        return;
      }
      process = /^pid (\d+)/.exec(text)?.[1];
      // Fields behind the name: state, parent, process group.
      group = readFileSync(`/proc/${process}/stat`, "utf8").split(") ")[1]?.split(" ")[2];
      abort.abort();
    };
    const run = engine.run(["up"], { onError, signal: abort.signal });
    expect(await failure(run)).toMatchObject({
      output: { code: 1, stderr: `pid ${process}\ninterrupts 1\n` },
    });
    expect(group).toBe(process);
  });

  it("before pulumi was started keeps it from being started", async () => {
    const signal = AbortSignal.abort();
    const run = engine.run(["up"], { signal });
    expect(await failure(run)).toBe(signal.reason);
    expect(pulumi.calls).toEqual([]);
  });
});
