// Preloaded into every Node process of a test world (NODE_OPTIONS=--require): something happens to doks-env when it writes
// a part of an environment's record for the nth time, directly before or after. E2E_AT_WRITE says what.

const { execFileSync } = require("node:child_process");
const fs = require("node:fs");

/** Where the parts of the record are: tags in Pulumi's backend, settings in the checkout; each is written beside, then renamed. */
const BEGINS = /\.pulumi-tags\.[^/]+\.tmp$|\/\.rendered\/[^/]+-[^/]+\.\d+\.yaml$/;
const ENDS = /\.pulumi-tags$|\/Pulumi\.[^/]+-[^/]+\.yaml$/;

const { E2E_AT_WRITE: order } = process.env;

if (order !== undefined && /doks-env$/.test(process.argv[1] ?? "")) {
  const { nth, side, signal, witness } = JSON.parse(order);
  const { appendFileSync, renameSync, writeFileSync } = fs;
  let writes = 0;
  /** @param {string} now */
  const strikeAt = (now) => {
    if (side !== now || writes !== nth) {
      return;
    }
    appendFileSync(witness, "struck\n");
    if (signal === undefined) {
      execFileSync("prlimit", ["--pid", String(process.pid), "--fsize=0"]);
    } else {
      process.kill(process.pid, signal);
    }
  };
  fs.writeFileSync = (path, ...rest) => {
    if (BEGINS.test(String(path))) {
      writes++;
      strikeAt("before");
    }
    return writeFileSync(path, ...rest);
  };
  fs.renameSync = (from, to) => {
    renameSync(from, to);
    if (ENDS.test(String(to))) {
      strikeAt("after");
    }
  };
}
