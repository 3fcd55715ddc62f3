import { readFileSync } from "node:fs";
import path from "node:path";
import { findEmulator, startEmulator, stopEmulator } from "../emulator-process";
import { commandLine } from "../process-identity";
import { type Workbench, workbench } from "./workbench";

/** Keeps the emulator's contract with the toolchain, and nothing else of it. */
const EMULATOR = `
const { createServer } = require("node:http");
const { writeFileSync } = require("node:fs");
const [, , command, flag, state] = process.argv;
if (process.env.BREAK) { console.log("cannot read account.json"); process.exit(3); }
const server = createServer((request, response) => response.writeHead(request.url === "/_emulator/health" ? 200 : 404).end());
server.listen(0, "127.0.0.1", () => {
  writeFileSync(state + "/endpoint", "http://127.0.0.1:" + server.address().port + "\\n");
  writeFileSync(state + "/pid", process.pid + "\\n");
  console.log(command, flag, process.env.TOOLS);
});
process.on("SIGTERM", () => process.exit(0));
`;

let bench: Workbench;
let state: string;
beforeEach(() => {
  bench = workbench();
  state = path.join(bench.context.places.checkout, ".local/emulator");
  bench.write("checkout/build/emulator.js", EMULATOR);
});
afterEach(async () => {
  await stopEmulator(bench.context);
  bench.remove();
});

test("it is started with the tools, found while it runs, and gone after a stop", async () => {
  const { pid, endpoint } = await startEmulator(bench.context, { TOOLS: "on PATH" });
  expect((await fetch(`${endpoint}/_emulator/health`)).status).toBe(200);
  expect(readFileSync(path.join(state, "emulator.log"), "utf8")).toBe("serve --state on PATH\n");
  await expect(findEmulator(bench.context)).resolves.toEqual({ pid, endpoint });
  await expect(stopEmulator(bench.context)).resolves.toBe(true);
  await expect(commandLine(pid)).resolves.toBeUndefined();
  await expect(findEmulator(bench.context)).resolves.toBeUndefined();
  await expect(stopEmulator(bench.context)).resolves.toBe(false);
});

test("two starts at once share one emulator", async () => {
  const [first, second] = await Promise.all([
    startEmulator(bench.context, {}),
    startEmulator(bench.context, {}),
  ]);
  expect(second).toEqual(first);
});

test("fails when it ends at once: shows the end of its log", async () => {
  await expect(startEmulator(bench.context, { BREAK: "1" })).rejects.toThrow(
    /did not start: it ended with code 3[\s\S]*cannot read account\.json/,
  );
});

test("another program that got the recorded pid is not ended", async () => {
  bench.write(path.join(state, "pid"), `${process.pid}\n`);
  await expect(stopEmulator(bench.context)).resolves.toBe(false);
  await expect(findEmulator(bench.context)).resolves.toBeUndefined();
});
