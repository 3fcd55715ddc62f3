const { fresh } = require("./packages/toolchain/bundle");
const { mapUncaughtErrors } = require("./packages/toolchain/source-lines");

// The program as Pulumi runs it: a bundle of index.ts, compiled again when a source has changed. Loading it through
// TypeScript takes 3.5 s more processor time (2 cores, 2026-11-30).

module.exports = async () => {
  const bundle = await fresh("program.js");
  mapUncaughtErrors(bundle, process);
  return require(bundle)();
};
