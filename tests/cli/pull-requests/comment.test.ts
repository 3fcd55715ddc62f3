import type { Finding } from "../../../cli/cluster/diagnosis";
import type { TestResult } from "../../../cli/pull-requests/gate/test-result";
import { pullRequestComment } from "../../../cli/pull-requests/pull-request-comment";
import { changesBetween, type Report } from "../../../cli/pull-requests/report";
import { statusOf } from "../../../cli/stacks/environment-status";
import { outputsOf } from "../stacks/support/checkpoints";
import { recordOf } from "../support/records";

const NOW = new Date("2026-11-23T12:00:00Z");
const DIGEST = `sha256:${"c".repeat(64)}`;
const TOKEN = `dop_v1_${"d".repeat(64)}`;

const UP: Report = {
  stack: "pr-7-ci",
  pullRequest: 7,
  commit: "a".repeat(40),
  state: "up",
  why: "pull request 7: opened",
  environment: statusOf(
    recordOf({
      stack: "pr-7-ci",
      hasResources: true,
      created: "2026-11-23T10:00:00Z",
      outputs: outputsOf("pr-7-ci"),
    }),
    NOW,
  ),
  images: [{ reference: "acme/web:pr-7", digest: DIGEST }, { reference: "redis:7" }],
  previousCommit: "b".repeat(40),
  changes: [{ image: "acme/web", from: "pr-6", to: DIGEST }],
  laps: [
    { name: "cluster", seconds: 20.62, succeeded: true },
    { name: "workloads", seconds: 3, succeeded: false },
  ],
  tests: [{ name: "browse", outcome: "passed", seconds: 1.5, output: ["all well"] }],
};
const FAILED_TEST: TestResult = {
  name: "buy",
  outcome: "failed",
  seconds: 2,
  reason: "exit code 1",
  output: ["expected 1", "got 2"],
};

function finding(text: string): Finding {
  return {
    kind: "Deployment",
    name: "web",
    state: "failed",
    reason: "ImagePullBackOff",
    text,
    facts: [],
    pods: [],
    events: [],
    logs: [],
  };
}
const failed = (message: string, findings: readonly Finding[] = []): Report => ({
  ...UP,
  state: "failed",
  tests: [],
  failure: {
    message,
    diagnosis: {
      namespace: "pr-7-ci",
      takenAt: NOW.toISOString(),
      workloads: [],
      findings,
      untold: 0,
      unread: [],
    },
  },
});

describe("the comment on a pull request", () => {
  it("shows url, price, expiry and commands of an environment that is up", () => {
    const text = pullRequestComment(UP);
    expect(text).toMatch(/^### ✅ pr-7-ci is up\n/);
    for (const said of [
      "| commit | `aaaaaaa` |",
      `| url | ${UP.environment?.url ?? "?"} |`,
      "an hour",
      "so far |",
      "| more time | `doks-env extend pr-7-ci 1d` |",
      "| kubectl | `export KUBECONFIG=$(doks-env kubeconfig pr-7-ci)` |",
      "| ✅ `browse` | passed | 1.5 s |  |",
      "<details><summary>changed since commit bbbbbbb: 1</summary>",
      "| `acme/web` | `pr-6` | `sha256:cccccccccccc` |",
      `| \`acme/web:pr-7\` | \`${DIGEST}\` |`,
      "| `redis:7` |  |",
      "| ✅ cluster | 20.6 s |",
      "| ❌ workloads | 3.0 s |",
    ]) {
      expect(text).toContain(said);
    }
    expect(text).toMatch(/\| expires \| 20\d\d-\d\d-\d\d \d\d:\d\d UTC \|/);
    expect(text).not.toContain("all well");
  });

  it("lists each further name, and escapes markup in addresses", () => {
    const { environment } = UP;
    const hosts = { api: "https://api--pr-7-ci.dev.example.com", shop: "https://x/_a_|`b`" };
    const text = pullRequestComment({
      ...UP,
      ...(environment && { environment: { ...environment, hosts } }),
    });
    expect(text).toContain("| url of `api` | https://api--pr-7-ci.dev.example.com |\n");
    expect(text).toContain("| url of `shop` | https://x/\\_a\\_\\|\\`b\\` |\n");
    expect(pullRequestComment({ ...UP, state: "gone" })).not.toContain("url");
  });

  it("shows a failed gate's tests with their output, and how long the environment is kept", () => {
    const text = pullRequestComment({
      ...UP,
      state: "tests failed",
      tests: [...UP.tests, FAILED_TEST],
      keptUntil: "2026-11-23T16:00:00Z",
    });
    expect(text).toMatch(/^### ❌ pr-7-ci is up, and its tests have failed\n/);
    expect(text).toContain("It is kept until at least 2026-11-23 16:00 UTC");
    expect(text).toContain("| ❌ `buy` | failed | 2.0 s | exit code 1 |");
    expect(text).toContain("<details><summary>output of buy</summary>");
    expect(text).toContain("expected 1\ngot 2");
  });

  it("shows why it is not up, and folds the diagnosis", () => {
    const text = pullRequestComment(
      failed("web: timed out", [finding("cannot pull acme/web:typo")]),
    );
    expect(text).toMatch(/^### ❌ pr-7-ci is not up\n/);
    expect(text).toContain("```text\nweb: timed out\n```");
    expect(text).toContain("<details><summary>diagnosis of the cluster</summary>");
    expect(text).toContain("cannot pull acme/web:typo");
  });

  it("shows the receipt of a teardown, with commands for remaining resources", () => {
    const { environment: _environment, ...rest } = UP;
    const gone = { ...rest, images: [], tests: [], laps: [] };
    const receipt = { stack: "pr-7-ci", gone: true, left: [], costSoFarUsd: 0.54 };
    const why = "pull request 7 is closed";
    const text = pullRequestComment({ ...gone, why, state: "gone", receipt });
    expect(text).toContain("Pull request 7 is closed.");
    expect(text).toMatch(/^### 🧹 pr-7-ci is gone\n/);
    expect(text).toContain("| clusters | 0 |");
    expect(text).toContain("Estimated cost: $0.54");
    expect(text).not.toContain("more time");
    const removal = "doctl compute volume delete 1b2c";
    const left = [{ kind: "volumes", id: "1b2c", name: "data", removal } as const];
    expect(
      pullRequestComment({
        ...gone,
        state: "left behind",
        receipt: { ...receipt, gone: false, left },
      }),
    ).toContain(removal);
    const told = pullRequestComment({ ...gone, receipt: { ...receipt, foreign: left } });
    expect(told).toContain("but not the environment's id were not touched");
    expect(told).toContain(removal);
  });

  it("explains what a fork's pull request waits for", () => {
    const { environment: _environment, ...rest } = UP;
    const text = pullRequestComment({
      ...rest,
      state: "waiting",
      why: 'it comes from a fork: set the label "environment-approved"',
    });
    expect(text).toContain('It comes from a fork: set the label "environment-approved".');
    expect(text).not.toContain("kubectl");
  });

  it("contains neither secrets nor mentions", () => {
    const text = pullRequestComment({
      ...failed(`token ${TOKEN}`, [finding("ask @octocat about acme/web#1")]),
      tests: [{ ...FAILED_TEST, reason: `password=hunter22 | @octocat` }],
    });
    expect(text).not.toContain(TOKEN);
    expect(text).not.toContain("hunter22");
    expect(text).not.toMatch(/@octocat|#1\b/);
  });

  it("cannot be broken by foreign text", () => {
    const text = pullRequestComment({
      ...failed("```\n</details><script>"),
      images: [{ reference: "a`b|c\nd" }],
    });
    expect(text).toContain("````text\n```\n</details><script>\n````");
    expect(text).toContain("| a\\`b\\|c d |  |");
  });

  it("respects GitHub's limit, and keeps the most important parts", () => {
    const many = Array.from({ length: 200 }, (_, index) =>
      finding(`${index} ${"x".repeat(2_000)}`),
    );
    const text = pullRequestComment({
      ...failed("y".repeat(9_000), many),
      tests: Array.from({ length: 9 }, (_, index) => ({
        ...FAILED_TEST,
        name: `test-${index}`,
        output: Array.from({ length: 60 }, () => "z".repeat(1_000)),
      })),
      images: Array.from({ length: 2_000 }, (_, index) => ({
        reference: `acme/${index}`,
        digest: DIGEST,
      })),
    });
    expect(text.length).toBeLessThanOrEqual(65_000);
    expect(text).toContain("| commit |");
    expect(text).toContain("yyyy");
    expect(text).toContain("diagnosis of the cluster");
    expect(text).toContain("_Shortened; the run's log has the full text._");
    expect(text.split("<details>").length).toBe(text.split("</details>").length);
  });
});

describe("a comment for which there is little room", () => {
  const report: Report = {
    ...failed("web: timed out", [finding("web does not start")]),
    tests: Array.from({ length: 400 }, (_, index) => ({
      ...FAILED_TEST,
      name: `test-${index}`,
      reason: "x".repeat(300),
      output: ["y".repeat(200)],
    })),
  };

  it("respects any limit, without gaps for omitted parts", () => {
    for (let room = 20_000; room <= 65_000; room += 411) {
      const text = pullRequestComment(report, room);
      expect(text.length).toBeLessThanOrEqual(room);
      expect(text).not.toMatch(/ {20}/);
    }
    expect(pullRequestComment(report, 65_000)).toContain("and 350 more");
  });

  it("is posted even if the diagnosis does not fit", () => {
    const few = { ...report, tests: [] };
    const whole = pullRequestComment(few, 65_000).length;
    for (let room = 700; room < whole; room += 50) {
      expect(pullRequestComment(few, room)).toContain("is not up");
    }
  });
});

describe("what has changed since last time", () => {
  it("is listed by image: changed, added and removed", () => {
    expect(
      changesBetween(
        ["acme/api:v1", "acme/old:v1", "acme/web:v1", "redis:7"],
        [`acme/api@${DIGEST}`, "acme/new", "acme/web:v1", "redis:7"],
      ),
    ).toEqual([
      { image: "acme/api", from: "v1", to: DIGEST },
      { image: "acme/new", to: "latest" },
      { image: "acme/old", from: "v1" },
    ]);
  });
});
