// Preloaded into every Node process of a command (NODE_OPTIONS=--require): counts the changes that it, its Pulumi program and its
// plugins make to the account, the cluster and the stack's record, and kills all of them when the last of so many is made and
// nobody has seen the answer. E2E_AT_CHANGE says after how many, and which file counts.

const { subscribe } = require("node:diagnostics_channel");
const fs = require("node:fs");

const CHANGES = ["POST", "PUT", "PATCH", "DELETE"];
/** Where the stack's tags are. */
const RECORD = /\.pulumi-tags$/;

const { E2E_AT_CHANGE: order } = process.env;

if (order !== undefined) {
  const { after, counter } = JSON.parse(order);
  const { appendFileSync, renameSync, statSync } = fs;
  // What it starts inherits this.
  process.env.E2E_COMMAND ??= String(process.pid);

  const count = () => {
    appendFileSync(counter, ".");
    if (statSync(counter).size === after) {
      const others = treeOf(Number(process.env.E2E_COMMAND)).filter((pid) => pid !== process.pid);
      for (const pid of [...others, process.pid]) {
        try {
          process.kill(pid, "SIGKILL");
        } catch {
          // It has ended by itself in this instant.
        }
      }
    }
  };
  /** @param {unknown} message */
  const seen = (message) => {
    const { request } = /** @type {{ request: { method: string } }} */ (message);
    if (CHANGES.includes(request.method)) {
      count();
    }
  };
  subscribe("http.client.response.finish", seen);
  subscribe("undici:request:headers", seen);
  fs.renameSync = (from, to) => {
    renameSync(from, to);
    if (RECORD.test(String(to))) {
      count();
    }
  };
}

/**
 * A process and all that it has started.
 *
 * @param {number} pid
 * @returns {number[]}
 */
function treeOf(pid) {
  try {
    const children = fs
      .readdirSync(`/proc/${pid}/task`)
      .flatMap((thread) =>
        fs.readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" "),
      )
      .filter((word) => word !== "")
      .map(Number);
    return [pid, ...children.flatMap(treeOf)];
  } catch {
    return [pid]; // It has ended meanwhile.
  }
}
