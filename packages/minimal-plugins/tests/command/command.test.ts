import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandProvider } from "../../command/provider";
import { type PropertyMap, Secret, UNKNOWN } from "../../protocol/properties";
import { FakeEngine } from "../protocol/support/fake-engine";
import { failureOf, ProviderClient, urnOf } from "../protocol/support/provider-client";

const COMMAND = { type: "command:local:Command", name: "hello" };
const RUN = "command:local:run";

let engine: FakeEngine;
let client: ProviderClient;
let directory: string;

beforeEach(async () => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "command-plugin-")));
  engine = await FakeEngine.start();
  client = await ProviderClient.serving(commandProvider);
  await client.handshake(engine.address);
});

afterEach(() => {
  client.close();
  engine.close();
  rmSync(directory, { recursive: true, force: true });
});

function create(inputs: PropertyMap): Promise<{ id: string; properties: PropertyMap }> {
  return client.create(COMMAND, inputs);
}

describe("create", () => {
  test("runs the command and returns its output without the last newline", async () => {
    const inputs = { create: "printf 'one\\ntwo\\n\\n'; echo oops >&2" };
    const { id, properties } = await create(inputs);
    expect(id).toMatch(/^hello[0-9a-f]{8}$/);
    expect(properties).toEqual({ ...inputs, stdout: "one\ntwo\n", stderr: "oops" });
  });

  test("passes the command its input, environment, directory and interpreter", async () => {
    const { properties } = await create({
      create: "import os,sys; print(sys.stdin.read(), os.environ['GREETING'], os.getcwd())",
      interpreter: ["python3", "-c"],
      stdin: "in",
      environment: { GREETING: "hi" },
      dir: directory,
    });
    expect(properties.stdout).toBe(`in hi ${directory}`);
  });

  test("runs in the plugin's directory by default", async () => {
    expect((await create({ create: "pwd -P" })).properties.stdout).toBe(
      realpathSync(process.cwd()),
    );
  });

  test("accepts a command that does not read its input", async () => {
    const { properties } = await create({ create: "true", stdin: "x".repeat(1_000_000) });
    expect(properties.stdout).toBe("");
  });

  test("runs nothing without a command", async () => {
    const { properties } = await create({ update: "false" });
    expect(properties).toEqual({ update: "false", stdout: "", stderr: "" });
  });

  test("output is secret when any input is", async () => {
    const environment = { TOKEN: new Secret("hunter2") };
    const { properties } = await create({ create: "echo $TOKEN", environment });
    expect(properties).toEqual({
      create: "echo $TOKEN",
      environment,
      stdout: new Secret("hunter2"),
      stderr: new Secret(""),
    });
  });

  test("fails with the command's exit code and output", async () => {
    const failure = await failureOf(create({ create: "echo out; echo err >&2; exit 3" }));
    expect(failure.details).toMatch(
      /^exit status 3: running "echo out; echo err >&2; exit 3":\n(out\nerr|err\nout)\n$/,
    );
  });

  test("fails when the directory does not exist", async () => {
    const failure = await failureOf(create({ create: "true", dir: join(directory, "no") }));
    expect(failure.details).toContain(`chdir ${directory}/no: no such file or directory`);
  });

  test("fails when the interpreter does not exist", async () => {
    const failure = await failureOf(create({ create: "true", interpreter: ["no-such-shell"] }));
    expect(failure.details).toContain("no-such-shell");
  });

  test("a preview runs nothing", async () => {
    const inputs = { create: `touch ${directory}/made` };
    const { properties } = await client.create(COMMAND, inputs, { preview: true });
    expect(properties).toEqual({ ...inputs, stdout: UNKNOWN, stderr: UNKNOWN });
    expect((await create({ create: `ls ${directory}` })).properties.stdout).toBe("");
  });

  test("kills the command and its children at the timeout", async () => {
    const inputs = { create: "sleep 600 & sleep 600" };
    const failure = await failureOf(client.create(COMMAND, inputs, { timeout: 0.3 }));
    expect(failure.details).toMatch(/^signal: killed: running/);
  });

  test("kills the command when the update is cancelled", async () => {
    const failure = failureOf(create({ create: "echo started; sleep 600" }));
    await engineHasShown("started");
    await client.cancel();
    expect((await failure).details).toMatch(/^signal: killed: running/);
  });
});

describe("what is shown while a command runs", () => {
  test.each([
    [undefined, ["err", "out"]],
    ["stdoutAndStderr", ["err", "out"]],
    ["stdout", ["out"]],
    ["stderr", ["err"]],
    ["none", []],
  ])("with logging %s it is %j", async (logging, expected) => {
    await create({ create: "echo out; echo err >&2", ...(logging && { logging }) });
    const urn = urnOf(COMMAND);
    expect(engine.messages.map(({ message }) => message).sort()).toEqual(expected);
    expect(engine.messages.every((message) => message.urn === urn && message.ephemeral)).toBe(true);
  });

  test("a line at a time, also the last one without a newline", async () => {
    await create({ create: "printf 'ä\\nb'" });
    expect(engine.messages.map(({ message }) => message)).toEqual(["ä", "b"]);
  });
});

describe("update", () => {
  const olds = { create: "echo c", stdout: "before", stderr: "warned" };

  function update(news: PropertyMap, preview = false): Promise<PropertyMap> {
    const states = { olds, oldInputs: { create: "echo c" }, news };
    return client.update(COMMAND, "the-id", states, { preview });
  }

  test("runs the update command, which finds the previous output in its environment", async () => {
    const news = {
      create: "false",
      update: 'echo "$PULUMI_COMMAND_STDOUT+$PULUMI_COMMAND_STDERR"',
    };
    expect(await update(news)).toEqual({ ...news, stdout: "before+warned", stderr: "" });
  });

  test("runs the create command when there is no other", async () => {
    expect(await update({ create: "echo again" })).toMatchObject({ stdout: "again" });
  });

  test("omits the previous output from the environment when configured", async () => {
    const news = { create: 'echo "[$PULUMI_COMMAND_STDOUT]"', addPreviousOutputInEnv: false };
    expect(await update(news)).toMatchObject({ stdout: "[]" });
  });

  test("a preview has the output only without changes", async () => {
    expect(await update({ create: "echo c" }, true)).toEqual(olds);
    expect(await update({ create: "echo d" }, true)).toEqual({
      create: "echo d",
      stdout: UNKNOWN,
      stderr: UNKNOWN,
    });
  });
});

test("delete runs the delete command of the state with the last output", async () => {
  const made = join(directory, "deleted");
  const state = { delete: `echo "$PULUMI_COMMAND_STDOUT" > ${made}`, stdout: "last", stderr: "" };
  await client.delete(COMMAND, "the-id", state);
  expect((await create({ create: `cat ${made}` })).properties.stdout).toBe("last");
});

test("fails to delete when the delete command fails", async () => {
  const state = { delete: "exit 1", stdout: "", stderr: "" };
  const failure = await failureOf(client.delete(COMMAND, "the-id", state));
  expect(failure.details).toContain('exit status 1: running "exit 1"');
});

test("a read changes nothing", async () => {
  const state = { create: "echo a", stdout: "a", stderr: "" };
  expect(await client.read(COMMAND, "the-id", state, { create: "echo a" })).toEqual({
    properties: state,
    inputs: { create: "echo a" },
  });
});

test("reports only the changed inputs", async () => {
  const oldInputs = { create: "a", environment: { A: "1", B: "2" }, triggers: ["x"] };
  const news = { create: "a", environment: { A: "1", B: "3" }, triggers: ["y"] };
  const diff = await client.diff(COMMAND, { olds: { ...oldInputs, stdout: "" }, oldInputs, news });
  expect(diff.diffs.sort()).toEqual(["environment", "triggers"]);
  expect(diff.replaces).toEqual([]);
});

test("new triggers require a new resource", async () => {
  const diff = await client.diff(COMMAND, { olds: {}, oldInputs: {}, news: { triggers: ["y"] } });
  expect(diff.replaces).toEqual(["triggers"]);
});

describe("check", () => {
  test("accepts all inputs, including secrets and unknowns", async () => {
    const inputs: PropertyMap = {
      create: new Secret("a"),
      update: UNKNOWN,
      delete: "c",
      triggers: [1, { any: UNKNOWN }],
      environment: { A: UNKNOWN, B: new Secret("b") },
      interpreter: ["bash", "-c"],
      dir: ".",
      stdin: "x",
      logging: "none",
      addPreviousOutputInEnv: false,
    };
    expect(await client.check(COMMAND, inputs)).toEqual({ inputs, failures: [] });
  });

  test.each([
    [{ create: 1 }, "create", "must be a string"],
    [{ environment: { A: 1 } }, "environment", "must be an object of strings"],
    [{ interpreter: "bash" }, "interpreter", "must be a list of strings"],
    [{ interpreter: ["bash", 1] }, "interpreter", "must be a list of strings"],
    [{ logging: "all" }, "logging", "must be one of stdout, stderr, stdoutAndStderr, none"],
    [{ addPreviousOutputInEnv: "yes" }, "addPreviousOutputInEnv", "must be true or false"],
    [{ assetPaths: ["*"] }, "assetPaths", "install the official command plugin"],
  ])("refuses %j", async (inputs, property, reason) => {
    const { failures } = await client.check(COMMAND, inputs);
    expect(failures).toEqual([{ property, reason: expect.stringContaining(reason) as string }]);
  });

  test("refuses a resource other than local.Command, with a fix", async () => {
    const remote = { type: "command:remote:Command", name: "far" };
    const failure = await failureOf(client.check(remote, {}));
    expect(failure.details).toMatch(/command:remote:Command is not in .* official command plugin/);
  });
});

describe("the run function", () => {
  test("runs a command", async () => {
    const args = { command: "echo $A", environment: { A: "b" } };
    expect(await client.invoke(RUN, args)).toEqual({
      result: { ...args, stdout: "b", stderr: "" },
      failures: [],
    });
  });

  test("fails without a command", async () => {
    const { failures } = await client.invoke(RUN, {});
    expect(failures).toEqual([{ property: "command", reason: "is required" }]);
  });

  test("refuses an unknown function", async () => {
    expect((await failureOf(client.invoke("command:local:walk", {}))).details).toContain(
      "command:local:walk is not in",
    );
  });
});

async function engineHasShown(message: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!engine.messages.some((shown) => shown.message === message)) {
    if (Date.now() > deadline) {
      throw new Error(`the engine was not shown "${message}" in ten seconds`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
