import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { devDependencies, workspaces } from "../../package.json";

jest.setTimeout(300_000);

const ROOT = join(__dirname, "../..");
const SOURCES = ["bin", "components", "core", "index.ts", "Pulumi.yaml", "tsconfig.pulumi.json"];

let checkout: string;

beforeAll(() => {
  checkout = mkdtempSync(join(tmpdir(), "install-"));
  const manifests = ["", ...workspaces].map((folder) => join(folder, "package.json"));
  for (const file of [...manifests, "package-lock.json", ".npmrc", ...SOURCES]) {
    cpSync(join(ROOT, file), join(checkout, file), { recursive: true });
  }
  run("npm", "ci", "--omit=dev", "--prefer-offline");
});
afterAll(() => rmSync(checkout, { recursive: true, force: true }));

/** As Pulumi starts the program: with tsconfig.pulumi.json. */
const env = { ...process.env, TS_NODE_PROJECT: "tsconfig.pulumi.json" };
const run = (command: string, ...args: string[]) =>
  execFileSync(command, args, { cwd: checkout, env, encoding: "utf8" });

test("npm ci --omit=dev installs no package of the test environment", () => {
  const modules = join(checkout, "node_modules");
  const installed = readdirSync(modules, { recursive: true, encoding: "utf8" });
  // The product's own dependencies bring these types along.
  const shared = /^@octokit|^@types\/node$/;
  const ofTests = Object.keys(devDependencies).filter((name) => !shared.test(name));
  // ts-node names it as an optional peer: npm would keep it if the tests installed it under this name.
  ofTests.push("@swc/core");
  expect(installed.filter((path) => ofTests.includes(path))).toEqual([]);
});

test("the command line runs with what is installed", () => {
  buildSync({
    entryPoints: [join(ROOT, "cli/main.ts")],
    outfile: join(checkout, "build/doks-env.js"),
    bundle: true,
    packages: "external",
    platform: "node",
    format: "cjs",
  });
  expect(run("bin/doks-env", "--help")).toContain("Usage: doks-env");
  const doctor = spawnSync("bin/doks-env", ["doctor", "--json"], {
    cwd: checkout,
    encoding: "utf8",
  });
  expect(JSON.parse(doctor.stdout)).toMatchObject({ schema: "doks-env/doctor/v1" });
});

test("the program loads with what is installed", () => {
  const load = 'require("./components"); require("./core/settings"); console.log("loaded")';
  expect(run("node", "-r", "ts-node/register/transpile-only", "-e", load)).toBe("loaded\n");
});
