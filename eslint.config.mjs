import jest from "eslint-plugin-jest";
import tseslint from "typescript-eslint";

/** The folders of the house. `imports` says which others a folder may import (docs/decisions/0002-layout.md). */
const rooms = ["lib", "settings", "components", "cli", "emulator", "toolchain", "tests"];
const imports = {
  lib: [],
  settings: ["lib"],
  components: ["lib"],
  cli: ["lib", "settings"],
  emulator: ["lib"],
  toolchain: ["lib"],
};
/** Packages that only some folders may use. */
const forbiddenPackages = {
  lib: [
    "@pulumi/*",
    "node:fs",
    "node:fs/*",
    "node:http",
    "node:https",
    "node:net",
    "node:child_process",
  ],
  emulator: ["@pulumi/digitalocean*", "@pulumi/kubernetes*", "@pulumi/command*"],
  toolchain: ["@pulumi/*"],
};

const direction = Object.entries(imports).map(([folder, allowed]) => ({
  files: [`${folder}/**/*.ts`],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: [
          {
            group: rooms
              .filter((room) => room !== folder && !allowed.includes(room))
              .flatMap((room) => [`../${room}/**`, `../../${room}/**`, `../../../${room}/**`]),
            message: `${folder} may import ${allowed.join(" and ") || "no other folder"}: docs/decisions/0002-layout.md`,
          },
          ...(forbiddenPackages[folder]
            ? [
                {
                  group: forbiddenPackages[folder],
                  message: `not for ${folder}: docs/decisions/0002-layout.md`,
                },
              ]
            : []),
        ],
      },
    ],
  },
}));

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
  ...direction,
  {
    files: ["tests/**/*.ts"],
    extends: [jest.configs["flat/recommended"]],
    rules: {
      "jest/expect-expect": ["error", { assertFunctionNames: ["expect*", "fc.assert"] }],
      "jest/no-standalone-expect": "off",
      "jest/no-conditional-expect": "error",
    },
  },
);
