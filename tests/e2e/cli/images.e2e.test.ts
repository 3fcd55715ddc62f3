import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { DownData } from "../../../cli/environments/down.data";
import type { UpData } from "../../../cli/environments/up.data";
import type { ListData } from "../../../cli/overview/list.data";
import type { ShowData } from "../../../cli/overview/show.data";
import { EMPTY } from "../support/account";
import { MINUTES } from "../support/commands";
import { writeOverlay } from "../support/overlay";
import { World } from "../support/world";

// Claim: an environment runs the given images, with identical bytes when they are pinned, from any checkout.

const STACK = "pr-7-ci";
const SHOP = "registry.digitalocean.com/acme/shop";

let world: World;
let overlay: string;
beforeAll(async () => {
  world = await World.start();
  await world.api.request("POST", "/v2/registries", {
    name: "acme",
    subscription_tier_slug: "basic",
    region: "fra1",
  });
  overlay = writeOverlay(join(world.folder, "overlay"), [
    { name: "api", image: `${SHOP}/api:v1` },
    { name: "worker", image: `${SHOP}/worker:v1` },
  ]);
}, MINUTES);
afterAll(() => world.close(), MINUTES);

/** As `docker push` does; a tag that is there already moves. @returns the digest */
async function push(service: string, tag: string): Promise<string> {
  const image = { registry: "acme", repository: `shop/${service}`, tag };
  const { digest } = await world.api.request<{ digest: string }>(
    "POST",
    "/_emulator/images",
    image,
  );
  return digest;
}

async function runningImages(): Promise<string[]> {
  const path = "jsonpath={.items[*].spec.template.spec.containers[*].image}";
  return (await world.kubectl(STACK, "get", "deploy", "-n", STACK, "-o", path)).split(" ");
}

/** The settings in the stack's own file of a checkout. */
function configIn(checkout: string): unknown {
  const { config } = parse(readFileSync(join(checkout, `Pulumi.${STACK}.yaml`), "utf8")) as {
    config: Record<string, unknown>;
  };
  return Object.fromEntries(
    Object.entries(config).flatMap(([key, value]) =>
      key.startsWith("ephemeral-doks:") ? [[key.slice("ephemeral-doks:".length), value]] : [],
    ),
  );
}

describe("images", () => {
  let api: string;
  let worker: string;

  it(
    "that are missing in the registry are a fault before anything is created",
    async () => {
      api = await push("api", "v1");
      const { exitCode, data } = await world.doksEnvResult<{ message: string }>(
        ...["up", STACK, "--yes", "--overlay", overlay],
      );
      expect({ exitCode, data }).toMatchObject({
        exitCode: 1,
        data: {
          message: expect.stringContaining(`image ${SHOP}/worker:v1 does not exist`),
          fix: expect.stringContaining("nothing was changed"),
        },
      });
      expect(data.message).not.toContain(`${SHOP}/api`);
      expect(await world.api.holdings()).toEqual(EMPTY);
      expect((await world.doksEnvJson<ListData>("list")).environments).toEqual([]);
      expect(existsSync(join(world.checkout, `Pulumi.${STACK}.yaml`))).toBe(false);
      expect(await world.gitStatus()).toBe("");
    },
    MINUTES,
  );

  it(
    "run by their tags' digests when they are pinned",
    async () => {
      worker = await push("worker", "v2");
      const { images } = await world.doksEnvJson<UpData>(
        ...["up", STACK, "--yes", "--overlay", overlay, "--image", "worker=v2", "--pin"],
      );
      const pinned = [`${SHOP}/api@${api}`, `${SHOP}/worker@${worker}`];
      expect(images).toEqual(pinned);
      expect(await runningImages()).toEqual(pinned);
      expect(configIn(world.checkout)).toMatchObject({
        images: { worker: { tag: "v2" } },
        pins: { [`${SHOP}/api:v1`]: api, [`${SHOP}/worker:v2`]: worker },
      });
      expect(await world.gitStatus()).toBe("");
    },
    4 * MINUTES,
  );

  it(
    "stay the same bytes when the tags move, also from a fresh checkout",
    async () => {
      const newer = await push("api", "v1");
      const another = await world.anotherCheckout();
      const up = (...args: string[]) =>
        world.doksEnv(["up", STACK, "--yes", "--json", ...args], { cwd: another });

      expect(existsSync(join(another, `Pulumi.${STACK}.yaml`))).toBe(false);
      expect(await up()).toMatchObject({ exitCode: 0 });
      expect(await runningImages()).toEqual([`${SHOP}/api@${api}`, `${SHOP}/worker@${worker}`]);
      expect(configIn(another)).toEqual(configIn(world.checkout));
      // The profile's, still: Pulumi remembers the project's 7 days among the stack's own values.
      const { settings } = await world.doksEnvJson<ShowData>("show", STACK, "-C", another);
      expect(settings).toMatchObject({ ttl: { value: "14d", origin: "profile" } });

      expect(await up("--pin")).toMatchObject({ exitCode: 0 });
      expect(await runningImages()).toEqual([`${SHOP}/api@${newer}`, `${SHOP}/worker@${worker}`]);
      const status = await world.runWell("git", "-C", another, "status", "--porcelain");
      expect(status).toBe("");
    },
    4 * MINUTES,
  );

  it(
    "run by --image-tag, and a digest takes precedence",
    async () => {
      await Promise.all([push("api", "pr-7"), push("worker", "pr-7")]);
      const args = ["--image-tag", "pr-7", "--image", `api=${api}`];
      // What was said of the worker alone would win, too.
      await world.pulumiWell("config", "rm", "--path", "images.worker", "--stack", STACK);
      // The other checkout has pinned a newer digest since.
      const { images } = await world.doksEnvJson<UpData>(
        ...["up", STACK, "--yes", "--settings", "mine", ...args],
      );
      expect(images).toEqual([`${SHOP}/api@${api}`, `${SHOP}/worker:pr-7`]);
      expect(await runningImages()).toEqual(images);
    },
    2 * MINUTES,
  );

  it(
    "stay in the registry after a teardown",
    async () => {
      expect(await world.doksEnvJson<DownData>("down", STACK, "--yes")).toMatchObject({
        gone: true,
      });
      await world.expectNoTraceOf(STACK);
      const { tags } = await world.api.request<{ tags: object[] }>(
        "GET",
        `/v2/registries/acme/repositories/${encodeURIComponent("shop/api")}/tags`,
      );
      expect(tags).toHaveLength(2);
    },
    MINUTES,
  );
});
