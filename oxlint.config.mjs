import { defineConfig } from "oxlint";

/** A provider's SDK is imported part by part: its index loads all of it, and the program starts with every command. */
const SDK_INDEXES = ["kubernetes", "digitalocean", "command", "random"].map((name) => ({
  name: `@pulumi/${name}`,
  allowTypeImports: true,
  message: "import the file: docs/decisions/0014-structure.md",
}));

const SDKS = ["@pulumi/digitalocean*", "@pulumi/kubernetes*", "@pulumi/command*"];
const IO = ["node:fs", "node:fs/*", "node:http", "node:https", "node:net", "node:child_process"];
const TOP_FOLDERS = ["core", "components", "cli", "packages", "tests"];

/** The domains of the command line. Each may import those below it, and core. */
const LEVELS = [
  "overview",
  "doctor",
  "reap",
  "pull-requests",
  "sleep",
  "environments",
  "data",
  "shared-clusters",
  "images",
  "cluster",
  "stacks",
  "account",
  "terminal",
];

/** What a folder must not import: docs/decisions/0014-structure.md gives the reasons. */
const DIRECTIONS = [
  { files: "core/*.ts", without: [...others("core"), "@pulumi/*", ...IO] },
  {
    files: "core/{data,manifests,money,rules}/**",
    without: [...others("core"), "@pulumi/*", ...IO],
  },
  { files: "core/settings/**", without: [...others("core"), ...SDKS] },
  { files: "core/overlay/**", without: [...others("core"), "@pulumi/*"] },
  {
    files: "components/*.ts",
    without: [...others("components", "core"), "**/settings/**"],
    paths: SDK_INDEXES,
  },
  {
    files: "components/placements/**",
    without: [...others("components", "core"), "@pulumi/*", "**/running-stack"],
  },
  { files: "cli/*.ts", without: ofCommandLine() },
  { files: "cli/completion/**", without: ofCommandLine() },
  ...LEVELS.map((folder, level) => ({
    files: `cli/${folder}/**`,
    without: [...ofCommandLine(), ...LEVELS.slice(0, level).flatMap(relatives)],
  })),
  {
    files: "cli/reap/policy/**",
    without: [...ofCommandLine(), ...LEVELS.flatMap(relatives), "../[a-z]*", ...IO],
  },
  { files: "packages/**", without: [...others("packages"), ...SDKS] },
];

/** All folders at the top but those that are given. */
function others(...allowed) {
  return TOP_FOLDERS.filter((folder) => !allowed.includes(folder)).flatMap(relatives);
}

/** Running the command must load neither the SDKs nor Pulumi's runtime. */
function ofCommandLine() {
  return [...others("cli", "core"), ...SDKS, "**/running-stack"];
}

function relatives(folder) {
  return [1, 2, 3, 4].map((up) => `${"../".repeat(up)}${folder}/**`);
}

const importRules = DIRECTIONS.map(({ files, without, paths = [] }) => {
  const message = `${files} must not import this: docs/decisions/0014-structure.md`;
  return {
    files: [files],
    rules: {
      "no-restricted-imports": ["error", { paths, patterns: [{ group: without, message }] }],
    },
  };
});

const JEST_RULES = [
  "no-alias-methods",
  "no-commented-out-tests",
  "no-conditional-expect",
  "no-deprecated-functions",
  "no-disabled-tests",
  "no-done-callback",
  "no-export",
  "no-focused-tests",
  "no-identical-title",
  "no-interpolation-in-snapshots",
  "no-jasmine-globals",
  "no-mocks-import",
  "no-test-prefixes",
  "valid-describe-callback",
  "valid-expect",
  "valid-expect-in-promise",
  "valid-title",
];

export default defineConfig({
  categories: { correctness: "off" },
  options: { typeAware: true, reportUnusedDisableDirectives: "error" },
  ignorePatterns: ["build/", "node_modules/", ".local/", ".rendered/", "**/*.js", "**/*.mjs"],
  plugins: ["typescript"],
  rules: {
    "typescript/no-floating-promises": "error",
    "typescript/no-misused-promises": "error",
    "typescript/await-thenable": "error",
    "typescript/return-await": ["error", "in-try-catch"],
    "typescript/switch-exhaustiveness-check": "error",
    "typescript/no-explicit-any": "error",
    "typescript/no-non-null-assertion": "error",
    "typescript/consistent-type-imports": "error",
    // Catches `${output}`, the classic Pulumi bug.
    "typescript/restrict-template-expressions": ["error", { allowNumber: true }],
    "typescript/no-base-to-string": "error",
    "typescript/only-throw-error": "error",
  },
  overrides: [
    ...importRules,
    {
      files: ["tests/**/*.ts", "packages/*/tests/**/*.ts"],
      plugins: ["jest"],
      rules: {
        "jest/expect-expect": [
          "error",
          { assertFunctionNames: ["expect*", "world.expect*", "fc.assert"] },
        ],
        ...Object.fromEntries(JEST_RULES.map((rule) => [`jest/${rule}`, "error"])),
      },
    },
  ],
});
