import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import type { ShowData } from "../../cli/overview/show.data";
import type { Signal, SignalName } from "../../cli/reap/policy/evidence";
import { MINUTES } from "./support/commands";
import { run } from "./support/run";
import type { EvidenceRequest } from "./support/run-evidence";
import { World } from "./support/world";

// Claim: the evidence of a real environment shows when it was used, and that it was not used since.

const ROOT = join(__dirname, "../..");
const STACK = "watched-ci";
const HOUR = 3_600;

let world: World;
let script: string;
let environment: Pick<EvidenceRequest, "clusterId" | "namespace" | "lastUpdateAt">;
let url: string;

beforeAll(async () => {
  world = await World.start();
  await world.up(STACK);
  const shown = (await world.doksEnvJson<ShowData>("show", STACK)).environment;
  url = shown.url ?? "";
  environment = {
    clusterId: shown.clusterId ?? "",
    namespace: shown.namespace ?? "",
    lastUpdateAt: Date.parse(shown.lastUpdateAt ?? "") / 1000,
  };
  script = join(world.folder, "run-evidence.js");
  // Packages stay outside of the bundle, as in the product's own: packages/toolchain/bundle.js.
  symlinkSync(join(ROOT, "node_modules"), join(world.folder, "node_modules"));
  buildSync({
    entryPoints: [join(__dirname, "support/run-evidence.ts")],
    outfile: script,
    bundle: true,
    packages: "external",
    platform: "node",
    target: "node20",
    format: "cjs",
  });
}, 5 * MINUTES);
afterAll(() => world.close(), MINUTES);

async function now(): Promise<number> {
  const answer = await world.api.request<{ now: string }>("GET", "/_emulator/clock");
  return Date.parse(answer.now) / 1000;
}

async function pass(seconds: number): Promise<void> {
  await world.api.request("POST", "/_emulator/clock", { advanceSeconds: seconds });
}

async function read(...signals: readonly SignalName[]): Promise<Signal[]> {
  const request: EvidenceRequest = {
    stack: STACK,
    ...environment,
    kubeconfig: join(world.checkout, ".rendered", STACK, "kubeconfig.yaml"),
    signals,
    now: await now(),
  };
  const { stdout, output } = await run(process.execPath, [script, JSON.stringify(request)], {
    cwd: world.checkout,
    env: world.env,
  });
  try {
    return JSON.parse(stdout) as Signal[];
  } catch {
    throw new Error(`it did not print signals:\n${output}`);
  }
}

/** The last use that the load balancer's traffic proves. */
async function lastTraffic(): Promise<number | undefined> {
  const signals = await read("traffic");
  expect(signals).toMatchObject([{ signal: "traffic", state: "read" }]);
  return signals.map((signal) => (signal.state === "read" ? signal.at : undefined))[0];
}

it(
  "distinguishes traffic from none, and reads every other signal",
  async () => {
    const createdBy = await now();
    await pass(2 * HOUR);
    const all = await read("update", "use", "push", "rollout", "processor");
    expect(all.map(({ signal, state }) => `${signal} ${state}`)).toEqual([
      "update read",
      "use read",
      "push absent",
      "rollout read",
      ...Array.from({ length: all.length - 4 }, () => "processor read"),
    ]);
    expect(all.length).toBeGreaterThan(5);
    // The smoke test knocked when it came up; nobody has since.
    expect((await lastTraffic()) ?? 0).toBeLessThan(createdBy + HOUR);

    const usedAt = await now();
    for (let count = 0; count < 100; count++) {
      expect((await fetch(url)).status).toBe(200);
    }
    await pass(HOUR);
    const seen = await lastTraffic();
    expect(seen).toBeGreaterThan(usedAt - 60);
    expect(seen).toBeLessThan(usedAt + HOUR);

    await pass(6 * HOUR);
    const later = (await lastTraffic()) ?? 0;
    // Steps of a day fall otherwise, but by no more than one.
    expect(Math.abs(later - (seen ?? 0))).toBeLessThanOrEqual(216);
    expect((await now()) - later).toBeGreaterThan(6 * HOUR);
  },
  3 * MINUTES,
);

it(
  "leaves nothing",
  async () => {
    await world.down(STACK);
    await world.expectNoTraceOf(STACK);
  },
  2 * MINUTES,
);
