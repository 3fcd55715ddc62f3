import { appendFileSync } from "node:fs";
import { join } from "node:path";
import type { ListData } from "../../../cli/overview/list.data";
import { GitHubServer } from "../../helpers/github/server";
import { MINUTES } from "../support/commands";
import { World } from "../support/world";
import { DAY, HOUR, outcomes, planned, ReapingWorld, verdicts } from "./support/reaping-world";

// Claim: the reaper destroys only expired, orphaned and unclaimed resources, with receipts, despite any failures.

let world: World;
let at: ReapingWorld;
beforeAll(async () => {
  world = await World.start();
  at = new ReapingWorld(world);
}, MINUTES);
afterAll(() => world.close(), MINUTES);
afterEach(() => at.fix());

describe("stacks of all kinds", () => {
  let gitHub: GitHubServer;
  let withGitHub: NodeJS.ProcessEnv;
  beforeAll(async () => {
    gitHub = await GitHubServer.start({ now: () => new Date(at.now() * 1000) });
    const repository = gitHub.world.add("acme/shop");
    repository.open(7);
    repository.open(8);
    repository.close(8);
    withGitHub = gitHub.env("acme/shop");
    appendFileSync(join(world.checkout, "Pulumi.yaml"), "  repository: acme/shop\n");
    await world.runWell("git", "commit", "--all", "--quiet", "--message", "repository");
    const used = { lastUsed: at.timestamp(-HOUR) };
    at.addStack("active-dev", { tags: used });
    at.addStack("idle-dev");
    at.addStack("expiring-dev", { expiresIn: HOUR, policy: { warnAhead: ["2h"] }, tags: used });
    at.addStack("expired-dev", { expiresIn: -HOUR });
    at.addStack("extended-dev", {
      expiresIn: -HOUR,
      tags: { expires: at.timestamp(3 * DAY), ...used },
    });
    at.addStack("old-dev", {
      createdAgo: 30 * DAY + HOUR,
      tags: { expires: at.timestamp(9 * DAY), ...used },
    });
    at.addStack("pr-7-ci", { tags: { pullRequest: "7" } });
    at.addStack("pr-8-ci", { tags: { pullRequest: "8" } });
    at.addStack("fresh-dev", { expiresIn: -HOUR, updatedAgo: 60 });
    at.addStack("held-dev", { expiresIn: -HOUR });
    at.lock("held-dev");
    at.addStack("protected-dev", { expiresIn: -HOUR, tags: { protected: "true" } });
    at.writeState("damaged-dev.json", "{");
  }, MINUTES);
  afterAll(() => gitHub.close());

  it(
    "each have their verdict, also in list",
    async () => {
      const { run } = await at.reapWith(withGitHub, "plan");
      expect(verdicts(run)).toEqual({
        "active-dev": "active",
        "idle-dev": "idle",
        "expiring-dev": "expiring",
        "expired-dev": "expired",
        "extended-dev": "active",
        "old-dev": "expired",
        "pr-7-ci": "active",
        "pr-8-ci": "orphaned",
        "fresh-dev": "active",
        "held-dev": "active",
        "protected-dev": "protected",
        "damaged-dev": "unknown",
      });
      expect(planned(run)).toEqual({
        "expired-dev": "destroy ttl",
        "expiring-dev": "warn ttl",
        "old-dev": "destroy maxTtl",
        "pr-8-ci": "destroy pullRequestClosed",
        "protected-dev": "skip",
        "damaged-dev": "skip",
      });
      const { environments } = await world.doksEnvJson<ListData>("list");
      const kinds = Object.fromEntries(
        environments.map(({ stack, verdict }) => [stack, verdict.kind]),
      );
      expect(kinds).toMatchObject({
        "active-dev": "active",
        "expired-dev": "expired",
        "protected-dev": "protected",
        // Without measuring nothing is idle.
        "idle-dev": "unknown",
      });
    },
    MINUTES,
  );

  it(
    "are explained",
    async () => {
      const text = await world.doksEnv(["reap", "explain", "expired-dev"], {
        env: { ...world.env, ...withGitHub },
      });
      expect(text).toMatchObject({ exitCode: 0 });
      expect(text.stdout).toMatch(/^expired-dev is expired: expires at /);
      expect(text.stdout).toMatch(/ created\n(.*\n)* .* now\n/);
    },
    MINUTES,
  );

  it.each([
    ["the account", () => at.fail("GET", "/v2/kubernetes/clusters", 9), {}],
    ["the pull requests", () => Promise.resolve(), { GITHUB_TOKEN: "wrong" }],
    [
      "the stacks",
      () => Promise.resolve(),
      { PULUMI_BACKEND_URL: "s3://none?region=fra1&endpoint=127.0.0.1:9&disableSSL=true" },
    ],
  ])(
    "are all unchanged when %s cannot be listed",
    async (_, spoil, env) => {
      await spoil();
      const before = at.stackNames();
      const finished = await world.doksEnv(["reap", "run", "--json"], {
        env: { ...world.env, ...withGitHub, ...env },
      });
      expect(finished.exitCode).not.toBe(0);
      expect(at.stackNames()).toEqual(before);
    },
    2 * MINUTES,
  );

  it(
    "are destroyed only by the plan that was shown, with receipts",
    async () => {
      const { run: shown } = await at.reapWith(withGitHub, "plan");
      const wrong = await world.doksEnv(["reap", "run", "--plan", "000000000000"], {
        env: { ...world.env, ...withGitHub },
      });
      expect(wrong).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining("nothing was done"),
      });
      const report = join(world.folder, "report.md");
      const { exitCode, run } = await at.reapWith(
        ...[withGitHub, "run", "--plan", shown.plan.hash, "--report", report],
      );
      expect({ exitCode, outcomes: outcomes(run), agreement: run.agreement.state }).toEqual({
        exitCode: 3,
        outcomes: {
          "expired-dev": "done",
          "old-dev": "done",
          "pr-8-ci": "done",
          // Comments are the only channel, and it is for no pull request.
          "expiring-dev": "failed",
        },
        // Of the damaged one nothing is known.
        agreement: "differ",
      });
      expect(run.outcomes[0]).toMatchObject({ left: [], costSoFarUsd: expect.any(Number) });
      expect(at.stackNames()).toEqual([
        ...[
          "active-dev",
          "damaged-dev",
          "expiring-dev",
          "extended-dev",
          "fresh-dev",
          "held-dev",
          "idle-dev",
          "pr-7-ci",
          "protected-dev",
        ],
      ]);
      expect(await world.gitStatus()).toBe("");
      expect(gitHub.unknown).toEqual([]);
    },
    2 * MINUTES,
  );
});
