import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CiData } from "../../../cli/pull-requests/ci.data";
import type { TestResult } from "../../../cli/pull-requests/gate/test-result";
import type { Result } from "../../../cli/terminal/command";
import type { Context } from "../../../cli/terminal/context";
import { UserError } from "../../../core/errors";
import { TestEmulator } from "../../../packages/emulator/tests/api/support/test-emulator";
import { GitHubServer } from "../../helpers/github/server";
import type { Repository } from "../../helpers/github/world";
import { checkpointOf, checkpointWith, outputsOf } from "../stacks/support/checkpoints";
import { hurry } from "../support/hurry";
import { PROGRAM_KUBECONFIG, resourcesOwning } from "../support/state";
import { Trial } from "../support/trial";
import { NOW } from "../support/workplace";
import { type PayloadOptions, payloadOf } from "./support/payload";

// What is decided, told and kept; that environments really come and go is told in tests/e2e/ci.

const mockUp = jest.fn<Promise<object>, unknown[]>();
const mockGate = jest.fn<Promise<TestResult[]>, unknown[]>();

jest.mock("../../../cli/environments/bring-up", () => ({
  bringUp: (...args: unknown[]) => mockUp(...args),
}));
jest.mock("../../../cli/pull-requests/gate/run-gate", () => ({
  runGate: (...args: unknown[]) => mockGate(...args),
}));
const mockScrutiny = { registries: ["registry.example.com"] };
jest.mock("../../../cli/pull-requests/pull-request-overlay", () => ({
  pullRequestOverlay: ({ project }: Context) =>
    Promise.resolve({ folder: `${project.folder}/../overlay`, scrutiny: mockScrutiny }),
}));

import { run as ciDown } from "../../../cli/pull-requests/down.action";
import { run as ciReport } from "../../../cli/pull-requests/report.action";
import { run as ciTest } from "../../../cli/pull-requests/test.action";
import { run as ciUp } from "../../../cli/pull-requests/up.action";

const STACK = "pr-7-ci";
const PASSED: TestResult = { name: "gate", outcome: "passed", seconds: 1, output: [] };
const FAILED: TestResult = { ...PASSED, outcome: "failed", reason: "exit code 1" };
const NO_WORDS = { label: [], image: [], set: [] };

let emulator: TestEmulator;
let place: Trial;
let gitHub: GitHubServer;
let repository: Repository;
let commit: string;
beforeEach(async () => {
  emulator = await TestEmulator.start();
  place = new Trial(emulator);
  // GitHub asks for a second between two changes: tests/cli/pull-requests/github/client.test.ts proves that it gets it.
  hurry();
  place.write("Pulumi.ci.yaml", "config:\n  shop:tests: [{name: gate, command: x}]\n");
  gitHub = await GitHubServer.start({
    permissions: { pull_requests: "write", deployments: "write", statuses: "write" },
  });
  repository = gitHub.world.add("acme/shop");
  commit = repository.open(7).head.sha;
  place.env = {
    ...place.env,
    ...gitHub.env("acme/shop"),
    GITHUB_STEP_SUMMARY: join(place.folder, "summary.md"),
  };
  mockUp.mockReset().mockImplementation(() => {
    isUp();
    return Promise.resolve({});
  });
  mockGate.mockReset().mockResolvedValue([PASSED]);
});
afterEach(async () => {
  jest.restoreAllMocks();
  expect(gitHub.unknown).toEqual([]);
  await gitHub.close();
  place.remove();
  await emulator.close();
});

/** The environment is there, of a commit. */
function isUp(of = commit): void {
  const outputs = {
    ...outputsOf(STACK),
    images: ["acme/web:v2"],
    createdAt: "2026-11-23T10:00:00Z",
    kubeconfig: PROGRAM_KUBECONFIG,
  };
  place.backend.stack(
    STACK,
    checkpointOf(STACK, { outputs: { ...outputs, expiresAt: "2026-11-23T13:00:00Z" } }),
  );
  place.backend.tags(STACK, { commit: of });
}

type Command = (context: Context, args: readonly string[], options: never) => Promise<Result>;

async function onEvent(command: Command, event: PayloadOptions = {}, options: object = {}) {
  const path = join(place.folder, "event.json");
  writeFileSync(path, JSON.stringify(payloadOf({ sha: commit, ...event })));
  const env = { ...place.env, GITHUB_EVENT_NAME: "pull_request_target", GITHUB_EVENT_PATH: path };
  const result = await command(place.context({ env }), [], { ...NO_WORDS, ...options } as never);
  return { ...result, data: result.data as CiData };
}

const comments = () => repository.commentsOn(7).map(({ body }) => body);
const tags = () => place.backend.tagsOf(STACK);
const statuses = () => repository.statuses.map(({ state }) => state).reverse();

describe("ci up", () => {
  it("brings the environment up, and comments before and after", async () => {
    const { data, exitCode } = await onEvent(ciUp, {}, { imageTag: "pr-7" });
    const [, stack, , , order] = mockUp.mock.calls[0] ?? [];
    expect([stack, order]).toEqual([
      STACK,
      {
        command: "up",
        own: { imageTag: "pr-7", overlay: "../overlay" },
        changes: { imageTag: "pr-7", overlay: "../overlay" },
        keepsFile: false,
        pin: false,
        pullRequest: "7",
        commit,
        byClock: false,
        scrutiny: mockScrutiny,
        wait: true,
      },
    ]);
    expect([exitCode, data.state, data.decision]).toEqual([0, "up", "up"]);
    expect(comments()).toEqual([expect.stringContaining("✅ pr-7-ci is up")]);
    // Its tests are to come.
    expect(statuses()).toEqual(["pending", "pending"]);
    expect(repository.deployments[0]?.statuses.map(({ state }) => state)).toEqual([
      "success",
      "in_progress",
    ]);
    expect(readFileSync(place.env.GITHUB_STEP_SUMMARY ?? "", "utf8")).toContain(
      "### ✅ pr-7-ci is up",
    );
  });

  it("reports the cause of a failure, and fails", async () => {
    mockUp.mockRejectedValue(
      new UserError("long, with a diagnosis", "fix it", {
        cause: new UserError("web: timed out", "x"),
      }),
    );
    const { exitCode, data } = await onEvent(ciUp);
    expect([exitCode, data.state]).toEqual([1, "failed"]);
    expect(comments()).toEqual([expect.stringContaining("web: timed out")]);
    expect(statuses()).toEqual(["pending", "failure"]);
    expect(place.stderr()).toContain("error: long, with a diagnosis");
  });

  it("lists changes since the previous commit, and drops an earlier failure", async () => {
    isUp("c".repeat(40));
    mockUp.mockRejectedValueOnce(new UserError("a hiccup", "again"));
    await onEvent(ciUp);
    const { data } = await onEvent(ciUp);
    expect(data).toMatchObject({ state: "up", previousCommit: "c".repeat(40), changes: [] });
    expect(data.failure).toBeUndefined();
  });

  it.each<[string, PayloadOptions, RegExp]>([
    ["a draft", { draft: true }, /is a draft/],
    ["a closed one", { state: "closed" }, /is closed/],
    ["another label", { action: "labeled", label: "bug", labels: ["bug"] }, /does not concern/],
  ])("does nothing about %s, prints the reason, and does not comment", async (_, event, why) => {
    isUp();
    const pull = repository.pullRequests.get(7);
    if (pull !== undefined) {
      pull.draft = event.draft ?? false;
    }
    const { exitCode = 0, data } = await onEvent(ciUp, event);
    expect([exitCode, data.decision === "up"]).toEqual([0, false]);
    expect(place.stderr()).toMatch(why);
    expect(mockUp).not.toHaveBeenCalled();
    expect([comments(), statuses()]).toEqual([[], []]);
  });

  it("brings up and tests a pull request without an environment on any label", async () => {
    const event = { action: "labeled", label: "bug", labels: ["bug"] };
    expect((await onEvent(ciUp, event)).data).toMatchObject({ decision: "up", state: "up" });
    await onEvent(ciTest, event);
    expect(mockGate).toHaveBeenCalledTimes(1);
    expect(statuses().at(-1)).toBe("success");
  });

  it("lets a fork's pull request wait, comments, and removes a label for an earlier commit", async () => {
    const pull = repository.pullRequests.get(7);
    pull?.labels.push("environment-approved");
    const { data } = await onEvent(ciUp, { action: "synchronize", head: "mallory/shop" });
    expect(data.state).toBe("waiting");
    expect(mockUp).not.toHaveBeenCalled();
    expect(pull?.labels).toEqual([]);
    expect(comments()).toEqual([expect.stringContaining("a maintainer has to approve commit")]);
    expect(statuses()).toEqual(["pending"]);
  });

  it("brings a fork's pull request up when a maintainer has approved this commit and set the label", async () => {
    const label = "environment-approved";
    repository.pullRequests.get(7)?.labels.push(label);
    repository.people.set("wim", "write");
    const set = () =>
      onEvent(ciUp, { action: "labeled", label, labels: [label], head: "mallory/shop" });
    repository.review(7, "wim", "APPROVED", "c".repeat(40));
    expect((await set()).data.state).toBe("waiting");
    repository.review(7, "mallory", "APPROVED", commit);
    expect((await set()).data.state).toBe("waiting");
    repository.review(7, "wim", "APPROVED", commit);
    expect((await set()).data.decision).toBe("up");
  });

  it("works without permission to comment, and reports that", async () => {
    gitHub.permissions = { pull_requests: "read" };
    expect(await onEvent(ciUp)).toMatchObject({ exitCode: 0, data: { state: "up" } });
    expect(place.stderr()).toContain("GitHub did not accept the report: GitHub answered");
  });

  it("works without GitHub, by flags", async () => {
    const { GITHUB_TOKEN: _token, ...env } = place.env;
    const result = await ciUp(place.context({ env }), [], {
      ...NO_WORDS,
      pullRequest: "7",
      commit,
    });
    expect(result).toMatchObject({
      exitCode: 0,
      data: { state: "up", why: "requested with --pull-request" },
    });
    expect(place.stderr()).toContain("no GITHUB_TOKEN is set");
    expect(gitHub.requests).toEqual([]);
  });
});

describe("ci test", () => {
  beforeEach(() => isUp());

  it("passes the commit when all pass, and writes JUnit XML", async () => {
    const { exitCode } = await onEvent(ciTest, {}, { junit: "report/junit.xml" });
    expect(exitCode).toBe(0);
    expect(statuses()).toEqual(["success"]);
    expect(readFileSync(join(place.folder, "report/junit.xml"), "utf8")).toContain('failures="0"');
    expect(comments()).toEqual([expect.stringContaining("| ✅ `gate` | passed |")]);
  });

  it("fails when one fails, and keeps the environment that long", async () => {
    mockGate.mockResolvedValue([PASSED, FAILED]);
    const { exitCode, data } = await onEvent(ciTest);
    const kept = new Date(NOW.getTime() + 4 * 3_600_000).toISOString();
    expect([exitCode, data.state, data.keptUntil]).toEqual([1, "tests failed", kept]);
    expect(tags()).toMatchObject({ expires: kept, keptUntil: kept });
    expect(statuses()).toEqual(["failure"]);
    expect(repository.deployments[0]?.statuses[0]?.state).toBe("success");
    expect(comments()[0]).toContain("It is kept until at least 2026-11-23 16:00 UTC");
  });

  it("ends that period when the tests pass", async () => {
    place.backend.tags(STACK, { keptUntil: NOW.toISOString() });
    await onEvent(ciTest);
    expect(tags()).not.toHaveProperty("keptUntil");
  });

  it("does not exceed maxTtl, and never shortens the expiry", async () => {
    mockGate.mockResolvedValue([FAILED]);
    const withSettings = async (settings: string) => {
      place.write("Pulumi.ci.yaml", `config:\n  shop:ttl: 1h\n${settings}`);
      return (await onEvent(ciTest)).data.keptUntil;
    };
    expect(await withSettings("  shop:maxTtl: 5h\n")).toBe("2026-11-23T15:00:00.000Z");
    place.backend.tags(STACK, {});
    expect(await withSettings("  shop:maxTtl: 5h\n  shop:keepFailedFor: 10m\n")).toBe(
      "2026-11-23T12:10:00.000Z",
    );
    expect(tags().expires).toBe("2026-11-23T13:00:00.000Z");
  });

  it("refuses a missing environment", async () => {
    await expect(onEvent(ciTest, { number: 8 })).rejects.toThrow(UserError);
    await onEvent(ciTest, { state: "closed" });
    expect(mockGate).not.toHaveBeenCalled();
  });
});

describe("ci down", () => {
  /** The environment has a cluster. @returns its id */
  async function hasCluster(): Promise<string> {
    const { id: clusterId } = await emulator.createCluster({ name: STACK });
    const { uuid: account } = await place.account.identity();
    const id = "7c7dc0f5-7d3a-4b77-9d5e-7e9a5c1b0f44";
    const resources = resourcesOwning(STACK, { id, account, clusterIds: [clusterId] });
    place.backend.stack(STACK, checkpointWith(STACK, { resources }));
    place.pulumi.on("destroy", async () => {
      await emulator.call("DELETE", `/v2/kubernetes/clusters/${clusterId}`);
      place.empty(STACK);
      return {};
    });
    return clusterId;
  }

  it("takes down a closed pull request's environment, with a receipt, and ends its deployment", async () => {
    await onEvent(ciUp);
    await hasCluster();
    const { exitCode, data } = await onEvent(ciDown, { action: "closed", state: "closed" });
    expect(place.pulumi.commands).toEqual(["destroy", "stack rm"]);
    expect([exitCode, data.state]).toEqual([0, "gone"]);
    expect(comments()).toEqual([expect.stringContaining("| clusters | 0 |")]);
    expect(repository.deployments[0]?.statuses[0]?.state).toBe("inactive");
  });

  it("waits for another update of the environment", async () => {
    await hasCluster();
    const lock = { pid: 1, username: "bob", hostname: "x", timestamp: NOW.toISOString() };
    place.backend.lock(STACK, "1b2c", lock);
    const file = join(place.backend.folder, ".pulumi/locks/organization/shop", STACK, "1b2c.json");
    const down = onEvent(ciDown, { action: "closed", state: "closed" });
    for (let said = ""; !said.includes("waiting for bob@x"); said += place.stderr()) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(place.pulumi.commands).toEqual([]);
    rmSync(file);
    await down;
    expect(place.pulumi.commands).toEqual(["destroy", "stack rm"]);
  });

  it("lists remaining resources, with exit code 3", async () => {
    const volume = await place.volume("data", `k8s:${await hasCluster()}`);
    const { exitCode } = await onEvent(ciDown, { action: "closed", state: "closed" });
    expect(exitCode).toBe(3);
    expect(comments()).toEqual([expect.stringContaining(`doctl compute volume delete ${volume}`)]);
  });

  it("does nothing for an open pull request, and without an environment", async () => {
    await hasCluster();
    await onEvent(ciDown, { action: "synchronize" });
    expect(place.pulumi.commands).toEqual([]);
    place.backend.removeStack(STACK);
    await onEvent(ciDown, { action: "closed", state: "closed" });
    expect(place.pulumi.commands).toEqual([]);
    expect(place.stderr()).toContain("there is no environment pr-7-ci");
  });
});

describe("ci report", () => {
  it("prints the comment that it writes", async () => {
    await onEvent(ciUp);
    const { text } = await onEvent(ciReport);
    expect(comments()).toEqual([expect.stringContaining(text())]);
    expect(comments()).toHaveLength(1);
  });

  /** Without the backend and the account, which only the steps before have a secret for. */
  function cutOff(): void {
    place.backend.remove();
    const { GITHUB_TOKEN, GITHUB_API_URL, GITHUB_REPOSITORY } = place.env;
    place.env = { PATH: "/nowhere", GITHUB_TOKEN, GITHUB_API_URL, GITHUB_REPOSITORY };
  }

  it("only needs the run's notes and GitHub", async () => {
    await onEvent(ciUp);
    await onEvent(ciTest);
    const [before] = comments();
    cutOff();
    const { exitCode = 0, data } = await onEvent(ciReport);
    expect([exitCode, data.state, data.environment?.state]).toEqual([0, "up", "up"]);
    expect(comments()).toEqual([before]);
    expect(statuses().at(-1)).toBe("success");
  });

  it("reports a failure when the backend cannot be read", async () => {
    place.backend.remove();
    await expect(onEvent(ciUp)).rejects.toThrow(UserError);
    cutOff();
    expect((await onEvent(ciReport)).data.state).toBe("failed");
    expect(comments()).toEqual([expect.stringContaining("❌ pr-7-ci is not up")]);
    expect(statuses()).toEqual(["failure"]);
  });

  it.each([
    ["before its first command", undefined],
    ["while it came up", { decision: { does: "up", why: "pull request 7: opened" } }],
    [
      "while an older commit's environment was brought up to date",
      {
        decision: { does: "up", why: "pull request 7: opened" },
        seen: {
          environment: { stack: STACK, state: "up", commit: "c".repeat(40) },
          images: [],
          declared: [],
        },
      },
    ],
  ])("reports a failure when the job ended %s", async (_, notes) => {
    if (notes !== undefined) {
      place.write(`.rendered/${STACK}.run.json`, JSON.stringify({ commit, laps: [], ...notes }));
    }
    cutOff();
    expect((await onEvent(ciReport)).data.state).toBe("failed");
    expect(comments()).toEqual([expect.stringContaining("the job ended before")]);
    expect(statuses()).toEqual(["failure"]);
  });

  it("keeps the comment when there is nothing to do", async () => {
    isUp();
    const event = { action: "labeled", label: "bug", labels: ["bug"] };
    await onEvent(ciUp, event);
    cutOff();
    await onEvent(ciReport, event);
    expect([comments(), statuses()]).toEqual([[], []]);
  });

  it("refuses a manual report without notes", async () => {
    const options = { ...NO_WORDS, pullRequest: "7", commit };
    await expect(ciReport(place.context(), [], options)).rejects.toThrow(
      "this checkout has no notes",
    );
    expect(comments()).toEqual([]);
  });
});
