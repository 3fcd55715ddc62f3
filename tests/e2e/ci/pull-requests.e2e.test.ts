import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { ListData } from "../../../cli/overview/list.data";
import { outcomes, planned, ReapingWorld } from "../reap/support/reaping-world";
import { EMPTY } from "../support/account";
import { answerByName } from "../support/by-name";
import { MINUTES } from "../support/commands";
import { Running } from "../support/run";
import type { World } from "../support/world";
import {
  allOutput,
  DOMAIN,
  exitCodes,
  IMAGE,
  overlayWith,
  PASSPHRASE,
  profileWith,
  servedOverlay,
  stepOf,
  Team,
} from "./support/team";
import type { Job } from "./support/workflow";

// Claim: from events alone, with the workflow's own steps, pull requests get their environments without waiting for each other.
// A push updates or wakes one, a failing gate of commands or Jobs is reported and keeps it, closing removes it with a receipt,
// the reaper replaces a lost close event, and a fork cannot read a secret.

const OVERLAY = "kustomize/ci";
const FORK = "mallory/shop";
const APPROVAL = "environment-approved";
const ALL_WELL = { install: 0, up: 0, test: 0, down: 0, report: 0 };
/** Of the base branch: fails for pull request 8 only, and tells what a test can see. */
const COMMAND = {
  name: "gate",
  command:
    'kubectl get deploy && env | grep -c "_TOKEN=\\|PASSPHRASE=" || test "$NAMESPACE" != pr-8-ci',
};

/** As the profile has it. */
interface GateTest {
  readonly name: string;
  readonly image: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeout?: string;
}

const TESTS_IMAGE = "ghcr.io/example/tests:1";
const BROWSE: GateTest = { name: "browse", image: TESTS_IMAGE, env: { LEVEL: "full" } };

let team: Team;
let world: World;
beforeAll(async () => {
  team = await Team.start();
  world = team.world;
  await team.addDomain();
  const project = readFileSync(join(world.checkout, "Pulumi.yaml"), "utf8");
  team.commit("base", {
    ...overlayWith("1.0.0"),
    ...profileWith([COMMAND]),
    "Pulumi.yaml": project.replace("\nconfig:\n", "\nconfig:\n  repository: acme/shop\n"),
  });
}, 2 * MINUTES);
afterAll(() => team.close(), MINUTES);

/** Neither log nor comment nor summary of a job tells a secret. */
function expectNoSecret(job: Job, number: number): void {
  const told = [allOutput(job), job.summary, ...team.commentsOn(number)].join("\n");
  for (const secret of secrets()) {
    expect(told.includes(secret)).toBe(false);
  }
}

const secrets = () => [PASSPHRASE, world.env.DIGITALOCEAN_TOKEN ?? "?", team.gitHub.token];

describe("a fork's pull request", () => {
  /** Everything by which a commit could get at a secret, if anything of it were run or believed. */
  const EVIL = {
    ...overlayWith("1.0.0", {
      generators: ["plugin.yaml"],
      configMapGenerator: [
        { name: "stolen", files: ["environ=/proc/self/environ"], envs: ["link.env"] },
      ],
      resources: ["worker.yaml", "https://example.com/evil.yaml"],
    }),
    [`${OVERLAY}/plugin.yaml`]: "kind: Exec\n",
    "Pulumi.ci.yaml": stringify({
      config: { "ephemeral-doks:tests": [{ name: "steal", command: "env > $HOME/stolen" }] },
    }),
    "bin/doks-env": '#!/bin/sh\nenv > "$HOME/stolen"\n',
    "index.ts": 'require("fs").writeFileSync(process.env.HOME + "/stolen", "x");\n',
  };
  const stolen = () => existsSync(join(world.env.HOME ?? "", "stolen"));

  it(
    "waits for a maintainer, and nothing is created",
    async () => {
      team.open(9, EVIL, FORK);
      const job = await team.happens(9, { action: "opened" });
      expect(job.succeeded).toBe(true);
      expect(team.commentsOn(9)).toEqual([expect.stringContaining("⏸️ pr-9-ci is waiting")]);
      expect(team.statusOf(9)).toBe("pending");
      expect(await world.api.holdings()).toEqual(EMPTY);
    },
    2 * MINUTES,
  );

  it(
    "is refused with an overlay that reads secrets, even after an approval",
    async () => {
      const unapproved = await team.label(9, APPROVAL);
      expect(stepOf(unapproved, "up")?.output).toContain("a maintainer has to approve commit");
      const job = await team.approve(9);
      expect(exitCodes(job)).toEqual({ install: 0, up: 1, report: 0 });
      const [comment = ""] = team.commentsOn(9);
      expect(comment).toContain("❌ pr-9-ci is not up");
      expect(comment).toContain("has generators, which a fork may not use");
      expect(comment).toContain('"/proc/self/environ", which is not a path');
      expect(comment).toContain("https://example.com/evil.yaml");
      expect(team.statusOf(9)).toBe("failure");
      expectNoSecret(job, 9);
      expect(stolen()).toBe(false);
      expect(await world.api.holdings()).toEqual(EMPTY);
    },
    2 * MINUTES,
  );

  it(
    "loses the label with the next push",
    async () => {
      team.push(9, { ...EVIL, ...servedOverlay("9.0.0") });
      const job = await team.happens(9, { action: "synchronize" });
      expect(stepOf(job, "up")?.output).toContain(`the label "${APPROVAL}" is taken off`);
      expect(team.repository.pullRequests.get(9)?.labels).toEqual([]);
      expect(team.commentsOn(9)).toEqual([expect.stringContaining("is waiting")]);
    },
    2 * MINUTES,
  );
});

describe("a draft", () => {
  it(
    "has no environment and no comment",
    async () => {
      team.open(10, overlayWith("10.0.0"));
      const pull = team.repository.pullRequests.get(10);
      if (pull !== undefined) {
        pull.draft = true;
      }
      const job = await team.happens(10, { action: "opened" });
      expect(exitCodes(job)).toEqual(ALL_WELL);
      expect(stepOf(job, "up")?.output).toContain("it is a draft");
      expect(team.commentsOn(10)).toEqual([]);
      expect(await world.api.holdings()).toEqual(EMPTY);
    },
    2 * MINUTES,
  );
});

describe("three pull requests at once", () => {
  let jobs: Job[];

  it(
    "come up without waiting for each other, and a failing gate keeps its environment",
    async () => {
      team.open(7, servedOverlay("7.0.0"));
      team.open(8, overlayWith("8.0.0"));
      jobs = await Promise.all([
        team.happens(7, { action: "opened" }),
        team.happens(8, { action: "opened" }),
        // The fork's program, settings and tests are what they were: only its overlay is harmless now.
        team.approve(9),
      ]);
      const told = jobs.map((job) => ({ codes: exitCodes(job), said: allOutput(job) }));
      expect(told).toMatchObject([
        { codes: ALL_WELL },
        { codes: { install: 0, up: 0, test: 1, report: 0 } },
        { codes: ALL_WELL },
      ]);
      const ups = jobs.map((job) => stepOf(job, "up"));
      const lastStart = Math.max(...ups.map((up) => up?.startedAt ?? 0));
      const firstEnd = Math.min(...ups.map((up) => up?.endedAt ?? 0));
      expect(lastStart).toBeLessThan(firstEnd);
      expect(jobs.map(allOutput).join("\n")).not.toContain("waiting for");
      expect(await team.environments()).toEqual({
        "pr-7-ci": "up",
        "pr-8-ci": "up",
        "pr-9-ci": "up",
      });
    },
    10 * MINUTES,
  );

  it(
    "answer by name over HTTPS, except for the fork's, which is not reachable from outside",
    async () => {
      expect((await answerByName(world, `pr-7-ci.${DOMAIN}`)).status).toBe(200);
      expect(team.commentsOn(7)[0]).toContain(`https://pr-7-ci.${DOMAIN}`);
      expect(team.commentsOn(9)[0]).not.toContain("://pr-9-ci");
      expect((await world.api.holdings()).loadBalancers).toHaveLength(1);
    },
    MINUTES,
  );

  it("have one comment each, a deployment, a status, and their times in the summary", () => {
    for (const number of [7, 9]) {
      expect(team.commentsOn(number)).toEqual([
        expect.stringContaining(`✅ pr-${number}-ci is up`),
      ]);
      expect(team.commentsOn(number)[0]).toContain(`\`${IMAGE}:${number}.0.0\``);
      expect(team.statusOf(number)).toBe("success");
    }
    const [comment = ""] = team.commentsOn(8);
    expect(comment).toContain("❌ pr-8-ci is up, and its tests have failed");
    expect(comment).toMatch(/It is kept until at least 20\S+ \S+ UTC/);
    expect(team.statusOf(8)).toBe("failure");
    expect([7, 8, 9].map((number) => team.deploymentsOf(number)[0])).toEqual(
      Array(3).fill("success"),
    );
    for (const job of jobs) {
      expect(job.summary).toMatch(/\| ✅ cluster \| \d+\.\d s \|/);
    }
  });

  it(
    "extend the expiry of a failed environment",
    async () => {
      const { environments } = await world.doksEnvJson<ListData>("list");
      const lives = environments.map(({ expiresAt = "", createdAt = "" }) =>
        Math.round((Date.parse(expiresAt) - Date.parse(createdAt)) / 60_000),
      );
      // An hour as the profile has it; and, of the one whose gate failed, no more than maxTtl.
      expect(lives).toEqual([60, 180, 60]);
    },
    MINUTES,
  );

  it(
    "give tests the namespace's rights and no secrets, and do not run a fork's own tests",
    async () => {
      const [own] = jobs;
      expect(own && stepOf(own, "test")?.output).toMatch(/gate \| worker +1\/1/);
      expect(own && stepOf(own, "test")?.output).toMatch(/gate \| 0\n/);
      for (const [index, job] of jobs.entries()) {
        expectNoSecret(job, 7 + index);
      }
      expect(readdirSync(world.env.HOME ?? "")).not.toContain("stolen");
      await world.doksEnvWell("kubeconfig", "pr-9-ci");
      const objects = await world.kubectl(
        ...["pr-9-ci", "-n", "pr-9-ci", "get", "configmaps,secrets,pods", "-o", "yaml"],
      );
      expect(objects).toContain(`${IMAGE}:9.0.0`);
      for (const secret of secrets()) {
        expect(objects.includes(secret)).toBe(false);
      }
    },
    2 * MINUTES,
  );
});

describe("a gate of images", () => {
  const NAMESPACE = ["pr-8-ci", "-n", "pr-8-ci"] as const;
  const SIMULATE = "DIGITALOCEAN_EMULATOR_SIMULATE";
  const GATE: readonly GateTest[] = [
    BROWSE,
    { name: "buy", image: TESTS_IMAGE, env: { [SIMULATE]: "crash" } },
    { name: "wait", image: TESTS_IMAGE, env: { [SIMULATE]: "never-ready" }, timeout: "10s" },
    { name: "misspelt", image: TESTS_IMAGE, env: { [SIMULATE]: "image-pull-failure" } },
  ];
  let job: Job;
  let made: string;

  it(
    "runs as Jobs of the environment, one after the other, with the environment's address and no rights",
    async () => {
      team.commit("the gate is of images", profileWith(GATE));
      await world.doksEnvWell("kubeconfig", "pr-8-ci");
      const kubeconfig = join(world.checkout, ".rendered/pr-8-ci/kubeconfig.yaml");
      const [, ...where] = NAMESPACE;
      const watched = new Running(
        "kubectl",
        [
          ...[
            "--kubeconfig",
            kubeconfig,
            ...where,
            "get",
            "jobs",
            "--watch",
            "--output-watch-events",
          ],
          ...["-o", 'jsonpath={.type} {.object.metadata.name} {.object.spec}{"\\n"}'],
        ],
        { cwd: world.checkout, env: world.env },
      );
      job = await team.happens(8, { action: "synchronize" });
      watched.signal("SIGTERM");
      made = (await watched.finished).stdout;
      expect({ codes: exitCodes(job), said: allOutput(job) }).toMatchObject({
        codes: { install: 0, up: 0, test: 1, report: 0 },
      });
      const names = GATE.map(({ name }) => `gate-${name}`);
      const lines = made.split("\n").map((line) => line.split(" "));
      const turns = lines.filter(([type]) => type === "ADDED" || type === "DELETED");
      expect(turns.map(([type, name]) => [type, name])).toEqual(
        names.flatMap((name) => [
          ["ADDED", name],
          ["DELETED", name],
        ]),
      );
      const specs = lines
        .filter(([type]) => type === "ADDED")
        .map((line) => line.slice(2).join(" "));
      expect(specs.map((spec) => JSON.parse(spec) as object)).toMatchObject(
        GATE.map(({ env, timeout }) => ({
          activeDeadlineSeconds: timeout === undefined ? 600 : 10,
          template: {
            spec: {
              automountServiceAccountToken: false,
              containers: [
                {
                  image: TESTS_IMAGE,
                  env: expect.arrayContaining([
                    ...Object.entries(env).map(([name, value]) => ({ name, value })),
                    { name: "NAMESPACE", value: "pr-8-ci" },
                  ]) as object,
                },
              ],
            },
          },
        })),
      );
    },
    4 * MINUTES,
  );

  it("is reported during the run, in JUnit XML and in the comment, with each test's result", () => {
    const said = stepOf(job, "test")?.output ?? "";
    expect(said).toContain("browse | The DigitalOcean emulator runs no containers");
    expect(said).toContain("buy | fatal: simulated error, exiting with code 1");
    const xml = readFileSync(join(job.folder, "report/junit.xml"), "utf8");
    expect(xml).toContain('tests="4" failures="2" errors="1"');
    expect(xml).toMatch(/name="buy".*\n.*message="exit code 1" type="failed"/);
    const [comment = ""] = team.commentsOn(8);
    expect(comment).toContain("| ✅ `browse` | passed |");
    expect(comment).toContain("| ❌ `buy` | failed |");
    expect(comment).toMatch(/❌ `wait` \| timed out \| .* not done after 10s: ended/);
    expect(comment).toMatch(/❌ `misspelt` \| not run \| .* ImagePullBackOff/);
    expect(comment).toContain("fatal: simulated error, exiting with code 1");
    expectNoSecret(job, 8);
  });

  it(
    "leaves nothing in the environment",
    async () => {
      const left = await world.kubectl(...NAMESPACE, "get", "jobs,pods", "-o", "name");
      expect(left.trim().split("\n")).toEqual([expect.stringMatching(/^pod\/worker-/)]);
    },
    MINUTES,
  );
});

describe("a push", () => {
  beforeAll(() => {
    team.commit("the gate passes", profileWith([COMMAND, BROWSE]));
  });

  it(
    "updates its environment, and the comment lists the changes",
    async () => {
      const before = team.repository.pullRequests.get(7)?.head.sha ?? "";
      const [comment] = team.repository.commentsOn(7);
      team.push(7, servedOverlay("7.1.0"));
      const job = await team.happens(7, { action: "synchronize" });
      expect({ succeeded: job.succeeded, said: allOutput(job) }).toMatchObject({ succeeded: true });
      const [edited, ...others] = team.repository.commentsOn(7);
      expect([edited?.id, others]).toEqual([comment?.id, []]);
      expect(edited?.body).toContain(`changed since commit ${before.slice(0, 7)}: 1`);
      expect(edited?.body).toContain(`| \`${IMAGE}\` | \`7.0.0\` | \`7.1.0\` |`);
      expect(edited?.body).toContain("| ✅ `browse` | passed |");
      expect(team.deploymentsOf(7)).toEqual(["success", "inactive"]);
    },
    5 * MINUTES,
  );

  it(
    "that is older than the newest is ignored when its run is repeated",
    async () => {
      const job = await team.happens(7, { action: "synchronize", sha: "a".repeat(40) });
      expect(job.succeeded).toBe(true);
      expect(stepOf(job, "up")?.output).toContain("is not its newest any more");
    },
    MINUTES,
  );

  it(
    "wakes a sleeping environment with the pushed commit",
    async () => {
      await world.doksEnvWell("sleep", "pr-7-ci", "--yes");
      expect(await team.environments()).toMatchObject({ "pr-7-ci": "asleep" });
      team.push(7, servedOverlay("7.2.0"));
      const job = await team.happens(7, { action: "synchronize" });
      expect({ codes: exitCodes(job), said: allOutput(job) }).toMatchObject({ codes: ALL_WELL });
      expect(await team.environments()).toMatchObject({ "pr-7-ci": "up" });
      expect(team.commentsOn(7)).toEqual([expect.stringContaining(`\`${IMAGE}:7.2.0\``)]);
    },
    5 * MINUTES,
  );
});

describe("closing, and the label against an environment,", () => {
  it(
    "remove each environment, with a receipt",
    async () => {
      team.repository.close(7);
      const jobs = await Promise.all([
        team.happens(7, { action: "closed" }),
        team.label(9, "no-environment"),
      ]);
      for (const [index, job] of jobs.entries()) {
        const number = [7, 9][index] ?? 0;
        expect({ succeeded: job.succeeded, said: allOutput(job) }).toMatchObject({
          succeeded: true,
        });
        const [comment = "", ...others] = team.commentsOn(number);
        expect(comment).toContain(`🧹 pr-${number}-ci is gone`);
        expect(comment).toContain("| clusters | 0 |");
        expect(others).toEqual([]);
        expect(team.deploymentsOf(number)).not.toContain("success");
      }
      expect(await team.environments()).toEqual({ "pr-8-ci": "up" });
      await expect(answerByName(world, `pr-7-ci.${DOMAIN}`)).rejects.toThrow("ENOTFOUND");
    },
    5 * MINUTES,
  );

  it(
    "can be repeated, and an old event does not bring anything back",
    async () => {
      for (const event of [
        { action: "closed" },
        { action: "synchronize", state: "open" as const },
      ]) {
        const job = await team.happens(7, event);
        expect(job.succeeded).toBe(true);
      }
      expect(await team.environments()).toEqual({ "pr-8-ci": "up" });
      expect(team.commentsOn(7)).toEqual([expect.stringContaining("is gone")]);
    },
    2 * MINUTES,
  );
});

describe("a lost close event", () => {
  it(
    "is replaced by the reaper, which warns, removes, and comments on the pull request",
    async () => {
      team.repository.close(8);
      const at = new ReapingWorld(world);
      const reap = () => at.reapWith(team.gitHubEnv, "run");
      await at.advance(20 * 60);
      expect(planned((await reap()).run)).toEqual({ "pr-8-ci": "warn pullRequestClosed" });
      expect(team.commentsOn(8)).toEqual([
        expect.stringContaining("pr-8-ci is up, and its tests have failed"),
        expect.stringMatching(/pull request 8 is closed.*\n[\s\S]*doks-env protect pr-8-ci/),
      ]);
      await at.advance(31 * 60);
      const { run, exitCode } = await reap();
      expect({ exitCode, outcomes: outcomes(run) }).toEqual({
        exitCode: 0,
        outcomes: { "pr-8-ci": "done" },
      });
      const [comment] = team.commentsOn(8);
      expect(comment).toContain("🧹 pr-8-ci is gone");
      expect(comment).toContain("| clusters | 0 |");
      expect(team.deploymentsOf(8)).toEqual(["inactive"]);
      expect(await team.environments()).toEqual({});
      expect(await world.api.holdings()).toEqual(EMPTY);
      expect(team.gitHub.unknown).toEqual([]);
    },
    5 * MINUTES,
  );
});
