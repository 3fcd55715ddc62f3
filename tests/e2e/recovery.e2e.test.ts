import { EMPTY } from "./support/account";
import { DESTROY, MINUTES, UP } from "./support/commands";
import { until } from "./support/until";
import { World } from "./support/world";

// Claim: whatever happens to an environment on the way, it can be updated or taken away without a trace.

let world: World;
beforeAll(async () => {
  world = await World.start();
}, MINUTES);
afterAll(() => world.close(), MINUTES);

const EIGHT_DAYS_SECONDS = 8 * 86_400;

async function expectNothingLeft(stack: string): Promise<void> {
  expect(await world.api.holdings()).toEqual(EMPTY);
  expect(await world.resourcesOf(stack)).toEqual([]);
}

describe("an environment whose update was killed", () => {
  it(
    "is finished by the next update when its cluster is there",
    async () => {
      await world.pulumiWell("stack", "init", "killed-dev");
      const killed = await world.pulumi([...UP, "--stack", "killed-dev"], {
        killWhen: (output) => /kubernetes:core\/v1:Service\S* \S+ creating/.test(output),
      });
      expect(killed.exitCode).not.toBe(0);

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
    "is taken away by `make down` when its cluster was still being created, and so is the cluster",
    async () => {
      await world.pulumiWell("stack", "init", "early-dev");
      await world.pulumi([...UP, "--stack", "early-dev"], {
        killWhen: (output) => /KubernetesCluster\S* \S+ creating/.test(output),
      });
      // The engine had asked for the cluster and was killed before it could note down that it exists.
      await until("the account has the cluster", async () =>
        (await world.api.holdings()).clusters.includes("early-dev") ? true : undefined,
      );
      await world.pulumiWell("cancel", "--yes", "--stack", "early-dev");

      const receipt = await world.down("early-dev");
      expect(receipt).toContain("early-dev is gone; DigitalOcean holds of it");
      expect(await world.api.holdings()).toEqual(EMPTY);
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
    "is replaced, not mixed up, when it moves to another region",
    async () => {
      const before = await world.output("old-dev", "clusterId");
      await world.pulumiWell("config", "set", "region", "nyc3", "--stack", "old-dev");
      await world.pulumiWell(...UP, "--stack", "old-dev");
      expect(await world.output("old-dev", "clusterId")).not.toBe(before);
      expect((await world.api.holdings()).clusters).toEqual(["old-dev"]);
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
