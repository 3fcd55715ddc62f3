import { setTimeout as sleep } from "node:timers/promises";
import type { V1Job, V1Pod } from "@kubernetes/client-node";
import { secondsOf } from "../../../core/duration";
import { excerpt } from "../../cluster/excerpt";
import { atMost } from "./at-most";
import type { Kubectl } from "./kubectl";
import { CONTAINER } from "./test-job";
import type { TestOutput } from "./test-output";
import type { TestVerdict } from "./test-result";

export interface ImageArgs {
  readonly job: V1Job;
  readonly timeout: string;
  readonly kubectl: Kubectl;
  readonly output: TestOutput;
  readonly signal: AbortSignal;
}

const POLL_MS = 1_000;
/** Time for the end of a log to arrive. */
const LAST_OUTPUT_MS = 10_000;
/** Waiting longer does not fix these. */
const HOPELESS = ["ImagePullBackOff", "InvalidImageName", "CreateContainerConfigError"];

type Ended = Pick<TestVerdict, "outcome" | "reason">;

/** Runs a test's Job in the environment, and deletes it. */
export async function runImage({
  job,
  timeout,
  kubectl,
  output,
  signal,
}: ImageArgs): Promise<TestVerdict> {
  const name = job.metadata?.name ?? "";
  const remove = () =>
    kubectl.output([
      ...["delete", "job", name, "--ignore-not-found", "--cascade=foreground"],
      ...["--wait", "--timeout=60s"],
    ]);
  // Deletes the Job of a killed run.
  await remove();
  try {
    await kubectl.output(["create", "--filename", "-"], JSON.stringify(job));
    const ended = await untilEnded(kubectl, name, timeout, output, signal);
    return { ...ended, output: output.lines };
  } finally {
    await remove();
  }
}

async function untilEnded(
  kubectl: Kubectl,
  name: string,
  timeout: string,
  output: TestOutput,
  signal: AbortSignal,
): Promise<Ended> {
  const deadline = Date.now() + secondsOf(timeout) * 1000;
  let log: Promise<void> | undefined;
  const following = new AbortController();
  try {
    for (;;) {
      try {
        const pod = await podOf(kubectl, name);
        if (log === undefined && hasStarted(pod)) {
          log = follow(kubectl, name, output, following.signal);
        }
        const ended = await verdictOf(pod, () => jobsVerdict(kubectl, name, timeout));
        if (ended !== undefined) {
          await atMost(log, LAST_OUTPUT_MS);
          return ended;
        }
      } catch (error) {
        // The test continues while the API server is unreachable. Ctrl-C ends kubectl, too.
        if (!signal.aborted && Date.now() > deadline) {
          throw error;
        }
      }
      if (signal.aborted) {
        return { outcome: "not run", reason: "interrupted" };
      }
      if (Date.now() > deadline) {
        return { outcome: "timed out", reason: `not done after ${timeout}: ended` };
      }
      await sleep(POLL_MS);
    }
  } finally {
    following.abort();
    output.end();
  }
}

async function podOf(kubectl: Kubectl, name: string): Promise<V1Pod | undefined> {
  const answer = await kubectl.output(["get", "pods", "-l", `job-name=${name}`, "-o", "json"]);
  return (JSON.parse(answer) as { items: V1Pod[] }).items[0];
}

function statusOf(pod: V1Pod | undefined) {
  return pod?.status?.containerStatuses?.find((status) => status.name === CONTAINER);
}

function hasStarted(pod: V1Pod | undefined): boolean {
  const { running, terminated } = statusOf(pod)?.state ?? {};
  return running !== undefined || terminated !== undefined;
}

/** Whether the Job's deadline ended the pod, whose exit code (143, 137) is then not the test's own. */
async function verdictOf(
  pod: V1Pod | undefined,
  askJob: () => Promise<Ended | undefined>,
): Promise<Ended | undefined> {
  const byPod = podsVerdict(pod);
  if (byPod !== undefined && byPod.outcome !== "failed") {
    return byPod;
  }
  const byJob = await askJob();
  return byJob?.outcome === "timed out" ? byJob : (byPod ?? byJob);
}

function podsVerdict(pod: V1Pod | undefined): Ended | undefined {
  const { terminated, waiting } = statusOf(pod)?.state ?? {};
  if (waiting?.reason !== undefined && HOPELESS.includes(waiting.reason)) {
    return { outcome: "not run", reason: `${waiting.reason}: ${excerpt(waiting.message ?? "")}` };
  }
  if (terminated === undefined) {
    return undefined;
  }
  return terminated.exitCode === 0
    ? { outcome: "passed" }
    : {
        outcome: "failed",
        reason: `exit code ${terminated.exitCode}${terminated.reason === "OOMKilled" ? ", out of memory" : ""}`,
      };
}

/**
 * Returns reasons that no pod shows: no pod was admitted, or Kubernetes deletes the pods after the deadline.
 * `FailureTarget` comes first; `Failed` only when no pod is left.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/job/#termination-of-job-pods
 */
async function jobsVerdict(
  kubectl: Kubectl,
  name: string,
  timeout: string,
): Promise<Ended | undefined> {
  const { status } = JSON.parse(await kubectl.output(["get", "job", name, "-o", "json"])) as V1Job;
  const failure = status?.conditions?.find(
    ({ type, status: is }) => (type === "Failed" || type === "FailureTarget") && is === "True",
  );
  if (failure === undefined) {
    return undefined;
  }
  return failure.reason === "DeadlineExceeded"
    ? { outcome: "timed out", reason: `not done after ${timeout}: ended` }
    : {
        outcome: "not run",
        reason: excerpt(failure.message ?? failure.reason ?? "its Job failed"),
      };
}

/** Passes on the pod's output until the pod ends. After a broken connection it continues from the same place. */
async function follow(
  kubectl: Kubectl,
  name: string,
  output: TestOutput,
  signal: AbortSignal,
): Promise<void> {
  let since: string[] = [];
  while (!signal.aborted) {
    const child = kubectl.start([
      ...["logs", `job/${name}`, "--follow", "--container", CONTAINER],
      ...since,
    ]);
    child.stdin?.end();
    child.stdout?.setEncoding("utf8").on("data", (text: string) => output.take(text));
    const stop = () => child.kill();
    signal.addEventListener("abort", stop, { once: true });
    const code = await new Promise<number | null>((resolve) => {
      child.once("error", () => resolve(null));
      child.once("close", resolve);
    });
    signal.removeEventListener("abort", stop);
    if (code === 0) {
      return;
    }
    since = [`--since-time=${new Date().toISOString()}`];
    await sleep(POLL_MS, undefined, { ref: false });
  }
}
