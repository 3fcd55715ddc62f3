const { resolve } = require("node:path");
const { createTransformer } = require("../helpers/swc-transform");

/**
 * Compiles as for every other test, but with other code in the place of some: no file is touched. Which code that is,
 * main.ts says in MUTATION. Jest's cache key is that of the mutated code, so that nothing else is compiled again.
 */
exports.createTransformer = () => {
  const inner = createTransformer();
  const { file, code, instead } = JSON.parse(process.env.MUTATION ?? "{}");
  const mutated = resolve(__dirname, "../..", file);
  /** @type {(source: string, path: string) => string} */
  const mutate = (source, path) =>
    path === mutated ? source.replace(code, () => instead) : source;
  return {
    /** @type {typeof inner.process} */
    process: (source, path) => inner.process(mutate(source, path), path),
    /** @type {(source: string, path: string, more: import("@jest/transform").TransformOptions) => string} */
    getCacheKey: (source, path, more) => inner.getCacheKey(mutate(source, path), path, more),
  };
};
