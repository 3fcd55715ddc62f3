const { resolve } = require("node:path");
const { default: tsJest } = require("ts-jest");

/** @typedef {import("ts-jest").TsJestTransformer} Transformer */

/**
 * Compiles as for every other test, but with other code in the place of some: no file is touched. Which code that is,
 * main.ts says in MUTATION. Jest's cache goes by what is compiled, so that nothing else is compiled anew.
 *
 * @param {Parameters<typeof tsJest.createTransformer>} options
 */
exports.createTransformer = (...options) => {
  const inner = tsJest.createTransformer(...options);
  const { file, code, instead } = JSON.parse(process.env.MUTATION ?? "{}");
  const mutated = resolve(__dirname, "../..", file);
  /** @type {(source: string, path: string) => string} */
  const mutate = (source, path) =>
    path === mutated ? source.replace(code, () => instead) : source;
  return {
    /** @type {Transformer["process"]} */
    process: (source, path, more) => inner.process(mutate(source, path), path, more),
    /** @type {Transformer["getCacheKey"]} */
    getCacheKey: (source, path, more) => inner.getCacheKey(mutate(source, path), path, more),
  };
};
