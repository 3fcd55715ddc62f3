import { EventEmitter } from "node:events";
import { inspect } from "node:util";
import { dropEndlessFrames } from "../../core/endless-frames";

const FINE = [
  "    at async inOwnCluster (/shop/placements/own-cluster.ts:24:17)",
  "    at run (/shop/node_modules/@pulumi/pulumi/cmd/run/run.ts:579:20)",
  "    at get (C:\\shop\\node_modules\\axios\\index.js:3:4)",
];
// What the source maps of @pulumi/pulumi 3.248 make of its own frames.
const ENDLESS = [
  "    at async Stack.initialize (/shop/node_modules/@pulumi/resource.ts:1598:22)",
  "    at apply (C:\\shop\\node_modules\\@pulumi\\output.ts:3:4)",
  "    at f (/shop/node_modules/single.js:1:1)",
];

function withStack(message: string, frames: string[], cause?: Error): Error {
  const error = new Error(message, cause && { cause });
  error.stack = [`Error: ${message}`, ...frames].join("\n");
  return error;
}

let process: EventEmitter;
let heard: string;
beforeEach(() => {
  process = new EventEmitter();
  const pulumi = (error: unknown) => {
    heard = inspect(error, { colors: false });
  };
  process.on("unhandledRejection", pulumi);
  process.on("uncaughtException", pulumi);
  dropEndlessFrames(process);
});

test.each(["unhandledRejection", "uncaughtException"])(
  "those who listen to %s hear of an error without the frames that Node cannot print",
  (event) => {
    process.emit(event, withStack("not offered", [...FINE, ...ENDLESS]));
    expect(heard.split("\n")).toEqual(["Error: not offered", ...FINE]);
  },
);

test("its cause has none either", () => {
  process.emit("unhandledRejection", withStack("a", FINE, withStack("b", ENDLESS)));
  expect(heard).not.toMatch(/resource\.ts|output\.ts|single\.js/);
  expect(heard).toMatch(/cause.*Error: b/s);
});

test("what is not an error is left as it is", () => {
  process.emit("unhandledRejection", "words");
  expect(heard).toBe("'words'");
});
