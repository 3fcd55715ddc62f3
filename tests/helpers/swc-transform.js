const createCacheKey = require("@jest/create-cache-key-function").default;
const { transformSync, version } = require("swc");

/**
 * Transpiles a test or what it loads to CommonJS, with `jest.mock` hoisted.
 *
 * @param {{ transformerConfig?: unknown }} [_config]
 */
exports.createTransformer = (_config) => ({
  /** @type {(source: string, filename: string) => { code: string }} */
  process: (source, filename) =>
    transformSync(source, {
      filename,
      swcrc: false,
      configFile: false,
      sourceMaps: "inline",
      module: { type: "commonjs" },
      jsc: {
        target: "es2022",
        parser: { syntax: filename.endsWith(".ts") ? "typescript" : "ecmascript" },
        // @ts-expect-error -- swc does not declare its switch for jest
        transform: { hidden: { jest: true } },
      },
    }),
  getCacheKey: createCacheKey([__filename], [version]),
});
