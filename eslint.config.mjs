import jest from "eslint-plugin-jest";
import tseslint from "typescript-eslint";

const sdks = ["@pulumi/digitalocean*", "@pulumi/kubernetes*", "@pulumi/command*"];
const io = ["node:fs", "node:fs/*", "node:http", "node:https", "node:net", "node:child_process"];
const rooms = ["core", "components", "cli", "packages", "tests"];

/** Who may import what: docs/decisions/0002-layout.md says why. */
const directions = [
  { room: "core", inside: "core/*.ts", rooms: [], without: ["@pulumi/*", ...io] },
  { room: "core", inside: "core/{manifests,money}/*.ts", rooms: [], without: ["@pulumi/*", ...io] },
  { room: "core", inside: "core/settings/*.ts", rooms: [], without: sdks },
  { room: "core", inside: "core/overlay/*.ts", rooms: [], without: ["@pulumi/*"] },
  {
    room: "components",
    outside: "components/placements/**",
    rooms: ["core"],
    without: ["**/settings/**"],
  },
  {
    room: "components",
    inside: "components/placements/*.ts",
    rooms: ["core"],
    without: ["@pulumi/*", "**/running-stack"],
  },
  { room: "cli", rooms: ["core"], without: [...sdks, "**/running-stack"] },
  { room: "packages", outside: "packages/**/tests/**", rooms: [], without: sdks },
];

const importRules = directions.map(({ room, inside, outside, rooms: allowed, without }) => ({
  files: [inside ?? `${room}/**/*.ts`],
  ...(outside ? { ignores: [outside] } : {}),
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: [
          {
            group: rooms
              .filter((other) => other !== room && !allowed.includes(other))
              .flatMap((other) => [1, 2, 3, 4].map((up) => `${"../".repeat(up)}${other}/**`)),
            message: `${room} may import ${allowed.join(" and ") || "no other folder"}: docs/decisions/0002-layout.md`,
          },
          ...(without.length > 0
            ? [{ group: without, message: `not for ${room}: docs/decisions/0002-layout.md` }]
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
  ...importRules,
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
