const { fresh } = require("./packages/toolchain/bundle");
const { mapUncaughtErrors } = require("./packages/toolchain/source-lines");

// The program as Pulumi runs it: index.ts, compiled, and compiled again if one of its sources has changed. Through TypeScript
// it takes 3.5 s more processor time to load (2 cores, 2026-11-30).

module.exports = async () => {
  const bundle = await fresh("program.js");
  mapUncaughtErrors(bundle, process);
  return require(bundle)();
};
