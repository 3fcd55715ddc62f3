import { copyFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { EMPTY } from "./support/account";
import { DESTROY, MINUTES, UP } from "./support/commands";
import { until } from "./support/until";
import { World } from "./support/world";

// Claim: after any failure, an environment can be updated or removed without a trace.

let world: World;
beforeAll(async () => {
  world = await World.start();
}, MINUTES);
afterAll(() => world.close(), MINUTES);

const PLAIN_TREE = join(__dirname, "../fixtures/trees/plain");
const EIGHT_DAYS_SECONDS = 8 * 86_400;

/** Starts an update and ends it at once, with all its children, when it says something. */
async function killedUp(stack: string, moment: RegExp): Promise<void> {
  const { exitCode, output } = await world.pulumi([...UP, "--stack", stack], {
    killWhen: (said) => moment.test(said),
  });
  expect({ exitCode, output }).toEqual({ exitCode: null, output: expect.stringMatching(moment) });
  mendCheckpoint(stack);
}

/**
 * The kill may come while pulumi writes a checkpoint, and leave an empty one, or empty attributes beside a complete one. Plain
 * pulumi can read neither (docs/decisions/0011-state.md). The previous checkpoint, which pulumi keeps, takes its place.
 */
function mendCheckpoint(stack: string): void {
  const checkpoint = join(world.backend, ".pulumi/stacks/ephemeral-doks", `${stack}.json`);
  if (statSync(checkpoint).size === 0) {
    copyFileSync(`${checkpoint}.bak`, checkpoint);
  }
  const attributes = `${checkpoint}.attrs`;
  if (statSync(attributes, { throwIfNoEntry: false })?.size === 0) {
    rmSync(attributes);
  }
}

async function expectTakenAway(stack: string): Promise<void> {
  await world.pulumiWell("cancel", "--yes", "--stack", stack);
  expect(await world.down(stack)).toContain(`${stack} is gone; DigitalOcean still has`);
  expect(await world.api.holdings()).toEqual(EMPTY);
}

async function expectNothingLeft(stack: string): Promise<void> {
  expect(await world.api.holdings()).toEqual(EMPTY);
  expect(await world.resourcesOf(stack)).toEqual([]);
}

describe("an environment whose update was killed", () => {
  it(
    "is finished by the next update, which imports resources that the state lacks",
    async () => {
      await world.pulumiWell("stack", "init", "killed-dev");
      await world.pulumiWell("config", "set", "overlay", PLAIN_TREE, "--stack", "killed-dev");
      await world.pulumiWell(...UP, "--stack", "killed-dev");
      await world.pulumiWell("config", "rm", "overlay", "--stack", "killed-dev");
      await killedUp("killed-dev", /apps\/v1:Deployment \S+ creating/);

      const locked = await world.pulumi([...UP, "--stack", "killed-dev"]);
      expect(locked.output).toContain("the stack is currently locked");
      await world.pulumiWell("cancel", "--yes", "--stack", "killed-dev");
      await world.pulumiWell(...UP, "--stack", "killed-dev");
      expect((await fetch(await world.output("killed-dev", "url"))).status).toBe(200);

      await world.pulumiWell(...DESTROY, "--stack", "killed-dev");
      await expectNothingLeft("killed-dev");
    },
    6 * MINUTES,
  );

  it(
    "is removed by `make down` when its cluster was still being created",
    async () => {
      await world.pulumiWell("stack", "init", "early-dev");
      // The engine has asked for the cluster by then; killed, it cannot note down that it exists.
      const killAfter = until("the account has the cluster", async () =>
        (await world.api.clusters()).includes("early-dev") ? true : undefined,
      );
      const { exitCode } = await world.pulumi([...UP, "--stack", "early-dev"], { killAfter });
      expect(exitCode).toBeNull();
      await expectTakenAway("early-dev");
    },
    4 * MINUTES,
  );

  it(
    "is removed by `make down` when its nodes and workloads were still being created",
    async () => {
      await world.pulumiWell("stack", "init", "later-dev");
      await killedUp("later-dev", /core\/v1:Service \S+ creating/);
      await expectTakenAway("later-dev");
    },
    4 * MINUTES,
  );
});

describe("an old environment", () => {
  it(
    "is updated after all credentials have expired",
    async () => {
      await world.pulumiWell("stack", "init", "old-dev");
      await world.pulumiWell(...UP, "--stack", "old-dev");
      await world.api.request("POST", "/_emulator/clock", { advanceSeconds: EIGHT_DAYS_SECONDS });
      // The machine's own clock stands still: what it has kept would have gone with the time.
      rmSync(join(String(world.env.HOME), ".cache/ephemeral-doks"), { recursive: true });

      await world.pulumiWell(
        "config",
        "set",
        "--path",
        "images.adservice.tag",
        "new",
        "--stack",
        "old-dev",
      );
      await world.pulumiWell(...UP, "--stack", "old-dev");
      expect(await world.output("old-dev", "images")).toContain("/adservice:new");
    },
    5 * MINUTES,
  );

  it(
    "is replaced when it moves to another region",
    async () => {
      const before = await world.output("old-dev", "clusterId");
      await world.pulumiWell("config", "set", "region", "nyc3", "--stack", "old-dev");
      await world.pulumiWell(...UP, "--stack", "old-dev");
      expect(await world.output("old-dev", "clusterId")).not.toBe(before);
      // The name of the old one was taken until the new one ran.
      expect((await world.api.holdings()).clusters).toEqual(["old-dev-nyc3"]);
      expect((await fetch(await world.output("old-dev", "url"))).status).toBe(200);
    },
    5 * MINUTES,
  );

  it(
    "is destroyed although its cluster was deleted behind Pulumi's back",
    async () => {
      const cluster = await world.output("old-dev", "clusterId");
      await world.api.request(
        "DELETE",
        `/v2/kubernetes/clusters/${cluster}/destroy_with_associated_resources/dangerous`,
      );
      // DigitalOcean's provider does not forgive a cluster that is gone. By then all that was inside is out of the state.
      const first = await world.pulumi([...DESTROY, "--stack", "old-dev"]);
      expect(first.exitCode).not.toBe(0);
      expect(first.output).toContain("404");
      await world.pulumiWell(...DESTROY, "--refresh", "--stack", "old-dev");
      await expectNothingLeft("old-dev");
    },
    3 * MINUTES,
  );
});
