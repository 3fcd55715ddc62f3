import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as up from "../../../cli/environments/up.action";
import type { UpData } from "../../../cli/environments/up.data";
import { wake } from "../../../cli/sleep/wake";
import { run } from "../../../cli/sleep/wake.action";
import { openWorkspace } from "../../../cli/stacks/workspace";
import { progressOf } from "../../../cli/terminal/progress";
import { TestEmulator } from "../../../packages/emulator/tests/api/support/test-emulator";
import { checkpointOf } from "../stacks/support/checkpoints";
import { recorded } from "../support/records";
import { Trial } from "../support/trial";
import { NOW } from "../support/workplace";

const digest = (of: string) => `sha256:${of.repeat(64)}`;
const TAGS = {
  pins1: `acme/api:v1=${digest("a")}`,
  owner: "alice",
  profile: "dev",
  commit: "1f2e3d4",
  asleep: "2026-11-22T20:00:00Z",
  created: "2026-11-20T08:00:00Z",
  expires: "2026-12-04T08:00:00.000Z",
  woken: "2026-11-21T08:00:00Z",
  ...recorded({ imageTag: "v1" }),
};

let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await TestEmulator.start();
});
afterAll(() => emulator.close());

let place: Trial;
let file: string;
const OUTPUTS = {
  clusterId: "c-2",
  createdAt: "2026-11-23T11:59:00Z",
  expiresAt: "2026-12-07T11:59:00Z",
};
beforeEach(() => {
  place = new Trial(emulator);
  file = join(place.folder, "Pulumi.alice-dev.yaml");
  place.empty("alice-dev");
  place.backend.tags("alice-dev", TAGS);
  place.pulumi.on("up", (run) => place.comesUp(run, OUTPUTS));
});
afterEach(() => place.remove());

const updates = () => place.pulumi.runsOf("up ");
const tags = () => place.backend.tagsOf("alice-dev");
/** The tags of what was asleep, but for what its waking ends. */
const { asleep: _asleep, woken: _woken, ...AWAKE } = TAGS;
const wakeUp = () => run(place.context(), ["alice-dev"], { yes: true });

describe("wake", () => {
  it("restores the settings of the last update and the digests of its images", async () => {
    const { data } = await wakeUp();
    const { config = "" } = updates()[0] ?? {};
    expect(config).toContain("shop:imageTag: v1");
    expect(config).toContain(`acme/api:v1: ${digest("a")}`);
    expect((data as UpData).environment).toMatchObject({
      state: "up",
      createdAt: TAGS.created,
      expiresAt: TAGS.expires,
    });
    expect(tags()).toEqual({ ...AWAKE, lastUsed: NOW.toISOString(), continues: "c-2" });
    expect(existsSync(file)).toBe(false);
  });

  it("keeps the checkout's own settings for the next `up`, even when the update fails", async () => {
    const text = "config:\n  shop:imageTag: ancient\n";
    place.write("Pulumi.alice-dev.yaml", text);
    place.pulumi.on("up", ({ config }) => {
      expect(readFileSync(file, "utf8")).toBe(text);
      expect(config).not.toContain("ancient");
      throw new Error("the machine is on fire");
    });
    await expect(wakeUp()).rejects.toThrow("the machine is on fire");
    expect(readFileSync(file, "utf8")).toBe(text);
    expect(tags()).toEqual({ ...TAGS, lastUsed: NOW.toISOString() });
  });

  it("restores settings that were never recorded from Pulumi's history", async () => {
    const { settings1: _, ...before } = TAGS as Record<string, string>;
    place.backend.tags("alice-dev", before);
    place.backend.write(
      ".pulumi/history/shop/alice-dev/alice-dev-1.history.json",
      JSON.stringify({ kind: "update", config: { "shop:imageTag": "v0" } }),
    );
    await wakeUp();
    expect(updates()[0]?.config).toContain("shop:imageTag: v0");
    expect(tags()).toMatchObject(recorded({ imageTag: "v0" }));
  });

  it("keeps a protection that was set during the sleep", async () => {
    place.backend.tags("alice-dev", { ...TAGS, protected: "true" });
    await wakeUp();
    expect(updates()[0]?.config).toContain('shop:protect: "true"');
  });

  it("adds the price of the kept data to the cost", async () => {
    place.backend.tags("alice-dev", {
      ...{ ...TAGS, asleep: "2026-11-16T11:59:00Z", spent: "1.5", keeping: "6.72" },
    });
    await wakeUp();
    expect(tags()).toMatchObject({ spent: "3.18" });
    expect(tags()).not.toHaveProperty("keeping");
  });

  it("by the clock is not a use, and is recorded as the clock's", async () => {
    const context = place.context();
    const progress = progressOf(context);
    const tools = { workspace: openWorkspace(context), progress };
    await wake(context, "alice-dev", tools, { byClock: true });
    progress.close();
    expect(tags()).toEqual({ ...AWAKE, continues: "c-2", woken: NOW.toISOString() });
  });

  it("of an environment that does not sleep is refused with the right command", async () => {
    place.backend.tags("alice-dev", {});
    place.backend.stack("alice-dev", checkpointOf("alice-dev"));
    await expect(wakeUp()).rejects.toMatchObject({
      message: '"alice-dev" is not asleep: it is up',
      fix: "doks-env up alice-dev",
    });
    expect(place.pulumi.calls).toEqual([]);
  });
});

describe("up of an environment that sleeps", () => {
  const upOf = (wakes: boolean) =>
    up.run(place.context(), ["alice-dev"], { image: [], set: [], yes: true, wake: wakes });

  it("is refused with the command that wakes it", async () => {
    await expect(upOf(false)).rejects.toMatchObject({
      message: '"alice-dev" has been asleep since 2026-11-22 20:00 UTC',
      fix: "doks-env wake alice-dev",
    });
    expect(place.pulumi.calls).toEqual([]);
  });

  it("wakes it with --wake, with the present digests of its tags", async () => {
    const { data } = await upOf(true);
    expect(updates()[0]?.config).toContain("shop:imageTag: v1");
    expect(updates()[0]?.config).not.toContain("pins");
    expect((data as UpData).environment).toMatchObject({ createdAt: TAGS.created });
    const { pins1: _, ...awake } = AWAKE as Record<string, string>;
    expect(tags()).toEqual({ ...awake, lastUsed: NOW.toISOString(), continues: "c-2" });
  });

  it("drops the digests of its sleep once it is awake", async () => {
    const { asleep: _, ...awake } = TAGS;
    place.backend.tags("alice-dev", { ...awake, continues: "c-2" });
    await upOf(false);
    expect(tags()).not.toHaveProperty("pins1");
  });
});
