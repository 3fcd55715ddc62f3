import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { UpData } from "../../../cli/environments/up.data";
import type { ShowData } from "../../../cli/overview/show.data";
import type { RunData } from "../../../cli/reap/reap.data";
import type { EnvironmentStatus } from "../../../cli/stacks/environment-status";
import { EMPTY } from "../support/account";
import { MINUTES } from "../support/commands";
import { World } from "../support/world";
import { HOUR, outcomes, planned, ReapingWorld, verdicts } from "./support/reaping-world";

// Claim: traffic keeps real environments up; without it they sleep, and they wake on schedule. Remains of real clusters are
// found and removed, and nothing of others.

const STACK = "alice-dev";
const SHOP = join(__dirname, "../../fixtures/trees/two-entries/shop.yaml");
const MINUTE = 60;

let world: World;
let at: ReapingWorld;
let url: string;
beforeAll(async () => {
  world = await World.start();
  at = new ReapingWorld(world);
}, MINUTES);
afterAll(() => world.close(), MINUTES);

/** One Deployment behind one load balancer. */
function writeShop(): string {
  const folder = join(world.folder, "shop");
  mkdirSync(folder);
  cpSync(SHOP, join(folder, "shop.yaml"));
  writeFileSync(join(folder, "kustomization.yaml"), "resources: [shop.yaml]\n");
  return folder;
}

/** Local time in UTC. @param later - in seconds */
function clockTime(later: number): string {
  return at.timestamp(later).slice(11, 16);
}

async function environment(): Promise<EnvironmentStatus> {
  return (await world.doksEnvJson<ShowData>("show", STACK)).environment;
}

describe("an environment on its own cluster", () => {
  it(
    "is kept by traffic alone",
    async () => {
      const hours = {
        sleepAt: clockTime(10 * HOUR),
        wakeAt: clockTime(12 * HOUR),
        days: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
        timeZone: "UTC",
      };
      const { environment: up } = await world.doksEnvJson<UpData>(
        ...["up", STACK, "--yes", "--overlay", writeShop(), "--set", "idleAfter=3h"],
        ...["--set", `workingHours=${JSON.stringify(hours)}`],
      );
      url = up.url ?? "";
      await at.advance(2 * HOUR);
      // Of each the emulator counts the answer's 75 bytes.
      for (let count = 0; count < 500; count++) {
        expect((await fetch(url)).status).toBe(200);
      }
      await at.advance(2.5 * HOUR);
      const { exitCode, run } = await at.reap("run");
      expect({ exitCode, verdicts: verdicts(run), planned: planned(run) }).toEqual({
        exitCode: 0,
        verdicts: { [STACK]: "active" },
        planned: {},
      });
      expect(run.environments[0]?.reasons.join()).toContain("traffic");
      expect((await fetch(url)).status).toBe(200);
    },
    5 * MINUTES,
  );

  it(
    "sleeps after idleAfter without traffic, and leaves nothing in the account",
    async () => {
      await at.advance(3 * HOUR + 10 * MINUTE);
      const { exitCode, run } = await at.reap("run");
      expect({ exitCode, planned: planned(run), outcomes: run.outcomes }).toMatchObject({
        exitCode: 0,
        planned: { [STACK]: "sleep idle" },
        outcomes: [{ subject: STACK, state: "done", left: [] }],
      });
      expect(verdicts(run)).toEqual({ [STACK]: "idle" });
      expect(run.agreement).toEqual({ state: "agree", differences: [] });
      expect(await world.api.holdings()).toEqual(EMPTY);
      expect((await environment()).state).toBe("asleep");
    },
    3 * MINUTES,
  );

  it(
    "sleeps until its working hours begin, and then is up again",
    async () => {
      expect(planned((await at.reap("run")).run)).toEqual({});
      await at.advance(5 * HOUR);
      const { exitCode, run } = await at.reap("run");
      expect({ exitCode, planned: planned(run), outcomes: outcomes(run) }).toEqual({
        exitCode: 0,
        planned: { [STACK]: "wake workingHours" },
        outcomes: { [STACK]: "done" },
      });
      expect(run.agreement.state).toBe("agree");
      const woken = await environment();
      expect(woken.state).toBe("up");
      url = woken.url ?? "";
      expect((await fetch(url)).status).toBe(200);
    },
    5 * MINUTES,
  );
});

describe("what belongs to no environment", () => {
  let ghost: string;
  let lost: string;

  it(
    "is deleted if its owner is certain, and reported if not",
    async () => {
      const own = (await environment()).clusterId ?? "";
      const id = await world.output(STACK, "id");
      lost = await at.addCluster(STACK, "lost", id);
      const foreign = await at.addCluster(STACK, "foreign");
      ghost = await at.addCluster("ghost-dev");
      const gone = await at.addCluster(STACK, "gone", id);
      // Each bears the id of the cluster that made it, and nothing else.
      await at.addVolume("of-lost", [`k8s:${lost}`]);
      const left = await at.addVolume("left-by-gone", [`k8s:${gone}`]);
      const others = await at.addVolume("of-others", ["k8s:0f6f0d4e-0000-4000-8000-000000000000"]);
      const kept = await at.addVolume("kept-by-alice", [`k8s:${own}`]);
      // Created a moment ago, it may be somebody's who waits for it.
      const { run: first } = await at.reap("run");
      expect(strays(first)).toEqual({});
      await world.api.request("DELETE", `/v2/kubernetes/clusters/${gone}`);

      await at.advance(HOUR + MINUTE);
      const { exitCode, run } = await at.reap("run");
      expect({ exitCode, planned: strays(run), outcomes: outcomes(run) }).toEqual({
        exitCode: 0,
        planned: {
          [`cluster/${lost}`]: "destroy unknownCluster",
          // That it was of this environment's cluster the reaper remembers.
          [`volume/${left}`]: "destroy clusterGone",
          [`cluster/${ghost}`]: "skip",
          [`cluster/${foreign}`]: "skip",
        },
        outcomes: { [`cluster/${lost}`]: "done", [`volume/${left}`]: "done" },
      });
      expect(await idsOf("volumes")).toEqual([others, kept].sort());
      expect(await idsOf("kubernetes_clusters", "kubernetes/clusters")).toEqual(
        [own, ghost, foreign].sort(),
      );
      for (const cluster of [ghost, foreign]) {
        await world.api.request("DELETE", `/v2/kubernetes/clusters/${cluster}`);
      }
    },
    4 * MINUTES,
  );

  it(
    "includes a whole environment whose cluster was deleted",
    async () => {
      const { clusterId = "" } = await environment();
      await world.api.request("DELETE", `/v2/kubernetes/clusters/${clusterId}`);
      expect((await world.api.holdings()).loadBalancers).toHaveLength(1);
      await at.advance(HOUR);
      const { exitCode, run } = await at.reap("run");
      expect({ exitCode, verdicts: verdicts(run), agreement: run.agreement }).toEqual({
        exitCode: 0,
        verdicts: { [STACK]: "orphaned" },
        agreement: { state: "agree", differences: [] },
      });
      expect(planned(run)).toMatchObject({ [STACK]: "destroy clusterGone" });
      expect(at.stackNames()).toEqual([]);
      expect(await world.api.holdings()).toEqual({ ...EMPTY, volumes: ["of-others"] });
    },
    6 * MINUTES,
  );
});

/** What the plan does to what belongs to no environment. */
function strays(run: RunData): Record<string, string> {
  const { [STACK]: _, ...others } = planned(run);
  return others;
}

async function idsOf(key: string, path = key): Promise<string[]> {
  const answer = await world.api.request<Record<string, { id: string }[]>>("GET", `/v2/${path}`);
  return (answer[key] ?? []).map(({ id }) => id).sort();
}
