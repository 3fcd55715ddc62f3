import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { devDependencies, workspaces } from "../../package.json";

jest.setTimeout(300_000);

const ROOT = join(__dirname, "../..");
const SOURCES = [
  ...["bin", "cli", "components", "core", "index.ts", "program.js", "Pulumi.yaml"],
  ...["bundle.js", "bundle-program.js", "source-lines.js"].map(
    (file) => `packages/toolchain/${file}`,
  ),
];

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

const run = (command: string, ...args: string[]) =>
  execFileSync(command, args, { cwd: checkout, encoding: "utf8" });

test("npm ci --omit=dev installs no package of the test environment", () => {
  const modules = join(checkout, "node_modules");
  const installed = readdirSync(modules, { recursive: true, encoding: "utf8" });
  // The product's own dependencies bring these along.
  const shared = /^@octokit|^@types\/node$|^typescript$/;
  const ofTests = Object.keys(devDependencies).filter((name) => !shared.test(name));
  expect(installed.filter((path) => ofTests.includes(path))).toEqual([]);
});

test("the command line runs with what is installed", () => {
  expect(run("bin/doks-env", "--help")).toContain("Usage: doks-env");
  const doctor = spawnSync("bin/doks-env", ["doctor", "--json"], {
    cwd: checkout,
    encoding: "utf8",
  });
  expect(JSON.parse(doctor.stdout)).toMatchObject({ schema: "doks-env/doctor/v1" });
});

test("the program loads with what is installed", () => {
  const load = `
    require("./packages/toolchain/bundle").fresh("program.js").then(require)
      .then((program) => console.log(typeof program));`;
  expect(run("node", "-e", load)).toBe("function\n");
});
