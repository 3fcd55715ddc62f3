import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Secret } from "../../protocol/properties";
import { FakeEngine } from "./support/fake-engine";
import { bundlePlugin, type RunningPlugin, startPlugin } from "./support/plugin-process";
import { failureOf, ProviderClient } from "./support/provider-client";

jest.setTimeout(60_000);

const COMMAND = { type: "command:local:Command", name: "run" };

let directory: string;
let executable: string;
let engine: FakeEngine;
let plugin: RunningPlugin;
let client: ProviderClient;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "plugin-process-"));
  executable = await bundlePlugin("command", directory);
  engine = await FakeEngine.start();
});

beforeEach(async () => {
  plugin = await startPlugin(executable, engine.address);
  client = ProviderClient.connected(plugin.port);
  await client.handshake(engine.address);
});

afterEach(async () => {
  client.close();
  plugin.process.kill("SIGKILL");
  await plugin.ended;
});

afterAll(() => {
  engine.close();
  rmSync(directory, { recursive: true, force: true });
});

test("the bundled plugin is one file that names its port and serves there", async () => {
  const { id, properties } = await client.create(COMMAND, { create: new Secret("echo hello") });
  expect(id).toMatch(/^run[0-9a-f]{8}$/);
  expect(properties.stdout).toEqual(new Secret("hello"));
});

test.each(["SIGINT", "SIGTERM"] as const)("%s ends the plugin in order", async (signal) => {
  plugin.process.kill(signal);
  expect(await plugin.ended).toBe(0);
});

test("the plugin ends when the engine is gone, and what it runs ends with it", async () => {
  const marker = join(directory, "pid");
  const running = failureOf(
    client.create(COMMAND, { create: `echo $$ > ${marker}; echo started; exec sleep 600` }),
  );
  await waitFor(() => engine.messages.some(({ message }) => message === "started"));
  const commandPid = Number(readFileSync(marker, "utf8"));
  expect(isAlive(commandPid)).toBe(true);

  plugin.process.stdin.end();

  expect(await plugin.ended).toBe(0);
  await running;
  await waitFor(() => !isAlive(commandPid));
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // ESRCH: there is no such process.
    return false;
  }
}

async function waitFor(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) {
      throw new Error("waited ten seconds in vain");
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
