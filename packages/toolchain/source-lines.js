const { readFileSync } = require("node:fs");
const { SourceMap } = require("node:module");
const path = require("node:path");

// Stack traces with the lines of the sources instead of the bundle's.

/**
 * Maps the stack trace of an error that ends the process, and no other. Pulumi's SDK records a stack trace for every
 * promise, and mapping them all takes a third of the processor time of an update with nothing to do (2 cores,
 * 2026-11-30). Its maps also lead to frames at which some versions of Node hang for 23 s (nodejs/node#64011).
 *
 * @param {string} bundle - has its map beside it
 * @param {NodeJS.EventEmitter} process - its other listeners get errors with mapped stack traces
 */
function mapUncaughtErrors(bundle, process) {
  Reflect.deleteProperty(Error, "prepareStackTrace");
  const map = (/** @type {unknown} */ error) => {
    if (error instanceof Error) {
      error.stack = error.stack && withSourceLines(error.stack, bundle);
      map(error.cause);
    }
  };
  process.prependListener("unhandledRejection", map);
  process.prependListener("uncaughtException", map);
}

/**
 * @param {string} stack
 * @param {string} bundle
 */
function withSourceLines(stack, bundle) {
  if (!stack.includes(`${bundle}:`)) {
    return stack;
  }
  const map = new SourceMap(JSON.parse(readFileSync(`${bundle}.map`, "utf8")));
  return stack
    .split("\n")
    .map((frame) => {
      const [place, line, column] = /:(\d+):(\d+)(?=\)?$)/.exec(frame) ?? [];
      if (place === undefined || !frame.includes(bundle + place)) {
        return frame;
      }
      const entry = map.findEntry(Number(line) - 1, Number(column) - 1);
      return "originalSource" in entry && !entry.originalSource.includes("node_modules")
        ? frame.replace(
            bundle + place,
            `${path.resolve(path.dirname(bundle), entry.originalSource)}:${entry.originalLine + 1}:${entry.originalColumn + 1}`,
          )
        : frame;
    })
    .join("\n");
}

module.exports = { mapUncaughtErrors };
