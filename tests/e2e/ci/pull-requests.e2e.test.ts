import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import type { ListData } from "../../../cli/actions/list";
import { type PayloadOptions, payloadOf } from "../../cli/ci/support/payload";
import { GitHubServer } from "../../helpers/github/server";
import type { Repository } from "../../helpers/github/world";
import { EMPTY } from "../support/account";
import { MINUTES } from "../support/commands";
import { World } from "../support/world";
import { type Job, runJob } from "./support/workflow";

// Claim: from events alone, by the workflow's own steps, pull requests get their environments without waiting for each other, a
// push updates one, a failing gate reports and keeps, closing removes with a receipt, and a fork cannot read a secret.

const IMAGE = "ghcr.io/example/worker";
/** Of the base branch: fails for pull request 8 only, and tells what a test can see. */
const TESTS = [
  {
    name: "gate",
    command:
      'kubectl get deploy && env | grep -c "_TOKEN=\\|PASSPHRASE=" || test "$NAMESPACE" != pr-8-ci',
  },
];
const OVERLAY = "kustomize/ci";
const FORK = "mallory/shop";
/** What a fork would like to have. */
const PASSPHRASE = "correct horse battery staple";

let world: World;
let gitHub: GitHubServer;
let repository: Repository;
beforeAll(async () => {
  world = await World.start();
  world.env.PULUMI_CONFIG_PASSPHRASE = PASSPHRASE;
  gitHub = await GitHubServer.start({
    permissions: {
      contents: "read",
      pull_requests: "write",
      deployments: "write",
      statuses: "write",
    },
  });
  repository = gitHub.world.add("acme/shop");
  await commit("base", {
    ...overlayWith("1.0.0"),
    "Pulumi.ci.yaml": stringify({
      config: {
        "ephemeral-doks:tests": TESTS,
        "ephemeral-doks:ttl": "1h",
        "ephemeral-doks:maxTtl": "3h",
      },
    }),
  });
}, 2 * MINUTES);
afterAll(async () => {
  await gitHub.close();
  await world.close();
}, MINUTES);

function git(...args: string[]): string {
  return execFileSync("git", args, {
    cwd: world.checkout,
    env: world.env,
    encoding: "utf8",
  }).trim();
}

/** Commits files to what is checked out. @returns the commit */
async function commit(message: string, files: Readonly<Record<string, string>>): Promise<string> {
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(world.checkout, file)), { recursive: true });
    writeFileSync(join(world.checkout, file), content);
  }
  git("add", "--all");
  git("commit", "--quiet", "--message", message);
  return git("rev-parse", "HEAD");
}

/** A commit of a pull request's branch, which is left again. */
async function push(number: number, files: Readonly<Record<string, string>>): Promise<string> {
  git("checkout", "--quiet", "-B", `change-${number}`);
  const sha = await commit("change", files);
  git("checkout", "--quiet", "-");
  const pull = repository.pullRequests.get(number);
  if (pull !== undefined) {
    pull.head.sha = sha;
  }
  return sha;
}

/** An overlay of one Deployment, which comes up sooner than one with a load balancer. */
function overlayWith(tag: string, kustomization: object = {}): Record<string, string> {
  const labels = { app: "worker" };
  return {
    [`${OVERLAY}/kustomization.yaml`]: stringify({ resources: ["worker.yaml"], ...kustomization }),
    [`${OVERLAY}/worker.yaml`]: stringify({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "worker" },
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { containers: [{ name: "worker", image: `${IMAGE}:${tag}` }] },
        },
      },
    }),
  };
}

/** Opens a pull request on GitHub, whose newest commit this is. */
async function open(number: number, files: Readonly<Record<string, string>>, from = "acme/shop") {
  const origin = gitHub.world.repository(from) ?? gitHub.world.add(from);
  const pull = repository.open(number, `change-${number}`, origin);
  pull.head.sha = await push(number, files);
}

/** What the workflow makes of an event, in a fresh checkout of the base branch. */
async function happens(number: number, event: PayloadOptions): Promise<Job> {
  const pull = repository.pullRequests.get(number);
  const payload = payloadOf({
    number,
    sha: pull?.head.sha,
    head: pull?.head.repository,
    labels: pull?.labels ?? [],
    state: pull?.state,
    ...event,
  });
  return runJob(
    await world.anotherCheckout(),
    { ...world.env, ...gitHub.env("acme/shop") },
    { name: "pull_request_target", payload },
    {
      "github.token": gitHub.token,
      "secrets.DIGITALOCEAN_TOKEN": world.env.DIGITALOCEAN_TOKEN ?? "",
      "secrets.PULUMI_BACKEND_URL": world.env.PULUMI_BACKEND_URL ?? "",
      "secrets.PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
      "secrets.PULUMI_ACCESS_TOKEN": "",
      "secrets.AWS_ACCESS_KEY_ID": "",
      "secrets.AWS_SECRET_ACCESS_KEY": "",
      "inputs.image-tag": "",
      "inputs.pin && 'yes' || ''": "",
    },
  );
}

const commentOn = (number: number) => repository.commentsOn(number).map(({ body }) => body);
const stateOf = (number: number) =>
  repository.statuses.find(({ sha }) => sha === repository.pullRequests.get(number)?.head.sha)
    ?.state;
const step = (job: Job, name: string) => job.steps.find((one) => one.name === name);
const exitCodes = ({ steps }: Job) => steps.map(({ name, exitCode }) => [name, exitCode]);
const allOutput = ({ steps }: Job) => steps.map(({ output }) => output).join("\n");
const stacks = async () =>
  (await world.doksEnvJson<ListData>("list")).environments.map(({ stack, state }) => [
    stack,
    state,
  ]);

/** Neither log nor comment nor summary of a job tells a secret. */
function expectNoSecret(job: Job, number: number): void {
  const told = [allOutput(job), job.summary, ...commentOn(number)].join("\n");
  for (const secret of [PASSPHRASE, world.env.DIGITALOCEAN_TOKEN ?? "?", gitHub.token]) {
    expect(told.includes(secret)).toBe(false);
  }
}

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
    "waits for a maintainer, and nothing is made",
    async () => {
      await open(9, EVIL, FORK);
      const job = await happens(9, { action: "opened" });
      expect(job.succeeded).toBe(true);
      expect(commentOn(9)).toEqual([expect.stringContaining("⏸️ pr-9-ci waits")]);
      expect(stateOf(9)).toBe("pending");
      expect(await world.api.holdings()).toEqual(EMPTY);
    },
    2 * MINUTES,
  );

  it(
    "is refused with an overlay that reaches for secrets, also when a maintainer lets it through",
    async () => {
      const label = "environment-approved";
      repository.pullRequests.get(9)?.labels.push(label);
      const job = await happens(9, { action: "labeled", label });
      expect(exitCodes(job)).toEqual([
        ["install", 0],
        ["up", 1],
        ["report", 0],
      ]);
      const [comment = ""] = commentOn(9);
      expect(comment).toContain("❌ pr-9-ci is not up");
      expect(comment).toContain("says generators, which is not allowed of a fork");
      expect(comment).toContain('"/proc/self/environ", which is no path');
      expect(comment).toContain("https://example.com/evil.yaml");
      expect(stateOf(9)).toBe("failure");
      expectNoSecret(job, 9);
      expect(stolen()).toBe(false);
      expect(await world.api.holdings()).toEqual(EMPTY);
    },
    2 * MINUTES,
  );

  it(
    "loses the label with the next push",
    async () => {
      await push(9, { ...EVIL, ...overlayWith("9.0.0") });
      const job = await happens(9, { action: "synchronize" });
      expect(step(job, "up")?.output).toContain('the label "environment-approved" is taken off');
      expect(repository.pullRequests.get(9)?.labels).toEqual([]);
      expect(commentOn(9)).toEqual([expect.stringContaining("waits")]);
    },
    2 * MINUTES,
  );
});

describe("three pull requests at once", () => {
  let jobs: Job[];

  it(
    "come up without waiting for each other, and a failing gate keeps its environment",
    async () => {
      await open(7, overlayWith("7.0.0"));
      await open(8, overlayWith("8.0.0"));
      // The fork's program, settings and tests are what they were: only its overlay is harmless now.
      repository.pullRequests.get(9)?.labels.push("environment-approved");
      jobs = await Promise.all([
        happens(7, { action: "opened" }),
        happens(8, { action: "opened" }),
        happens(9, { action: "labeled", label: "environment-approved" }),
      ]);
      const told = jobs.map((job) => ({ codes: exitCodes(job), said: allOutput(job) }));
      expect(told).toMatchObject([
        {
          codes: [
            ["install", 0],
            ["up", 0],
            ["test", 0],
            ["down", 0],
            ["report", 0],
          ],
        },
        {
          codes: [
            ["install", 0],
            ["up", 0],
            ["test", 1],
            ["report", 0],
          ],
        },
        {
          codes: [
            ["install", 0],
            ["up", 0],
            ["test", 0],
            ["down", 0],
            ["report", 0],
          ],
        },
      ]);
      const ups = jobs.map((job) => step(job, "up"));
      const lastStart = Math.max(...ups.map((up) => up?.startedAt ?? 0));
      const firstEnd = Math.min(...ups.map((up) => up?.endedAt ?? 0));
      expect(lastStart).toBeLessThan(firstEnd);
      expect(jobs.map(allOutput).join("\n")).not.toContain("waiting for");
      expect(await stacks()).toEqual([
        ["pr-7-ci", "up"],
        ["pr-8-ci", "up"],
        ["pr-9-ci", "up"],
      ]);
    },
    10 * MINUTES,
  );

  it("have one comment each, a deployment, a status, and their times in the summary", () => {
    for (const number of [7, 9]) {
      expect(commentOn(number)).toEqual([expect.stringContaining(`✅ pr-${number}-ci is up`)]);
      expect(commentOn(number)[0]).toContain(`\`${IMAGE}:${number}.0.0\``);
      expect(stateOf(number)).toBe("success");
    }
    const [comment = ""] = commentOn(8);
    expect(comment).toContain("❌ pr-8-ci is up, and its tests have failed");
    expect(comment).toMatch(/It is kept until 20\S+ \S+ UTC at least/);
    expect(stateOf(8)).toBe("failure");
    const deployments = repository.deployments.map(({ environment, statuses }) => [
      environment,
      statuses[0]?.state,
    ]);
    expect(deployments.sort()).toEqual(
      expect.arrayContaining([
        ["pr-7", "success"],
        ["pr-8", "success"],
        ["pr-9", "success"],
      ]),
    );
    for (const job of jobs) {
      expect(job.summary).toMatch(/\| ✅ cluster \| \d+\.\d s \|/);
    }
  });

  it(
    "keep longer what failed: its expiry has moved",
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
    "give tests the namespace's rights and none of the secrets, and a fork's own tests are not run",
    async () => {
      const [own] = jobs;
      expect(own && step(own, "test")?.output).toMatch(/gate \| worker +1\/1/);
      expect(own && step(own, "test")?.output).toMatch(/gate \| 0\n/);
      for (const [index, job] of jobs.entries()) {
        expectNoSecret(job, 7 + index);
      }
      expect(readdirSync(world.env.HOME ?? "")).not.toContain("stolen");
      await world.doksEnvWell("kubeconfig", "pr-9-ci");
      const objects = await world.kubectl(
        ...["pr-9-ci", "-n", "pr-9-ci", "get", "configmaps,secrets,pods", "-o", "yaml"],
      );
      expect(objects).toContain(`${IMAGE}:9.0.0`);
      for (const secret of [PASSPHRASE, world.env.DIGITALOCEAN_TOKEN ?? "?", gitHub.token]) {
        expect(objects.includes(secret)).toBe(false);
      }
    },
    2 * MINUTES,
  );
});

describe("a push", () => {
  it(
    "updates its environment, and the comment says what has changed",
    async () => {
      const before = repository.pullRequests.get(7)?.head.sha ?? "";
      const [comment] = repository.commentsOn(7);
      await push(7, overlayWith("7.1.0"));
      const job = await happens(7, { action: "synchronize" });
      expect({ succeeded: job.succeeded, said: allOutput(job) }).toMatchObject({ succeeded: true });
      const [edited, ...others] = repository.commentsOn(7);
      expect([edited?.id, others]).toEqual([comment?.id, []]);
      expect(edited?.body).toContain(`changed since commit ${before.slice(0, 7)}: 1`);
      expect(edited?.body).toContain(`| \`${IMAGE}\` | \`7.0.0\` | \`7.1.0\` |`);
      const states = repository.deployments
        .filter(({ environment }) => environment === "pr-7")
        .map(({ statuses }) => statuses[0]?.state);
      expect(states).toEqual(["success", "inactive"]);
    },
    5 * MINUTES,
  );

  it(
    "that is older than the newest is left alone when its run is run again",
    async () => {
      const job = await happens(7, { action: "synchronize", sha: "a".repeat(40) });
      expect(job.succeeded).toBe(true);
      expect(step(job, "up")?.output).toContain("is not its newest any more");
    },
    MINUTES,
  );
});

describe("closing", () => {
  it(
    "takes each away, with a receipt, and leaves nothing",
    async () => {
      for (const number of [7, 8, 9]) {
        repository.close(number);
      }
      const jobs = await Promise.all(
        [7, 8, 9].map((number) => happens(number, { action: "closed" })),
      );
      for (const [index, job] of jobs.entries()) {
        expect({ succeeded: job.succeeded, said: allOutput(job) }).toMatchObject({
          succeeded: true,
        });
        const [comment = "", ...others] = commentOn(7 + index);
        expect(comment).toContain(`🧹 pr-${7 + index}-ci is gone`);
        expect(comment).toContain("| clusters | 0 |");
        expect(others).toEqual([]);
      }
      expect(repository.deployments.map(({ statuses }) => statuses[0]?.state)).not.toContain(
        "success",
      );
      expect(await stacks()).toEqual([]);
      expect(await world.api.holdings()).toEqual(EMPTY);
      expect(gitHub.unknown).toEqual([]);
    },
    5 * MINUTES,
  );

  it(
    "can be done again, and an old event does not bring anything back",
    async () => {
      for (const event of [
        { action: "closed" },
        { action: "synchronize", state: "open" as const },
      ]) {
        const job = await happens(7, event);
        expect(job.succeeded).toBe(true);
      }
      expect(await world.api.holdings()).toEqual(EMPTY);
      expect(commentOn(7)).toEqual([expect.stringContaining("is gone")]);
    },
    2 * MINUTES,
  );
});
