import jest from "eslint-plugin-jest";
import tseslint from "typescript-eslint";

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
  { files: "components/*.ts", without: [...others("components", "core"), "**/settings/**"] },
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
  { files: "packages/*/*.ts", without: [...others("packages"), ...SDKS] },
  { files: "packages/*/!(tests)/**", without: [...others("packages"), ...SDKS] },
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

const importRules = DIRECTIONS.map(({ files, without }) => {
  const message = `${files} must not import this: docs/decisions/0014-structure.md`;
  return {
    files: [files],
    rules: { "no-restricted-imports": ["error", { patterns: [{ group: without, message }] }] },
  };
});

export default tseslint.config(
  { ignores: ["build/", "node_modules/", ".local/", ".rendered/", "**/*.js", "**/*.mjs"] },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.base],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/return-await": ["error", "in-try-catch"],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      // Catches `${output}`, the classic Pulumi bug.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-base-to-string": "error",
      "@typescript-eslint/only-throw-error": "error",
    },
  },
  ...importRules,
  {
    // A provider's SDK is imported part by part: its index loads all of it, and the program starts with every command.
    files: ["components/**/*.ts"],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        {
          paths: ["kubernetes", "digitalocean", "command", "random"].map((name) => ({
            name: `@pulumi/${name}`,
            allowTypeImports: true,
            message: "import the file: docs/decisions/0014-structure.md",
          })),
        },
      ],
    },
  },
  {
    files: ["tests/**/*.ts", "packages/*/tests/**/*.ts"],
    extends: [jest.configs["flat/recommended"]],
    rules: {
      "jest/expect-expect": [
        "error",
        { assertFunctionNames: ["expect*", "world.expect*", "fc.assert"] },
      ],
      "jest/no-standalone-expect": "off",
      "jest/no-conditional-expect": "error",
    },
  },
);
