// Preloaded into every Node process of a test world (NODE_OPTIONS=--require). Causes a fault in doks-env directly before or
// after its nth write of an environment's record. E2E_AT_WRITE contains the fault.

const { execFileSync } = require("node:child_process");
const fs = require("node:fs");

/** Files of the record: tags in Pulumi's backend, settings in the checkout. Each is written beside its place, then renamed. */
const BEGINS = /\.pulumi-tags\.[^/]+\.tmp$|\/\.rendered\/[^/]+-[^/]+\.\d+\.yaml$/;
const ENDS = /\.pulumi-tags$|\/Pulumi\.[^/]+-[^/]+\.yaml$/;

const { E2E_AT_WRITE: order } = process.env;

if (order !== undefined && /doks-env$/.test(process.argv[1] ?? "")) {
  const { nth, side, signal, witness } = JSON.parse(order);
  const { appendFileSync, renameSync, writeFileSync } = fs;
  let writes = 0;
  /** @param {string} now */
  const causeFault = (now) => {
    if (side !== now || writes !== nth) {
      return;
    }
    appendFileSync(witness, "a fault\n");
    if (signal === undefined) {
      execFileSync("prlimit", ["--pid", String(process.pid), "--fsize=0"]);
    } else {
      process.kill(process.pid, signal);
    }
  };
  fs.writeFileSync = (path, ...rest) => {
    if (BEGINS.test(String(path))) {
      writes++;
      causeFault("before");
    }
    return writeFileSync(path, ...rest);
  };
  fs.renameSync = (from, to) => {
    renameSync(from, to);
    if (ENDS.test(String(to))) {
      causeFault("after");
    }
  };
}
