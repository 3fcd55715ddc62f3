/** Safety rules are taken out of the code, one at a time, to see that a test fails: tests/mutation. */
const compiler = process.env.MUTATION
  ? "<rootDir>/tests/mutation/transform.js"
  : "<rootDir>/tests/helpers/swc-transform.js";

/** Packages that are ES modules only. */
const ESM = `(${[
  ...["@kubernetes/client-node", "openid-client", "oauth4webapi", "jose"],
  ...[
    "p-map",
    "string-width",
    "get-east-asian-width",
    "strip-ansi",
    "ansi-regex",
    "@octokit",
    "before-after-hook",
    "content-type",
    "json-with-bigint",
    "universal-user-agent",
  ],
].join("|")})`;

const base = {
  rootDir: __dirname,
  testEnvironment: "node",
  // Types are `npm run types`' business: here code is only transpiled, to CommonJS, because jest cannot do a native `import()`.
  transform: { "\\.ts$": compiler, [`/node_modules/${ESM}/`]: compiler },
  transformIgnorePatterns: [`/node_modules/(?!${ESM}/)`],
  modulePathIgnorePatterns: ["<rootDir>/build/", "<rootDir>/.local/", "<rootDir>/.rendered/"],
};

const suite = (name, folders) => ({
  ...base,
  displayName: name,
  testMatch: folders.map((folder) => `<rootDir>/${folder}/**/*.test.ts`),
});

module.exports = {
  // A hung test ends; a slow machine is not a failure: on a new one the tools are built beside the quick tests.
  testTimeout: 60_000,
  testSequencer: "<rootDir>/tests/helpers/longest-first.js",
  projects: [
    suite("fast", ["tests/{bin,cli,components,core,structure}", "packages/toolchain/tests"]),
    suite("kustomize", ["tests/kustomize"]),
    suite("emulator", ["packages/emulator/tests"]),
    suite("plugins", ["packages/minimal-plugins/tests"]),
    suite("integration", ["tests/{workflows,tilt,gate,install}"]),
    suite("e2e", ["tests/e2e"]),
  ],
};
