const { resolve } = require("node:path");
const swcJest = require("@swc/jest");

/** @typedef {Required<ReturnType<typeof swcJest.createTransformer>>} Transformer */

/**
 * Compiles as for every other test, but with other code in the place of some: no file is touched. Which code that is,
 * main.ts says in MUTATION. Jest's cache key is that of the mutated code, so that nothing else is compiled again.
 *
 * @param {Parameters<typeof swcJest.createTransformer>} options
 */
exports.createTransformer = (...options) => {
  const inner = /** @type {Transformer} */ (swcJest.createTransformer(...options));
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
