import { existsSync, readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { EngineError } from "../../../cli/stacks/engine";
import { openWorkspace } from "../../../cli/stacks/workspace";
import { Workplace } from "../support/workplace";
import { SECRET } from "./support/checkpoints";

let place: Workplace;
let events: EngineEvent[];
beforeEach(() => {
  place = new Workplace();
  events = [];
});
afterEach(() => place.remove());

/** Installs a pulumi that does this; `event(fields)` appends to the event log, in halves. */
function install(script: string): void {
  place.pulumi.install(`#!${process.execPath}
const fs = require("node:fs");
const args = process.argv.slice(2);
const log = args[args.indexOf("--event-log") + 1];
const pause = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 150);
const event = (fields) => {
  const line = JSON.stringify(fields) + "\\n";
  fs.appendFileSync(log, line.slice(0, 9));
  pause();
  fs.appendFileSync(log, line.slice(9));
};
${script}
`);
}

const followed = () => ({
  onEvent: (event: EngineEvent) => void events.push(event),
  stdout: "ignore" as const,
  onError: () => {},
  signal: place.abort.signal,
});
const stack = () => openWorkspace(place.context()).stack("alice-dev");
const stackEvent = (outputs: object) => ({
  resOutputsEvent: { metadata: { type: "pulumi:pulumi:Stack", new: { outputs } } },
});

describe("an operation on a stack", () => {
  it("passes each event on, and returns the outputs without secrets", async () => {
    install(`
      event({ diagnosticEvent: { message: "ü".repeat(300000) } });
      event(${JSON.stringify(stackEvent({ url: "http://x" }))});
      event(${JSON.stringify(stackEvent({ url: "http://y", images: ["a"], token: SECRET }))});
    `);
    expect(await stack().up(followed())).toEqual({ url: "http://y", images: ["a"] });
    expect(events).toHaveLength(3);
    expect(events[0]?.diagnosticEvent?.message).toBe("ü".repeat(300_000));
  });

  it.each([
    ["up", () => stack().up(followed()), ["up", "--yes", "--skip-preview"]],
    ["preview", () => stack().preview(followed()), ["preview"]],
    ["destroy", () => stack().destroy(followed()), ["destroy", "--yes", "--skip-preview"]],
    [
      "destroy with a look first",
      () => stack().destroy({ ...followed(), refresh: true }),
      ["destroy", "--yes", "--skip-preview", "--refresh"],
    ],
    [
      "destroy of some resources",
      () => stack().destroy({ ...followed(), targets: ["urn:a", "urn:b"] }),
      [
        ...["destroy", "--yes", "--skip-preview"],
        ...["--target", "urn:a", "--target", "urn:b", "--target-dependents"],
      ],
    ],
  ])("takes one process: %s", async (_, operate, expected) => {
    await operate();
    expect(place.pulumi.calls).toHaveLength(1);
    expect(place.pulumi.calls[0]?.slice(0, expected.length + 1)).toEqual([
      ...expected,
      "--config-file",
    ]);
  });

  it("prints to the given stream, so that pulumi needs no reader", async () => {
    install(`event({ sequence: fs.readlinkSync("/proc/self/fd/1") });`);
    await stack().up(followed());
    await stack().destroy(followed());
    await stack().preview(followed());
    expect(events).toEqual(Array.from({ length: 3 }, () => ({ sequence: "/dev/null" })));
  });

  it("that fails returns the events until then", async () => {
    install(`event({ cancelEvent: {} }); process.exit(255)`);
    await expect(stack().up(followed())).rejects.toThrow(EngineError);
    expect(events).toEqual([{ cancelEvent: {} }]);
  });

  it("records the owner of the lock while it lasts", async () => {
    const notes = join(place.folder, ".local/state/ephemeral-doks/locks");
    place.backend.write("pid", "");
    const lock = `${place.backend.folder}/.pulumi/locks/organization/shop/alice-dev`;
    install(`
      const content = { pid: process.pid, username: "alice", hostname: ${JSON.stringify(hostname())}, timestamp: "2026-11-23T11:55:30Z" };
      fs.mkdirSync(${JSON.stringify(lock)}, { recursive: true });
      fs.writeFileSync(${JSON.stringify(`${lock}/l-1.json`)}, JSON.stringify(content));
      event({ preludeEvent: {} });
      pause(); pause();
      event({ sequence: fs.readFileSync(${JSON.stringify(`${notes}/l-1.json`)}, "utf8") });
    `);
    await stack().up(followed());
    const note = JSON.parse(String(events[1]?.sequence)) as { readonly pid: number };
    expect(note).toMatchObject({ boot: bootId() });
    expect(existsSync(notes) && readdirSync(notes)).toEqual([]);
  });
});

const bootId = () => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();

describe("an operation", () => {
  /** A pulumi that tells in an event what it is configured by, and writes there as it does for a new salt. */
  const telling = `
    const file = args[args.indexOf("--config-file") + 1];
    event({ sequence: fs.readFileSync(file, "utf8") });
    fs.appendFileSync(file, "encryptionsalt: v1:abc\\n");
  `;

  it("gets a copy of the stack's file, and writes nothing into the checkout", async () => {
    install(telling);
    const text = "config: {shop:ttl: 8h}\n";
    place.write("Pulumi.alice-dev.yaml", text);
    await stack().destroy(followed());
    await openWorkspace(place.context()).stack("alice-dev", "config: {}\n").up(followed());
    await openWorkspace(place.context()).stack("bob-dev").destroy(followed());
    expect(events.map(({ sequence }) => sequence)).toEqual([text, "config: {}\n", ""]);
    expect(readFileSync(join(place.folder, "Pulumi.alice-dev.yaml"), "utf8")).toBe(text);
    expect(existsSync(join(place.folder, "Pulumi.bob-dev.yaml"))).toBe(false);
  });
});

it.each([
  ["64", undefined],
  ["3", "3"],
])("works on %s resources at once when the user asks for %s", async (atOnce, asked) => {
  install("event({ sequence: process.env.PULUMI_PARALLEL });");
  const { env, ...context } = place.context();
  const workspace = openWorkspace({ ...context, env: { ...env, PULUMI_PARALLEL: asked } });
  await workspace.stack("alice-dev").up(followed());
  await workspace.stack("alice-dev").destroy(followed());
  expect(events.map(({ sequence }) => sequence)).toEqual([atOnce, atOnce]);
});

it("saves the state after each resource when it creates some, and only at the end when it deletes all", async () => {
  install("event({ sequence: process.env.PULUMI_SKIP_CHECKPOINTS ?? 'each' });");
  const stack = openWorkspace(place.context()).stack("alice-dev");
  await stack.up(followed());
  await stack.destroy(followed());
  expect(events.map(({ sequence }) => sequence)).toEqual(["each", "true"]);
});

it("creates a stack, and writes nothing into the checkout", async () => {
  place.pulumi.install(`#!${process.execPath}
const fs = require("node:fs");
const seen = {
  args: process.argv.slice(2),
  backend: process.env.PULUMI_BACKEND_URL,
  project: fs.readFileSync("Pulumi.yaml", "utf8"),
};
fs.writeFileSync(__dirname + "/seen", JSON.stringify(seen));
fs.appendFileSync("Pulumi.alice-dev.yaml", "encryptionsalt: v1:abc\\n");
`);
  await openWorkspace(place.context()).createStack("alice-dev");
  expect(JSON.parse(readFileSync(join(place.pulumi.folder, "seen"), "utf8"))).toEqual({
    args: ["stack", "init", "alice-dev", "--no-select", "--non-interactive"],
    backend: place.backend.url,
    project: readFileSync(join(place.folder, "Pulumi.yaml"), "utf8"),
  });
  expect(existsSync(join(place.folder, "Pulumi.alice-dev.yaml"))).toBe(false);
});

it("drops the pending operations of a killed pulumi by importing the state without them", async () => {
  await openWorkspace(place.context()).forgetPending("alice-dev", new Map());
  const [exported = [], imported = []] = place.pulumi.calls;
  expect(exported).toEqual(["stack", "export", "--stack", "alice-dev", "--file", exported.at(-1)]);
  expect(imported).toEqual(["stack", "import", "--stack", "alice-dev", "--file", exported.at(-1)]);
  expect(existsSync(exported.at(-1) ?? "")).toBe(false);
});

it("imports the result of an interrupted operation into the state", async () => {
  const begun = (urn: string) => ({
    resource: { urn, type: "t", inputs: { name: urn, __defaults: [] } },
    type: "creating",
  });
  const known = { urn: "stack", type: "s" };
  const deployment = { resources: [known], pending_operations: [begun("left"), begun("never")] };
  place.pulumi.install(`#!${process.execPath}
const fs = require("node:fs");
const args = process.argv.slice(2);
const file = args[args.indexOf("--file") + 1];
if (args[1] === "export") {
  fs.writeFileSync(file, ${JSON.stringify(JSON.stringify({ version: 3, deployment }))});
} else {
  fs.copyFileSync(file, __dirname + "/imported");
}
`);
  await openWorkspace(place.context()).forgetPending("alice-dev", new Map([["left", "7"]]));
  const imported = readFileSync(join(place.pulumi.folder, "imported"), "utf8");
  expect(JSON.parse(imported)).toEqual({
    version: 3,
    deployment: {
      ...deployment,
      resources: [known, { ...begun("left").resource, id: "7", outputs: { name: "left" } }],
    },
  });
});

it("removes a stack, and keeps its file", async () => {
  await openWorkspace(place.context()).removeStack("alice-dev");
  expect(place.pulumi.calls).toEqual([["stack", "rm", "--yes", "--preserve-config", "alice-dev"]]);
});
