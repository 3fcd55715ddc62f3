import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";

const SOURCE_LINES = join(__dirname, "../source-lines.js");

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "source-lines-")));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Compiles a source and runs it as Pulumi does, with a listener that prints the stack of what nobody has caught. */
function run(source: string): string {
  writeFileSync(join(folder, "main.ts"), source);
  buildSync({
    entryPoints: [join(folder, "main.ts")],
    outfile: join(folder, "build/main.js"),
    bundle: true,
    platform: "node",
    sourcemap: "linked",
  });
  const script = `
    require("source-map-support/register");
    const show = (error) => console.log(error.stack ?? error, error.cause?.stack ?? "");
    process.on("uncaughtException", show);
    process.on("unhandledRejection", show);
    require(${JSON.stringify(SOURCE_LINES)}).mapUncaughtErrors(${JSON.stringify(join(folder, "build/main.js"))}, process);
    require("./build/main.js");`;
  return execFileSync(process.execPath, ["-e", script], {
    cwd: folder,
    env: { ...process.env, NODE_PATH: join(__dirname, "../../../node_modules") },
    encoding: "utf8",
  });
}

const FAILING = `interface Nothing {}

function fail(): Nothing {
  throw new Error("too bad");
}
`;

test.each([
  ["is thrown", `${FAILING}fail();`],
  ["is rejected", `${FAILING}void Promise.resolve().then(fail);`],
])("an error that %s shows the line of the source", (_, source) => {
  expect(run(source)).toContain(`Error: too bad\n    at fail (${folder}/main.ts:4:9)`);
});

test("so does its cause", () => {
  const printed = run(`${FAILING}try { fail(); } catch (cause) {
    throw new Error("outer", { cause });
  }`);
  expect(printed).toContain(`Error: outer\n    at Object.<anonymous> (${folder}/main.ts:7:11)`);
  expect(printed).toContain(`Error: too bad\n    at fail (${folder}/main.ts:4:9)`);
});

test("frames of others, and what is not an error, stay as they are", () => {
  expect(run('JSON.parse("{");')).toMatch(/at JSON\.parse \(<anonymous>\)/);
  expect(run('void Promise.reject("words");')).toBe("words \n");
});

test("no other stack is mapped: the SDK takes one of every promise", () => {
  expect(run("console.log(new Error().stack);")).toContain("build/main.js:");
});
