import { type ChildProcess, spawn } from "node:child_process";
import type { V1Job } from "@kubernetes/client-node";
import type { Kubectl } from "../../../../cli/pull-requests/gate/kubectl";
import { overridden } from "../../../../cli/pull-requests/gate/run-gate";
import { runImage } from "../../../../cli/pull-requests/gate/run-image";
import { testJob } from "../../../../cli/pull-requests/gate/test-job";
import { TestOutput } from "../../../../cli/pull-requests/gate/test-output";
import { UserError } from "../../../../core/errors";

const JOB = testJob({
  test: { name: "buy", timeout: "5m" },
  image: "acme/e2e:pr-7",
  env: { URL: "http://localhost" },
  podSecurity: "baseline",
});

/** A pod as far as its container's state is looked at. */
const pod = (state: object) => ({
  status: { containerStatuses: [{ name: "test", state }] },
});
const failedJob = (reason: string, message: string, type = "Failed") => ({
  status: { conditions: [{ type, status: "True", reason, message }] },
});

/** A kubectl that knows one Job, whose pod goes through these states, one at each look. */
class FakeKubectl {
  public readonly calls: string[] = [];
  public created?: V1Job;

  public constructor(
    private readonly pods: object[],
    private readonly job: object = {},
    private readonly log = "",
  ) {}

  public output(args: readonly string[], input = ""): Promise<string> {
    this.calls.push(args.slice(0, 3).join(" "));
    switch (args.slice(0, 2).join(" ")) {
      case "create --filename":
        this.created = JSON.parse(input) as V1Job;
        return Promise.resolve("");
      case "get pods": {
        const now = this.pods.length > 1 ? this.pods.shift() : this.pods[0];
        return Promise.resolve(JSON.stringify({ items: now === undefined ? [] : [now] }));
      }
      case "get job":
        return Promise.resolve(JSON.stringify(this.job));
      default:
        return Promise.resolve("");
    }
  }

  public start(_args: readonly string[]): ChildProcess {
    return spawn("printf", ["%s", this.log], { stdio: ["pipe", "pipe", "pipe"] });
  }
}

function runOn(kubectl: FakeKubectl, timeout = "5m", signal = new AbortController().signal) {
  return runImage({
    job: JOB,
    timeout,
    kubectl: kubectl as unknown as Kubectl,
    output: new TestOutput(() => undefined),
    signal,
  });
}

describe("a test's image", () => {
  it("runs as a Job, whose log is its output, and which is removed afterwards", async () => {
    const running = pod({ running: {} });
    const kubectl = new FakeKubectl(
      [running, pod({ terminated: { exitCode: 0 } })],
      {},
      "one\ntwo\n",
    );
    expect(await runOn(kubectl)).toEqual({ outcome: "passed", output: ["one", "two"] });
    expect(kubectl.created).toEqual(JSON.parse(JSON.stringify(JOB)));
    expect(kubectl.calls[0]).toBe("delete job gate-buy");
    expect(kubectl.calls.at(-1)).toBe("delete job gate-buy");
  });

  it.each([
    ["its exit code", pod({ terminated: { exitCode: 3 } }), {}, "failed", "exit code 3"],
    [
      "its memory",
      pod({ terminated: { exitCode: 137, reason: "OOMKilled" } }),
      {},
      "failed",
      "exit code 137, out of memory",
    ],
    [
      "its image",
      pod({ waiting: { reason: "ImagePullBackOff", message: "not found" } }),
      {},
      "not run",
      "ImagePullBackOff: not found",
    ],
    [
      "Kubernetes, which does not let its pod be made",
      undefined,
      failedJob("FailedCreate", "exceeded quota"),
      "not run",
      "exceeded quota",
    ],
    [
      "its time, which Kubernetes counts",
      undefined,
      failedJob("DeadlineExceeded", "Job was active longer than specified deadline"),
      "timed out",
      "not done after 5m: ended",
    ],
    [
      "its time, though its pod shows how Kubernetes has ended it",
      pod({ terminated: { exitCode: 143 } }),
      failedJob(
        "DeadlineExceeded",
        "Job was active longer than specified deadline",
        "FailureTarget",
      ),
      "timed out",
      "not done after 5m: ended",
    ],
    [
      "its exit code, though its Job counts that as its last try",
      pod({ terminated: { exitCode: 1 } }),
      failedJob("BackoffLimitExceeded", "Job has reached the specified backoff limit"),
      "failed",
      "exit code 1",
    ],
  ])("fails by %s", async (_, state, job, outcome, reason) => {
    const kubectl = new FakeKubectl(state === undefined ? [] : [state], job);
    expect(await runOn(kubectl)).toMatchObject({ outcome, reason });
    expect(kubectl.calls.at(-1)).toBe("delete job gate-buy");
  });

  it("is ended at its timeout even if Kubernetes does not report it", async () => {
    const kubectl = new FakeKubectl([pod({ running: {} })]);
    expect(await runOn(kubectl, "1s")).toMatchObject({ outcome: "timed out" });
    expect(kubectl.calls.at(-1)).toBe("delete job gate-buy");
  });

  it("is ended by Ctrl-C", async () => {
    const kubectl = new FakeKubectl([pod({ running: {} })]);
    expect(await runOn(kubectl, "5m", AbortSignal.abort())).toMatchObject({
      reason: "interrupted",
    });
    expect(kubectl.calls.at(-1)).toBe("delete job gate-buy");
  });

  it("continues after a failed request, and after an interrupted log", async () => {
    const running = pod({ running: {} });
    const kubectl = new FakeKubectl([running, running, pod({ terminated: { exitCode: 0 } })]);
    const output = kubectl.output.bind(kubectl);
    let looks = 0;
    jest.spyOn(kubectl, "output").mockImplementation((args, input) => {
      looks += args[1] === "pods" ? 1 : 0;
      return args[1] === "pods" && looks === 2
        ? Promise.reject(new UserError("connection refused", "wait"))
        : output(args, input);
    });
    const log = jest
      .spyOn(kubectl, "start")
      .mockImplementationOnce(() => spawn("sh", ["-c", "printf 'one\n'; exit 1"]))
      .mockImplementationOnce(() => spawn("printf", ["two\n"]));
    expect(await runOn(kubectl)).toEqual({ outcome: "passed", output: ["one", "two"] });
    expect(log.mock.lastCall?.[0]).toContainEqual(
      expect.stringMatching(/^--since-time=\d{4}-\d\d-/),
    );
  });

  it("is also removed when the cluster can no longer be read", async () => {
    const kubectl = new FakeKubectl([]);
    jest.spyOn(kubectl, "output").mockImplementation((args) => {
      kubectl.calls.push(args.slice(0, 3).join(" "));
      return args[0] === "get"
        ? Promise.reject(new UserError("gone", "wait"))
        : Promise.resolve("");
    });
    await expect(runOn(kubectl, "1s")).rejects.toThrow("gone");
    expect(kubectl.calls.at(-1)).toBe("delete job gate-buy");
  });
});

describe("the Job of a test", () => {
  it("gives its container no access to the cluster and no rights beyond the strictest level's", () => {
    const restricted = testJob({
      test: { name: "buy", timeout: "90s" },
      image: "acme/e2e",
      env: {},
      podSecurity: "restricted",
    });
    const spec = restricted.spec?.template.spec;
    expect(spec?.automountServiceAccountToken).toBe(false);
    expect(spec?.containers[0]?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      seccompProfile: { type: "RuntimeDefault" },
      runAsNonRoot: true,
    });
    expect(JOB.spec?.template.spec?.containers[0]?.securityContext?.runAsNonRoot).toBeUndefined();
  });

  it("ends and is removed by itself, even without doks-env", () => {
    expect(JOB.spec).toMatchObject({
      backoffLimit: 0,
      activeDeadlineSeconds: 300,
      ttlSecondsAfterFinished: 600,
    });
  });
});

describe("a test's image under the environment's overrides", () => {
  const DIGEST = `sha256:${"a".repeat(64)}`;
  it.each([
    ["none", {}, "acme/e2e:v1"],
    ["the tag of all", { imageTag: "pr-7" }, "acme/e2e:pr-7"],
    ["its own tag", { images: { e2e: { tag: "x" } }, imageTag: "pr-7" }, "acme/e2e:x"],
    ["another name", { images: { "acme/e2e": { name: "other/e2e" } } }, "other/e2e:v1"],
    ["a digest", { images: { e2e: { digest: DIGEST } } }, `acme/e2e@${DIGEST}`],
    ["a pin", { pins: { "acme/e2e:v1": DIGEST } }, `acme/e2e@${DIGEST}`],
    ["those of other images", { images: { frontend: { tag: "x" } } }, "acme/e2e:v1"],
  ])("is %s", (_, settings, image) => {
    expect(overridden("acme/e2e:v1", { images: {}, pins: {}, ...settings })).toBe(image);
  });
});
