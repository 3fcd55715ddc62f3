import { PassThrough } from "node:stream";
import { run } from "../../cli/run";
import type { Command, Result } from "../../cli/terminal/command";
import type { Context } from "../../cli/terminal/context";
import { InterruptedError, PartialError, UsageError } from "../../cli/terminal/errors";
import { UserError } from "../../core/errors";
import { ConfigError } from "../../core/settings/config-error";
import { checkpointOf } from "./stacks/support/checkpoints";
import { Workplace } from "./support/workplace";

/** What the command `trial` does; each test says it. */
let mockTrial: (context: Context) => Promise<Result>;

// Jest knows no native import(), by which commands load what they do.
jest.mock("../../cli/commands", () => {
  const { COMMANDS, GROUPS } = jest.requireActual<{
    COMMANDS: readonly Command[];
    GROUPS: Readonly<Record<string, string>>;
  }>("../../cli/commands");
  const trial: Command = {
    name: "trial",
    summary: "do what the test says",
    arguments: [{ syntax: "[word...]", description: "anything" }],
    options: [],
    examples: [],
    schema: "trial/v1",
    load: () => Promise.resolve({ run: (context: Context) => mockTrial(context) }),
  };
  const list = COMMANDS.filter(({ name }) => name === "list").map((command) => ({
    ...command,
    load: () => Promise.resolve(jest.requireActual<object>("../../cli/overview/list.action")),
  }));
  return { GROUPS, COMMANDS: [...COMMANDS.filter(({ name }) => name !== "list"), ...list, trial] };
});

const TOKEN = "dop_v1_0123456789abcdef";

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
});
afterEach(() => place.remove());

/** Runs a command line and gives all that can be seen of it. */
async function seen(...argv: string[]) {
  const exitCode = await run(argv, place.surroundings);
  return { exitCode, stdout: place.stdout(), stderr: place.stderr() };
}

/** The same for a command that throws. */
function seenOf(error: unknown, ...argv: string[]) {
  mockTrial = () => Promise.reject(error as Error);
  return seen("trial", ...argv);
}

describe("the result of a command", () => {
  it("is its text on stdout and nothing on stderr", async () => {
    mockTrial = () => Promise.resolve({ text: () => "done\n" });
    expect(await seen("trial")).toEqual({ exitCode: 0, stdout: "done\n", stderr: "" });
  });

  it("is its data with the schema's name with --json, without formatting text", async () => {
    const text = jest.fn(() => "done\n");
    mockTrial = () => Promise.resolve({ data: { answer: 42 }, text });
    const { stdout } = await seen("trial", "--json");
    expect(JSON.parse(stdout)).toEqual({ schema: "doks-env/trial/v1", answer: 42 });
    expect(text).not.toHaveBeenCalled();
  });

  it("has the exit code of the command, and all of its output", async () => {
    mockTrial = () => Promise.resolve({ text: () => "some is left\n", exitCode: 3 });
    expect(await seen("trial")).toEqual({ exitCode: 3, stdout: "some is left\n", stderr: "" });
  });

  it("keeps stdout for itself: progress goes to stderr", async () => {
    mockTrial = ({ say }) => {
      say("half-way");
      return Promise.resolve({ text: () => "done\n" });
    };
    expect(await seen("trial")).toEqual({ exitCode: 0, stdout: "done\n", stderr: "half-way\n" });
  });
});

describe("an error", () => {
  it.each([
    ["that a user can fix", new UserError("no token", "export it"), 1],
    ["on the command line", new UsageError("no answer", "give --yes"), 2],
    ["of what could be done only in part", new PartialError("some is left", "again"), 3],
    ["by Ctrl-C", new InterruptedError("interrupted", "go on"), 130],
  ])("%s is printed on stderr with its fix, and sets the exit code", async (_, error, exitCode) => {
    expect(await seenOf(error)).toEqual({
      exitCode,
      stdout: "",
      stderr: `error: ${error.message}\n  fix: ${error.fix}\n`,
    });
  });

  it("in the settings is a usage error", async () => {
    const error = new ConfigError("stack alice-dev is not valid", [
      { message: "nodeCount must be 1 or more", fix: "pulumi config set nodeCount 2" },
    ]);
    expect(await seenOf(error)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(
        "  - nodeCount must be 1 or more\n    fix: pulumi config set nodeCount 2\n",
      ) as string,
    });
  });

  it("that is unexpected fails, and shows its stack only with --verbose", async () => {
    const error = new TypeError("x is undefined");
    expect(await seenOf(error)).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: "error: x is undefined\n",
    });
    expect((await seenOf(error, "--verbose")).stderr).toContain("run.test.ts");
  });

  it("is also an object on stdout with --json", async () => {
    const { stdout, stderr, exitCode } = await seenOf(new UsageError("no", "yes"), "--json");
    expect(JSON.parse(stdout)).toEqual({
      schema: "doks-env/error/v1",
      message: "no",
      fix: "yes",
      exitCode: 2,
    });
    expect(stderr).toBe("error: no\n  fix: yes\n");
    expect(exitCode).toBe(2);
  });

  it("has no colours in JSON", async () => {
    const { stdout } = await seenOf(new Error("\u001b[31mred\u001b[39m"), "--json");
    expect(JSON.parse(stdout)).toEqual({
      schema: "doks-env/error/v1",
      message: "red",
      exitCode: 1,
    });
  });

  it("counts as an interruption after Ctrl-C, such as an aborted request", async () => {
    place.abort.abort();
    expect(await seenOf(place.abort.signal.reason)).toEqual({
      exitCode: 130,
      stdout: "",
      stderr: "error: interrupted before the command finished\n  fix: run the same command again\n",
    });
  });

  it("with more details of an interruption is printed unchanged", async () => {
    place.abort.abort();
    const error = new InterruptedError("part of it is there", "doks-env up alice-dev");
    expect((await seenOf(error)).stderr).toContain("part of it is there");
  });
});

describe("a wrong command line", () => {
  it.each([
    [["upp"], "unknown command 'upp'\n(Did you mean up?)", "doks-env --help"],
    [["up"], "missing required argument 'stack'", "doks-env up --help"],
    [["up", "alice-dev", "bob-dev"], "too many arguments for 'up'", "doks-env up --help"],
    [["up", "alice-dev", "--imag", "x=y"], "unknown option '--imag'", "doks-env up --help"],
    [["list", "--owner"], "option '--owner <owner>' argument missing", "doks-env list --help"],
    [
      ["reap", "run", "--announce", "shouting"],
      "argument 'shouting' is invalid. Allowed choices are webhook, comment, log",
      "doks-env reap run --help",
    ],
    [["reap", "--yes"], "unknown option '--yes'", "doks-env --help"],
  ])(
    "(%j) is reported on stderr with the help command, and exits with 2",
    async (argv, message, help) => {
      const { exitCode, stdout, stderr } = await seen(...argv);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
      expect(stderr).toContain(message);
      expect(stderr).toContain(`\n  fix: see ${help}\n`);
    },
  );

  it("is an object on stdout with --json, like any other error", async () => {
    const { stdout } = await seen("up", "--json");
    expect(JSON.parse(stdout)).toEqual({
      schema: "doks-env/error/v1",
      message: "missing required argument 'stack'",
      exitCode: 2,
    });
  });

  it("without a command prints the help on stderr", async () => {
    const { exitCode, stdout, stderr } = await seen();
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain("Usage: doks-env [options] [command]");
  });
});

describe("a request for information", () => {
  it("is the help, on stdout, with examples", async () => {
    const { exitCode, stdout, stderr } = await seen("list", "--help");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toContain("\nExamples:\n  doks-env list\n      all environments\n");
  });

  it("is the version", async () => {
    expect(await seen("--version")).toEqual({ exitCode: 0, stdout: "1.2.3\n", stderr: "" });
  });
});

describe("a secret", () => {
  it.each([
    "DIGITALOCEAN_TOKEN",
    "DIGITALOCEAN_ACCESS_TOKEN",
    "PULUMI_ACCESS_TOKEN",
    "PULUMI_CONFIG_PASSPHRASE",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "GITHUB_TOKEN",
  ])("in %s is never printed in a message or result", async (name) => {
    place.env = { ...place.env, [name]: TOKEN };
    const error = new UserError(`401 for ${TOKEN}`, `not ${TOKEN}`, { cause: TOKEN });
    const failed = await seenOf(error, "--json", "--verbose");
    mockTrial = ({ say }) => {
      say(TOKEN);
      return Promise.resolve({ data: { token: TOKEN }, text: () => TOKEN });
    };
    const all = [failed, await seen("trial"), await seen("trial", "--json"), await seen(TOKEN)];
    expect(JSON.stringify(all)).not.toContain(TOKEN);
    expect(failed.stderr).toContain("error: 401 for [secret]\n  fix: not [secret]\n");
  });

  it("is found in its JSON form", async () => {
    place.env = { ...place.env, PULUMI_CONFIG_PASSPHRASE: 'a "long" passphrase' };
    mockTrial = ({ env }) =>
      Promise.resolve({ data: { it: env.PULUMI_CONFIG_PASSPHRASE }, text: () => "" });
    expect(JSON.parse((await seen("trial", "--json")).stdout)).toMatchObject({ it: "[secret]" });
  });

  it("is found in base64 and in a URL", async () => {
    const secret = "a long passphrase";
    place.env = { ...place.env, PULUMI_CONFIG_PASSPHRASE: secret };
    const spelled = [Buffer.from(`me:${secret}`).toString("base64"), encodeURIComponent(secret)];
    const { stderr } = await seenOf(new Error(spelled.join(" ")));
    expect(stderr.replaceAll("[secret]", "")).not.toMatch(/bG9uZ|long/);
  });

  it("is found completely when another one is its prefix", async () => {
    place.env = { ...place.env, DIGITALOCEAN_TOKEN: TOKEN, GITHUB_TOKEN: `${TOKEN}-and-more` };
    expect((await seenOf(new Error(`${TOKEN}-and-more`))).stderr).toBe("error: [secret]\n");
  });

  it("excludes short words, such as the emulator's passphrase", async () => {
    place.env = { ...place.env, PULUMI_CONFIG_PASSPHRASE: "emulator" };
    expect((await seenOf(new Error("the emulator is down"))).stderr).toContain("emulator");
  });
});

describe("colours", () => {
  const red = "\u001b[31merror:\u001b[39m";

  /** A command that fails before somebody who sits at a terminal, or a log. */
  async function stderrOf(env: NodeJS.ProcessEnv, isTTY: boolean): Promise<string> {
    mockTrial = () => Promise.reject(new Error("no"));
    const stderr = Object.assign(new PassThrough(), { isTTY, columns: 80 });
    const streams = { ...place.surroundings.streams, stderr };
    await run(["trial"], { ...place.surroundings, env: { ...place.env, ...env }, streams });
    return String(stderr.read());
  }

  it("are used on a terminal", async () => {
    expect(await stderrOf({}, true)).toBe(`${red} no\n`);
  });

  it("are not used in a log, with NO_COLOR, or on a terminal without colours", async () => {
    expect(await stderrOf({}, false)).toBe("error: no\n");
    expect(await stderrOf({ NO_COLOR: "1" }, true)).toBe("error: no\n");
    expect(await stderrOf({ NO_COLOR: "1", FORCE_COLOR: "1" }, true)).toBe("error: no\n");
    expect(await stderrOf({ TERM: "dumb" }, true)).toBe("error: no\n");
  });

  it("are used in a log with FORCE_COLOR", async () => {
    expect(await stderrOf({ FORCE_COLOR: "1" }, false)).toBe(`${red} no\n`);
  });

  it("are also used in usage errors", async () => {
    const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
    const { surroundings } = place;
    await run(["upp"], { ...surroundings, streams: { ...surroundings.streams, stderr } });
    expect(String(stderr.read())).toContain(`${red} unknown command`);
  });
});

describe("the project", () => {
  it("is the one in -C, relative to the current folder", async () => {
    place.write("deep/er/Pulumi.yaml", "name: other\n");
    mockTrial = ({ project }) => Promise.resolve({ text: () => project.name });
    expect((await seen("trial", "-C", "deep/er")).stdout).toBe("other");
    expect((await seen("trial")).stdout).toBe("shop");
  });

  it("that does not exist is a usage error", async () => {
    mockTrial = () => Promise.resolve({ text: () => "" });
    expect(await seen("trial", "-C", "nowhere")).toMatchObject({
      exitCode: 2,
      stderr: `error: there is no Pulumi.yaml in ${place.folder}/nowhere\n  fix: add the folder of the project: doks-env list -C <folder>\n`,
    });
  });
});

describe("list", () => {
  beforeEach(() => {
    place.backend.stack("alice-dev", checkpointOf("alice-dev"));
    place.backend.stack("pr-7-ci", checkpointOf("pr-7-ci", { outputs: {}, others: 0 }));
    place.backend.tags("pr-7-ci", { expires: "2026-11-23T11:00:00Z", pullRequest: "7" });
  });
  const stacksOf = ({ stdout }: { stdout: string }) =>
    (JSON.parse(stdout) as { environments: { stack: string }[] }).environments.map(
      ({ stack }) => stack,
    );

  it("shows every environment, without running pulumi", async () => {
    expect(await seen("list")).toEqual({
      exitCode: 0,
      stderr: "",
      stdout: `STACK      OWNER  PROFILE  STATE       VERDICT  AGE  UPDATED  EXPIRES         $/HOUR   COST   URL
alice-dev  alice  dev      up          unknown  3d   3h       in 14d          $0.1071  $8.14  http://127.94.210.38
pr-7-ci    pr-7   ci       incomplete  unknown  3d   3h       expired 1h ago  -        -      -
`,
    });
    expect(place.pulumi.calls).toEqual([]);
  });

  it("shows environments of one owner, of one profile, or expired ones", async () => {
    expect(stacksOf(await seen("list", "--json"))).toEqual(["alice-dev", "pr-7-ci"]);
    expect(stacksOf(await seen("list", "--json", "--owner", "alice"))).toEqual(["alice-dev"]);
    expect(stacksOf(await seen("list", "--json", "--owner", "pr-7"))).toEqual(["pr-7-ci"]);
    expect(stacksOf(await seen("list", "--json", "--profile", "ci"))).toEqual(["pr-7-ci"]);
    expect(stacksOf(await seen("list", "--json", "--expired"))).toEqual(["pr-7-ci"]);
    expect(stacksOf(await seen("list", "--json", "--expired", "--owner", "alice"))).toEqual([]);
  });

  it("does not report an empty selection as no environments", async () => {
    expect((await seen("list", "--owner", "carl")).stdout).toBe("none of 2 environments matches\n");
  });
});
