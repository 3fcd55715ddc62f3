import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { COMMANDS } from "../../../cli/commands";
import { complete } from "../../../cli/completion/complete";
import { run } from "../../../cli/run";
import { checkpointOf } from "../stacks/support/checkpoints";
import { LocalBackend } from "../stacks/support/local-backend";

const HOME = join(__dirname, "../../..");

let folder: string;
let backend: LocalBackend;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "completion-"));
  backend = new LocalBackend();
  writeFileSync(join(folder, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
});
afterEach(() => {
  backend.remove();
  rmSync(folder, { recursive: true });
});

const surroundings = (changes: Partial<Parameters<typeof complete>[1]> = {}) => ({
  env: { PULUMI_BACKEND_URL: backend.url, PATH: folder },
  cwd: folder,
  home: HOME,
  ...changes,
});
const valuesFor = async (...words: string[]) =>
  (await complete(words, surroundings())).map((line) => line.split("\t")[0]);

/** Commands print their help to a file, in which the options are lines of their own. */
async function help(command: string): Promise<string> {
  let text = "";
  const stream = Object.assign(
    new Writable({
      write: (chunk: Buffer, _, done) => {
        text += chunk.toString();
        done();
      },
    }),
    { columns: 1_000 },
  );
  await run([...command.split(" "), "--help"], {
    env: {},
    cwd: folder,
    home: HOME,
    version: "0.0.0",
    streams: { stdin: process.stdin, stdout: stream, stderr: stream },
    signal: new AbortController().signal,
    now: () => new Date(),
  });
  return text;
}

describe("complete", () => {
  it("offers the commands with their summaries, also after `help`", async () => {
    expect(await complete(["un"], surroundings())).toEqual([
      "unprotect\tallow teardown of an environment again",
    ]);
    const offered = COMMANDS.filter(({ name }) => name !== "exec-credential");
    const first = offered.map(({ name }) => name.replace(/ .*/, ""));
    expect(await valuesFor("")).toEqual([...new Set(first)]);
    expect(await valuesFor("ci", "")).toEqual(["up", "test", "report", "down"]);
    expect(await valuesFor("help", "ext")).toEqual(["extend"]);
    expect(await valuesFor("--")).toEqual(["--help", "--version"]);
  });

  it.each(COMMANDS.map(({ name }) => name))(
    "offers exactly the options in the help of `%s`",
    async (command) => {
      const inHelp = [...(await help(command)).matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)];
      expect(await valuesFor(...command.split(" "), "--")).toEqual(inHelp.map(([, long]) => long));
    },
  );

  it("offers an option once, unless it may be repeated", async () => {
    expect(await valuesFor("up", "--wait", "-y", "--image", "web=v2", "--")).toEqual(
      expect.not.arrayContaining(["--wait", "--yes"]),
    );
    expect(await valuesFor("up", "--image", "web=v2", "--im")).toEqual(["--image", "--image-tag"]);
  });

  it("offers an option's choices, also behind an equals sign", async () => {
    expect(await valuesFor("reap", "run", "--announce", "")).toEqual(["webhook", "comment", "log"]);
    expect(await valuesFor("reap", "run", "--announce=w")).toEqual(["--announce=webhook"]);
    expect(await valuesFor("reap", "run", "--announce=x")).toEqual([]);
  });

  it("leaves folders to the shell", async () => {
    expect(await valuesFor("up", "--overlay", "../sh")).toEqual([":folders"]);
    expect(await valuesFor("list", "-C", "")).toEqual([":folders"]);
    expect(await valuesFor("list", "--project=")).toEqual([":folders"]);
  });

  it("offers nothing for a free text", async () => {
    expect(await valuesFor("up", "--ttl", "")).toEqual([]);
    expect(await valuesFor("extend", "alice-dev", "")).toEqual([]);
    expect(await valuesFor("nonsense", "")).toEqual([]);
  });

  it("offers the backend's stacks for a stack argument, before and after options", async () => {
    for (const stack of ["bob-dev", "alice-dev", "pr-123-ci"]) {
      backend.stack(stack, checkpointOf(stack));
    }
    expect(await valuesFor("down", "")).toEqual(["alice-dev", "bob-dev", "pr-123-ci"]);
    expect(await valuesFor("up", "--ttl", "8h", "--yes", "--set=nodeCount=3", "b")).toEqual([
      "bob-dev",
    ]);
    expect(await valuesFor("show", "--", "pr")).toEqual(["pr-123-ci"]);
    expect(await valuesFor("show", "--", "-")).toEqual([]);
    expect(await valuesFor("show", "alice-dev", "")).toEqual([]);
  });

  it("lists stacks without reading them", async () => {
    backend.stack("alice-dev", "broken");
    expect(await valuesFor("down", "")).toEqual(["alice-dev"]);
  });

  it("offers the stacks of the project in -C", async () => {
    backend.stack("alice-dev", checkpointOf("alice-dev"));
    const elsewhere = surroundings({ cwd: tmpdir() });
    expect(await complete(["show", ""], elsewhere)).toEqual([]);
    expect(await complete(["show", "-C", folder, ""], elsewhere)).toEqual(["alice-dev"]);
    expect(await complete(["show", `--project=${folder}`, ""], elsewhere)).toEqual(["alice-dev"]);
  });

  it("uses pulumi for a backend that only pulumi can read", async () => {
    const file = join(folder, "pulumi");
    writeFileSync(
      file,
      `#!${process.execPath}\nif (process.argv.slice(2, 5).join(" ") === "stack ls --json") console.log('[{"name":"b-ci"},{"name":"a-dev"}]');\n`,
    );
    chmodSync(file, 0o755);
    const env = { PULUMI_BACKEND_URL: "https://pulumi.example.com", PATH: folder };
    expect(await complete(["show", ""], surroundings({ env }))).toEqual(["a-dev", "b-ci"]);
  });

  it.each([
    ["pulumi is not there", "https://pulumi.example.com"],
    ["the backend's folder is not there", "file:///nowhere/at/all"],
    ["the backend's URL is none", "file://%"],
  ])("offers no stack, and prints nothing, when %s", async (_, url) => {
    const env = { PULUMI_BACKEND_URL: url, PATH: folder };
    expect(await complete(["show", ""], surroundings({ env }))).toEqual([]);
  });

  it("offers no stack without a project", async () => {
    mkdirSync(join(folder, "empty"));
    expect(await complete(["show", "-C", join(folder, "empty"), ""], surroundings())).toEqual([]);
  });
});
