import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { ReapData } from "../../../cli/reap/reap.data";
import { DESTROY, MINUTES } from "../support/commands";
import { until } from "../support/until";
import { World } from "../support/world";
import { DAY, HOUR, outcomes, planned, ReapingWorld } from "./support/reaping-world";

// Claim: nothing is destroyed without a warning, rehearsals do nothing, and only one reaper runs at a time.

const MINUTE = 60;

let world: World;
let at: ReapingWorld;
let webhook: Server;
let status = 500;
const posted: string[] = [];
let withWebhook: NodeJS.ProcessEnv;

beforeAll(async () => {
  world = await World.start();
  at = new ReapingWorld(world);
  webhook = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => {
      posted.push((JSON.parse(body) as { text: string }).text);
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => webhook.listen(0, "127.0.0.1", resolve));
  const { port } = webhook.address() as AddressInfo;
  withWebhook = { DOKS_ENV_WEBHOOK_URL: `http://127.0.0.1:${port}/services/very-secret` };
}, MINUTES);
afterAll(async () => {
  await new Promise((resolve) => webhook.close(resolve));
  await world.close();
}, MINUTES);

describe("an environment that has expired", () => {
  beforeAll(() => at.addStack("alice-dev", { expiresIn: -HOUR, policy: { warnAhead: ["30m"] } }));

  it(
    "is destroyed by a rehearsal only in its record",
    async () => {
      expect((await at.reap("rehearse")).exitCode).toBe(0);
      expect(at.stackNames()).toEqual(["alice-dev"]);
      const { data } = await world.doksEnvResult<ReapData>("reap", "review");
      expect(data.review).toMatchObject({ wouldHaveDestroyed: 1, usedAfterwards: 0 });
    },
    MINUTES,
  );

  it(
    "stays as long as no warning was delivered",
    async () => {
      const { exitCode, run, stderr } = await at.reapWith(withWebhook, "run");
      expect({ exitCode, planned: planned(run), outcomes: outcomes(run) }).toEqual({
        exitCode: 3,
        planned: { "alice-dev": "warn ttl" },
        outcomes: { "alice-dev": "failed" },
      });
      expect(stderr).toContain("the webhook answers 500");
      expect(stderr + JSON.stringify(run)).not.toContain("very-secret");
      await at.advance(HOUR);
      await at.reapWith(withWebhook, "run");
      expect(at.stackNames()).toEqual(["alice-dev"]);
    },
    MINUTES,
  );

  it(
    "gets a warning with a working command, and is destroyed after the warning's time",
    async () => {
      status = 200;
      await at.reapWith(withWebhook, "run");
      expect(posted.at(-1)).toContain("To keep it: `doks-env extend alice-dev 1d`");
      await at.advance(29 * MINUTE);
      await at.reapWith(withWebhook, "run");
      expect(at.stackNames()).toEqual(["alice-dev"]);
      await at.advance(MINUTE);
      const { run } = await at.reapWith(withWebhook, "run");
      expect(outcomes(run)).toEqual({ "alice-dev": "done" });
      expect(at.stackNames()).toEqual([]);
    },
    2 * MINUTES,
  );
});

describe("two reapers at once", () => {
  it(
    "do not run together: the second reports the first",
    async () => {
      at.addStack("bob-dev", { expiresIn: -HOUR, createdAgo: 3 * DAY });
      const first = world.startDoksEnv(["reap", "run"]);
      await first.says(/bob-dev: destroy: expires/);
      // So that it is still at work, however quick it is.
      first.signal("SIGSTOP");
      const second = await world.doksEnv(["reap", "run"]);
      first.signal("SIGCONT");
      expect(second).toMatchObject({
        exitCode: 1,
        stderr: expect.stringMatching(/another reaper works on shard 1\/1: .* since /),
      });
      expect(await first.finished).toMatchObject({ exitCode: 0 });
      expect(at.stackNames()).toEqual([]);
    },
    MINUTES,
  );

  it(
    "run one after the other when the first was killed, and the second finishes its work",
    async () => {
      at.addStack("carl-dev", { expiresIn: -HOUR, createdAgo: 3 * DAY });
      const killed = world.startDoksEnv(["reap", "run"]);
      await killed.says(/carl-dev: destroy: expires/);
      killed.signal("SIGKILL");
      await killed.finished;
      await at.advance(HOUR);
      // Pulumi, in a process group of its own, may still work on it: a reaper leaves a stack alone that is being updated.
      await until("the second has finished", async () => {
        const { exitCode, run } = await at.reap("run");
        expect({ exitCode, state: run.agreement.state }).toEqual({ exitCode: 0, state: "agree" });
        return at.stackNames().length === 0 || undefined;
      });
    },
    MINUTES,
  );

  it(
    "also finish when only the stack was left",
    async () => {
      const clusterId = "0f6f0d4e-0000-4000-8000-000000000001";
      const tags = { account: await world.api.accountUuid() };
      at.addStack("dora-dev", { createdAgo: 3 * DAY, clusterId, tags });
      // A trace of its cluster, without which the token could be another account's.
      const others = [`k8s:${clusterId}`, "k8s:0f6f0d4e-0000-4000-8000-000000000002"];
      const volume = await at.addVolume("of-two", others);
      const killed = world.startDoksEnv(["reap", "run"]);
      await killed.says(/dora-dev: destroy: /);
      killed.signal("SIGKILL");
      await killed.finished;
      // What pulumi, in a process group of its own, had still to do, and would have done.
      await until("the state is empty", async () => {
        await world.pulumi([...DESTROY, "--stack", "dora-dev"]);
        return at.isEmpty("dora-dev") || undefined;
      });
      expect(at.stackNames()).toEqual(["dora-dev"]);

      await world.api.request("DELETE", `/v2/volumes/${volume}`);
      // The first one's pulumi may have started late, and hold the stack again.
      const { exitCode, run } = await until("a reaper takes the stack up", async () => {
        const reaped = await at.reap("run");
        return "dora-dev" in planned(reaped.run) ? reaped : undefined;
      });
      expect({ exitCode, planned: planned(run), outcomes: outcomes(run) }).toEqual({
        exitCode: 0,
        planned: { "dora-dev": "destroy clusterGone" },
        outcomes: { "dora-dev": "done" },
      });
      expect(at.stackNames()).toEqual([]);
    },
    2 * MINUTES,
  );
});
