import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Claim: `make` starts doks-env with the intended stack and overlay from any folder.

/** Stands in for the toolchain: it prints in which folder it was to run what. */
const TOOLCHAIN =
  "console.log(JSON.stringify({ cwd: process.cwd(), words: process.argv.slice(2) }))";

let folder: string;
let checkout: string;
let elsewhere: string;

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "make-")));
  checkout = join(folder, "the checkout");
  elsewhere = join(folder, "else where");
  for (const name of ["cli", "core", "packages/toolchain", "build", "node_modules", "tests"]) {
    mkdirSync(join(checkout, name), { recursive: true });
  }
  for (const name of ["tests/bench", "tests/simulation", "tests/mutation"]) {
    mkdirSync(join(checkout, name));
  }
  mkdirSync(elsewhere);
  cpSync(join(__dirname, "../../Makefile"), join(checkout, "Makefile"));
  // The oldest first: nothing is to be installed or built.
  for (const name of ["package.json", "package-lock.json", "packages/toolchain/bundle.js"]) {
    writeFileSync(join(checkout, name), "{}");
  }
  writeFileSync(join(checkout, "node_modules/.package-lock.json"), "");
  writeFileSync(join(checkout, "build/toolchain.js"), TOOLCHAIN);
  writeFileSync(join(checkout, "build/.stamp"), "");
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What a line of a shell in a folder starts, with the stack and the overlay that this test's own environment sets left out. */
function started(cwd: string, line: string): { cwd: string; words: string[] } {
  const { STACK: _, OVERLAY: __, MAKEFLAGS: ___, MAKELEVEL: ____, ...env } = process.env;
  const output = execFileSync("sh", ["-c", `cd "$0" && ${line}`, cwd], { env, encoding: "utf8" });
  return JSON.parse(output) as { cwd: string; words: string[] };
}

const DOKS_ENV = ["exec", "--", "bin/doks-env"];

test.each<[string, string, string[]]>([
  ["an environment", "make up", ["up", "alice-dev", "--yes"]],
  ["another one", "make up STACK=pr-7-ci", ["up", "pr-7-ci", "--yes"]],
  ["its end", "make down STACK=pr-7-ci", ["down", "pr-7-ci", "--yes"]],
  ["the end of the usual one", "make down", ["down", "alice-dev", "--yes"]],
  [
    "an absolute overlay",
    "make up OVERLAY=/a/b",
    ["up", "alice-dev", "--yes", "--overlay", "/a/b"],
  ],
  ["one by the environment", "OVERLAY=/a make up", ["up", "alice-dev", "--yes", "--overlay", "/a"]],
])("%s, from the checkout", (_, line, words) => {
  expect(started(checkout, line)).toEqual({ cwd: checkout, words: [...DOKS_ENV, ...words] });
});

test("a relative overlay is meant from the folder that make is called in", () => {
  const up = (overlay: string) => [...DOKS_ENV, "up", "alice-dev", "--yes", "--overlay", overlay];
  expect(started(checkout, "make up OVERLAY=mine")).toEqual({
    cwd: checkout,
    words: up(join(checkout, "mine")),
  });
  expect(
    started(elsewhere, "make --no-print-directory -C '../the checkout' up OVERLAY='its own'"),
  ).toEqual({
    cwd: checkout,
    words: up(join(elsewhere, "its own")),
  });
});

test("make -C takes an environment down, too", () => {
  expect(started(elsewhere, "make -s -C '../the checkout' down STACK=bob-dev")).toEqual({
    cwd: checkout,
    words: [...DOKS_ENV, "down", "bob-dev", "--yes"],
  });
});
