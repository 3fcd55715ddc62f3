import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const ROOT = join(__dirname, "../../..");

let checkout: string;
beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), "bundle-"));
  for (const file of ["bundle.js", "bundle-program.js"]) {
    cpSync(join(ROOT, "packages/toolchain", file), join(checkout, "packages/toolchain", file));
  }
  mkdirSync(join(checkout, "node_modules"));
  symlinkSync(join(ROOT, "node_modules/esbuild"), join(checkout, "node_modules/esbuild"));
  write("package.json", '{"bundles": {"main.ts": "main.js"}, "workspaces": []}');
  write("main.ts", 'import { word } from "./word";\nconsole.log(word as string);\n');
  write("word.ts", 'export const word = "one";\n');
});
afterEach(() => rmSync(checkout, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(checkout, path)), { recursive: true });
  writeFileSync(join(checkout, path), text);
}

/** Loads the bundle as the command and the program do. */
function load(file = "main.js") {
  const script = `require("./packages/toolchain/bundle").fresh(${JSON.stringify(file)})
    .then(require, (error) => { console.error(error.message); process.exit(1); });`;
  return spawnSync(process.execPath, ["-e", script], { cwd: checkout, encoding: "utf8" });
}

describe("a bundle", () => {
  it("is compiled when there is none, and not again", () => {
    expect(load()).toMatchObject({ status: 0, stdout: "one\n", stderr: "" });
    const { ino } = statSync(join(checkout, "build/main.js"));
    expect(load()).toMatchObject({ status: 0, stdout: "one\n", stderr: "" });
    expect(statSync(join(checkout, "build/main.js")).ino).toBe(ino);
  });

  it.each<[string, () => void, string]>([
    ["has another text", () => write("word.ts", 'export const word = "two";\n'), "two\n"],
    [
      "has moved",
      () => {
        rmSync(join(checkout, "word.ts"));
        write("word/index.ts", 'export const word = "three";\n');
      },
      "three\n",
    ],
    ["is compiled otherwise", () => write("word.ts", 'export const word = ("one");\n'), "one\n"],
  ])("is compiled again when a source %s", (_, change, printed) => {
    load();
    const { ino } = statSync(join(checkout, "build/main.js"));
    change();
    expect(load()).toMatchObject({ status: 0, stdout: printed, stderr: "" });
    expect(statSync(join(checkout, "build/main.js")).ino).not.toBe(ino);
  });

  it("is compiled again when it is damaged", () => {
    load();
    const bundle = join(checkout, "build/main.js");
    writeFileSync(bundle, readFileSync(bundle, "utf8").slice(0, 30));
    expect(load()).toMatchObject({ status: 0, stdout: "one\n" });
  });

  it("is refused, with the place, when its sources cannot be compiled", () => {
    load();
    write("word.ts", "export const = 1;\n");
    const { status, stdout, stderr } = load();
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/word\.ts:1:13: ERROR: /);
  });

  it("is refused when it is stale and cannot be written", () => {
    write("build", "no folder");
    expect(load()).toMatchObject({ status: 1, stdout: "" });
  });

  it("is compiled by many at once, and whole for each", async () => {
    const script = `const { fresh } = require("./packages/toolchain/bundle");
      Promise.all(Array.from({ length: 8 }, () => fresh("main.js"))).then(([file]) => require(file));`;
    const printed = execFileSync(process.execPath, ["-e", script], { cwd: checkout });
    expect(printed.toString()).toBe("one\n");
  });

  it("has to be listed in package.json", () => {
    expect(load("other.js").stderr).toMatch(/package\.json lists no bundle other\.js/);
    expect(existsSync(join(checkout, "build"))).toBe(false);
  });
});

test("the program loads neither a compiler nor what its SDKs have for others", () => {
  const script = `
    require("./packages/toolchain/bundle").fresh("program.js").then((file) => {
      require(file);
      const packages = Object.keys(require.cache).map((path) => /node_modules.((@[^/]+.)?[^/]+)/.exec(path)?.[1]);
      console.log(JSON.stringify([...new Set(packages)]));
    });`;
  const loaded = JSON.parse(
    execFileSync(process.execPath, ["-e", script], { cwd: ROOT, encoding: "utf8" }),
  ) as string[];
  expect(loaded).toContain("@pulumi/pulumi");
  for (const unused of ["typescript", "@npmcli/arborist", "@pulumi/kubernetes", "zod"]) {
    expect(loaded).not.toContain(unused);
  }
});

test("all of Pulumi's SDK is there for the program", () => {
  mkdirSync(join(checkout, "node_modules/@pulumi"));
  symlinkSync(
    join(ROOT, "node_modules/@pulumi/pulumi"),
    join(checkout, "node_modules/@pulumi/pulumi"),
  );
  write("package.json", '{"bundles": {"main.ts": "program.js"}, "workspaces": []}');
  write(
    "main.ts",
    `import * as pulumi from "@pulumi/pulumi";
    const whole = require(["@pulumi", "pulumi"].join("/"));
    const missing = (ours: object, theirs: object) => Object.keys(theirs).filter((name) => !(name in ours));
    console.log(missing(pulumi, whole), missing(pulumi.runtime, whole.runtime));
    console.log(pulumi.runtime.serializeFunction === whole.runtime.serializeFunction, pulumi.Config === whole.Config);`,
  );
  expect(load("program.js")).toMatchObject({ stdout: "[] []\ntrue true\n", stderr: "" });
});
