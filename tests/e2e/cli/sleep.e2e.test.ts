import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DownData } from "../../../cli/environments/down.data";
import type { ExtendData } from "../../../cli/environments/extend.data";
import type { UpData } from "../../../cli/environments/up.data";
import type { ListData } from "../../../cli/overview/list.data";
import type { ShowData } from "../../../cli/overview/show.data";
import type { SleepData } from "../../../cli/sleep/sleep.data";
import type { EnvironmentStatus } from "../../../cli/stacks/environment-status";
import { EMPTY } from "../support/account";
import { MINUTES } from "../support/commands";
import { notedLockHolder } from "../support/lock-holder";
import { writeOverlay } from "../support/overlay";
import { signalGroup } from "../support/run";
import { until } from "../support/until";
import { World } from "../support/world";

// Claim: a sleeping environment costs nothing and loses nothing; a wake from any checkout brings back the same bytes.

const STACK = "alice-dev";
const API = "registry.digitalocean.com/acme/shop/api:v1";

let world: World;
let overlay: string;
beforeAll(async () => {
  world = await World.start();
  await world.api.request("POST", "/v2/registries", {
    name: "acme",
    subscription_tier_slug: "basic",
    region: "fra1",
  });
  overlay = writeOverlay(join(world.folder, "overlay"), [{ name: "api", image: API }]);
}, MINUTES);
afterAll(() => world.close(), MINUTES);

/** As `docker push` does: the tag moves. @returns the digest */
async function push(): Promise<string> {
  const image = { registry: "acme", repository: "shop/api", tag: "v1" };
  return (await world.api.request<{ digest: string }>("POST", "/_emulator/images", image)).digest;
}

async function environment(): Promise<EnvironmentStatus> {
  return (await world.doksEnvJson<ShowData>("show", STACK)).environment;
}

async function runningImage(checkout: string): Promise<string> {
  const file = join(checkout, ".rendered", STACK, "kubeconfig.yaml");
  const path = "jsonpath={.items[*].spec.template.spec.containers[*].image}";
  const args = ["--kubeconfig", file, "get", "deploy", "-n", STACK, "-o", path];
  return world.runWell("kubectl", ...args);
}

describe("an environment", () => {
  let bytes: string;
  let before: EnvironmentStatus;
  let another: string;

  it(
    "that is put to sleep leaves nothing in the account, and keeps its age, expiry and images",
    async () => {
      bytes = await push();
      await world.doksEnvJson<UpData>(
        ...["up", STACK, "--yes", "--overlay", overlay, "--set", "quota.pods=50"],
      );
      await world.doksEnvJson<ExtendData>("extend", STACK, "3h");
      before = await environment();

      const { exitCode, data } = await world.doksEnvResult<SleepData>("sleep", STACK, "--yes");
      expect({ exitCode, data }).toMatchObject({
        exitCode: 0,
        data: { stack: STACK, left: [], pins: { [API]: bytes }, unpinned: [] },
      });
      expect(await world.api.holdings()).toEqual(EMPTY);
      const asleep = await environment();
      expect(asleep).toMatchObject({
        state: "asleep",
        asleepSince: data.asleepSince,
        pricePerHourUsd: 0,
        createdAt: before.createdAt,
        expiresAt: before.expiresAt,
      });
      expect(asleep.clusterId).toBeUndefined();
      expect(await world.gitStatus()).toBe("");
    },
    5 * MINUTES,
  );

  it(
    "that is asleep is refused by each command that needs a cluster, with the command that wakes it",
    async () => {
      for (const command of ["up", "preview", "kubeconfig", "diagnose"]) {
        const args = command === "up" ? ["--yes"] : [];
        expect(await world.doksEnvResult(command, STACK, ...args)).toMatchObject({
          exitCode: 1,
          data: {
            message: expect.stringContaining("asleep"),
            fix: `doks-env wake ${STACK}`,
          },
        });
      }
      expect(await world.doksEnvWell("list")).toMatch(/alice-dev .* asleep .* \$0\.0000 /);
      expect(await world.api.holdings()).toEqual(EMPTY);
    },
    2 * MINUTES,
  );

  it(
    "wakes from a fresh checkout with the same bytes, although the tag has moved",
    async () => {
      expect(await push()).not.toBe(bytes);
      another = await world.anotherCheckout();
      const { environment: woken, images } = await world.doksEnvJson<UpData>(
        ...["wake", STACK, "--yes", "-C", another],
      );
      const image = `${API.slice(0, -":v1".length)}@${bytes}`;
      expect(images).toEqual([image]);
      expect(await runningImage(another)).toBe(image);
      expect(woken).toMatchObject({
        state: "up",
        createdAt: before.createdAt,
        expiresAt: before.expiresAt,
      });
      expect(woken.clusterId).not.toBe(before.clusterId);
      const { settings } = await world.doksEnvJson<ShowData>("show", STACK, "-C", another);
      expect(settings).toMatchObject({ "quota.pods": { value: 50, origin: "stack" } });
    },
    5 * MINUTES,
  );

  it(
    "that has woken resolves its tags again at the next update from any checkout",
    async () => {
      const third = await world.anotherCheckout();
      for (const checkout of [another, world.checkout, third]) {
        const { images } = await world.doksEnvJson<UpData>("up", STACK, "--yes", "-C", checkout);
        expect(images).toEqual([API]);
        const status = await world.runWell("git", "-C", checkout, "status", "--porcelain");
        expect(status).toBe("");
      }
      expect((await environment()).expiresAt).toBe(before.expiresAt);
    },
    5 * MINUTES,
  );
});

describe("a sleep that was killed", () => {
  const BUSY = "bob-dev";

  it(
    "is finished by another, from a checkout with older settings, and the wake restores the images",
    async () => {
      const ran = await push();
      await world.doksEnvJson<UpData>("up", BUSY, "--yes", "--overlay", overlay);
      const killed = world.startDoksEnv(["sleep", BUSY, "--yes"]);
      const pulumi = await until(
        "pulumi destroys",
        async () => notedLockHolder(world.env.HOME ?? "", world.backend, BUSY),
        3 * MINUTES,
      );
      killed.signal("SIGKILL");
      // Pulumi is in a group of its own, so that Ctrl-C reaches it once.
      signalGroup(pulumi, "SIGKILL");
      await killed.finished;

      await push();
      const file = join(world.checkout, `Pulumi.${BUSY}.yaml`);
      writeFileSync(file, "config:\n  ephemeral-doks:imageTag: ancient\n");
      expect(await world.doksEnvJson<SleepData>("sleep", BUSY, "--yes")).toMatchObject({
        left: [],
        pins: { [API]: ran },
      });
      const { images } = await world.doksEnvJson<UpData>("wake", BUSY, "--yes");
      expect(images).toEqual([`${API.slice(0, -":v1".length)}@${ran}`]);
      expect(readFileSync(file, "utf8")).toContain("imageTag: ancient");
    },
    8 * MINUTES,
  );

  it(
    "leaves nothing after the teardown of awake and sleeping environments",
    async () => {
      await world.doksEnvJson<SleepData>("sleep", BUSY, "--yes");
      for (const { stack } of (await world.doksEnvJson<ListData>("list")).environments) {
        expect(await world.doksEnvJson<DownData>("down", stack, "--yes")).toMatchObject({
          gone: true,
        });
      }
      await world.expectNoTraceOf(STACK);
      await world.expectNoTraceOf(BUSY);
    },
    4 * MINUTES,
  );
});
