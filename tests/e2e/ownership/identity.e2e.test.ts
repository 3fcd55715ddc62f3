import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { DownData } from "../../../cli/environments/down.data";
import type { UpData } from "../../../cli/environments/up.data";
import type { CiData } from "../../../cli/pull-requests/ci.data";
import type { SleepData } from "../../../cli/sleep/sleep.data";
import { DAY, HOUR, ReapingWorld } from "../reap/support/reaping-world";
import { MINUTES, UP } from "../support/commands";
import { writeOverlay } from "../support/overlay";
import { until } from "../support/until";
import { World } from "../support/world";

// Claim: only resources that an environment provably owns are destroyed, and none of them is lost or left behind.

let world: World;
let at: ReapingWorld;
let overlay: string;
beforeAll(async () => {
  world = await World.start();
  at = new ReapingWorld(world);
  const image = "registry.example.com/shop/worker:v1";
  overlay = writeOverlay(join(world.folder, "overlay"), [{ name: "worker", image }]);
}, MINUTES);
afterAll(() => world.close(), MINUTES);

const up = (stack: string) => world.doksEnvJson<UpData>("up", stack, "--overlay", overlay, "--yes");

describe("a cluster of somebody else that is called the same", () => {
  const FOREIGN = ["production", "production-ci", "production-old"];

  it(
    "survives sleep, down, ci down and the reaper, and is reported with the command that removes it",
    async () => {
      const [first = "", ci = "", old = ""] = [
        await at.addCluster("dora-dev", "production"),
        await at.addCluster("pr-7-ci", "production-ci"),
        await at.addCluster("eve-dev", "production-old"),
      ];
      const removal = (id: string) => `doctl kubernetes cluster delete ${id} --dangerous`;
      await up("dora-dev");

      const slept = await world.doksEnvJson<SleepData>("sleep", "dora-dev", "--yes");
      expect(slept.foreign).toMatchObject([{ id: first, removal: removal(first) }]);
      const down = await world.doksEnv(["down", "dora-dev", "--yes"]);
      expect(down).toMatchObject({ exitCode: 0 });
      expect(down.stdout).toContain(`production: ${removal(first)}`);

      at.addStack("pr-7-ci", { tags: { pullRequest: "7" } });
      const commit = "0".repeat(40);
      const ended = await world.doksEnvJson<CiData>(
        ...["ci", "down", "--pull-request", "7", "--commit", commit],
      );
      expect(ended.receipt?.foreign).toMatchObject([{ id: ci, removal: removal(ci) }]);

      at.addStack("eve-dev", { createdAgo: 10 * DAY, expiresIn: -DAY });
      await at.advance(2 * HOUR);
      const { run } = await at.reap("run");
      expect(run.outcomes.map(({ subject, state }) => [subject, state])).toEqual([
        ["eve-dev", "done"],
      ]);
      expect(run.plan.entries.map(({ subject, action }) => [subject, action])).toEqual(
        expect.arrayContaining([[`cluster/${old}`, "skip"]]),
      );
      expect((await world.api.holdings()).clusters).toEqual(FOREIGN);
    },
    5 * MINUTES,
  );
});

describe("two backends and one account", () => {
  it(
    "neither take each other's cluster down nor make another of its name",
    async () => {
      await up("dora-dev");
      const id = await world.output("dora-dev", "clusterId");
      const backend = join(world.folder, "colleague");
      mkdirSync(backend);
      const env = { ...world.env, PULUMI_BACKEND_URL: pathToFileURL(backend).href };
      const refused = await world.doksEnv(["up", "dora-dev", "--overlay", overlay, "--yes"], {
        env,
      });
      expect(refused.exitCode).toBe(1);
      expect(refused.stderr).toContain(`the account has a cluster "dora-dev" already (${id})`);

      await world.pulumi(["stack", "init", "dora-dev", "--no-select"], { env });
      const previewed = await world.pulumi(["preview", "--stack", "dora-dev"], { env });
      expect(previewed.exitCode).not.toBe(0);
      expect(previewed.output).toContain(`the account has a cluster "dora-dev" already (${id})`);

      const down = await world.doksEnv(["down", "dora-dev", "--yes", "--json"], { env });
      const { foreign = [] } = JSON.parse(down.stdout) as DownData;
      expect(foreign.map((cluster) => cluster.id)).toContain(id);
      expect((await world.api.holdings()).clusters).toContain("dora-dev");
    },
    4 * MINUTES,
  );
});

describe("one backend and two accounts", () => {
  it(
    "refuse every command that concludes something, and name both accounts",
    async () => {
      const other = await World.start();
      try {
        const { DIGITALOCEAN_API_URL, DIGITALOCEAN_TOKEN } = other.env;
        const env = { ...world.env, DIGITALOCEAN_API_URL, DIGITALOCEAN_TOKEN };
        // By then this machine's clock is that far ahead, and the reaper compares it with the account's.
        const advanceSeconds = Math.round(at.now() - Date.now() / 1000);
        await other.api.request("POST", "/_emulator/clock", { advanceSeconds });
        const accounts = [await world.api.accountUuid(), await other.api.accountUuid()];
        const said = new RegExp(
          `in account ${accounts[0]}, and the token is for account ${accounts[1]}`,
        );
        for (const args of [
          ["down", "dora-dev", "--yes"],
          ["sleep", "dora-dev", "--yes"],
          ["up", "dora-dev", "--yes"],
        ]) {
          const { exitCode, stderr } = await world.doksEnv(args, { env });
          expect({ args, exitCode, stderr }).toEqual({
            args,
            exitCode: 1,
            stderr: expect.stringMatching(said) as string,
          });
        }
        const updated = await world.pulumi([...UP, "--stack", "dora-dev"], { env });
        expect(updated.exitCode).not.toBe(0);
        expect(updated.output).toMatch(said);
        const reaped = await world.doksEnv(["reap", "run"], { env });
        expect({ exitCode: reaped.exitCode, output: reaped.output }).toEqual({
          exitCode: 1,
          output: expect.stringContaining("is of account") as string,
        });
        expect((await world.api.holdings()).clusters).toContain("dora-dev");
      } finally {
        await other.close();
      }
      await world.doksEnvJson("down", "dora-dev", "--yes");
    },
    5 * MINUTES,
  );
});

describe("an update that is killed", () => {
  interface Clusters {
    readonly kubernetes_clusters: readonly {
      readonly id: string;
      readonly name: string;
      readonly node_pools: readonly { readonly name: string }[];
    }[];
  }
  const clusterOf = async (stack: string) =>
    (await world.api.request<Clusters>("GET", "/v2/kubernetes/clusters")).kubernetes_clusters.find(
      ({ name }) => name === stack,
    );

  async function killed(stack: string, moment: string, has: () => Promise<unknown>): Promise<void> {
    await world.pulumiWell("stack", "init", stack, "--no-select");
    await world.pulumiWell("config", "set", "overlay", overlay, "--stack", stack);
    const killAfter = until(moment, async () => ((await has()) ? true : undefined));
    const { exitCode } = await world.pulumi([...UP, "--stack", stack], { killAfter });
    expect(exitCode).toBeNull();
    await world.pulumiWell("cancel", "--yes", "--stack", stack);
  }

  it(
    "while the cluster is being created is finished by the next, which removes what was left",
    async () => {
      await killed("fred-dev", "the account has the cluster", () => clusterOf("fred-dev"));
      const left = (await clusterOf("fred-dev"))?.id;
      const { environment } = await up("fred-dev");
      expect(environment.clusterId).not.toBe(left);
      expect(await clusterOf("fred-dev")).toMatchObject({ id: environment.clusterId });
    },
    4 * MINUTES,
  );

  it(
    "while the node pool is being created is finished by the next, and can be taken away",
    async () => {
      const hasWorkers = async (stack: string) =>
        (await clusterOf(stack))?.node_pools.some(({ name }) => name === "workers");
      for (const stack of ["gina-dev", "hal-dev"]) {
        await killed(stack, "the cluster has the pool", () => hasWorkers(stack));
      }
      await up("gina-dev");
      expect((await clusterOf("gina-dev"))?.node_pools.map(({ name }) => name)).toEqual([
        "base",
        "workers",
      ]);
      for (const stack of ["fred-dev", "gina-dev", "hal-dev"]) {
        expect(await world.doksEnvJson<DownData>("down", stack, "--yes")).toMatchObject({
          gone: true,
        });
      }
      const { clusters, droplets } = await world.api.holdings();
      expect(clusters.filter((name) => /^(fred|gina|hal)-dev/.test(name))).toEqual([]);
      expect(droplets.filter((name) => name.startsWith("workers"))).toEqual([]);
    },
    6 * MINUTES,
  );
});
