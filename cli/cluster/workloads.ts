import type { KubernetesObject, V1Pod } from "@kubernetes/client-node";
import { isWell, nameOf } from "./api-objects";
import type { ClusterClient } from "./client";
import type { RunningImage, Workload, WorkloadState } from "./diagnosis";
import { eventsAbout } from "./events";
import { podProblems } from "./pod";
import type { Problem } from "./problem";
import { readSnapshot, type Snapshot } from "./snapshot";
import { type WorkloadView, workloadViews } from "./workload-view";

/** A workload with its problems. */
export interface Assessment {
  readonly view: WorkloadView;
  readonly workload: Workload;
  /** Its problems, the earliest first; none when it is ready. */
  readonly faults: readonly Fault[];
}

interface Fault extends Problem {
  /** Pods with the problem; none if it is the workload's own. */
  readonly pods: readonly V1Pod[];
  readonly subjects: readonly KubernetesObject[];
}

/**
 * Assesses a namespace's workloads.
 *
 * @throws {UserError} when the cluster cannot be reached
 */
export async function readWorkloads(
  client: ClusterClient,
  namespace: string,
  now = new Date(),
): Promise<Workload[]> {
  const snapshot = await readSnapshot(client, namespace, now, []);
  return assess(snapshot).map(({ workload }) => workload);
}

export function assess(snapshot: Snapshot): Assessment[] {
  return workloadViews(snapshot).map((view) => {
    const { kind, object, ready, desired } = view;
    const faults = view.isReady ? [] : faultsOf(view, snapshot);
    const [first] = faults;
    const workload: Workload = {
      kind,
      name: nameOf(object),
      ready,
      desired,
      images: imagesOf(view),
      state: stateOf(first),
      ...(first && { reason: first.text }),
    };
    return { view, workload, faults };
  });
}

function stateOf(worst: Fault | undefined): WorkloadState {
  if (worst === undefined) {
    return "ready";
  }
  return worst.isFinal ? "failed" : "progressing";
}

function faultsOf(view: WorkloadView, snapshot: Snapshot): Fault[] {
  const faults = [...refusalOf(view), ...podFaults(view, snapshot)];
  return (faults.length > 0 ? faults : [progressOf(view)])
    .map((fault) => ({ ...fault, isFinal: fault.isFinal || view.isGivenUp }))
    .sort((a, b) => Number(b.isFinal) - Number(a.isFinal) || b.pods.length - a.pods.length);
}

/** Returns the reason why no pods are created, which a Job does not count. */
function refusalOf({ problem, pods, desired, kind, controllers }: WorkloadView): Fault[] {
  const missing = desired - pods.length;
  const share =
    kind === "Job" || missing <= 0 ? "" : `${missing} of ${podCount(desired)} cannot be created: `;
  return problem
    ? [{ ...problem, text: `${share}${problem.text}`, pods: [], subjects: controllers }]
    : [];
}

/** Combines the problems of pods that fail for the same reason. */
function podFaults(view: WorkloadView, { objects, takenAt }: Snapshot): Fault[] {
  const groups = new Map<string, { problem: Problem; pods: V1Pod[] }>();
  for (const pod of view.pods.filter((one) => !isWell(one))) {
    const surroundings = {
      events: eventsAbout([pod], objects.Event),
      nodes: objects.Node,
      isRetried: view.isRetried,
      now: takenAt,
    };
    for (const problem of podProblems(pod, surroundings)) {
      const key = `${problem.reason} ${problem.text}`;
      const group = groups.get(key) ?? { problem, pods: [] };
      group.pods.push(pod);
      groups.set(key, group);
    }
  }
  return [...groups.values()].map(({ problem, pods }) => ({
    ...problem,
    text: `${shareOf(view, pods.length)}${problem.text}`,
    isFinal: problem.isFinal,
    pods,
    subjects: pods,
  }));
}

/** Returns for example `2 of 3 pods: `, and nothing for a bare pod. */
function shareOf({ kind, pods, formerPods }: WorkloadView, count: number): string {
  const word = formerPods.length > 0 ? "new pod" : "pod";
  return kind === "Pod" ? "" : `${count} of ${podCount(pods.length, word)}: `;
}

function podCount(count: number, word = "pod"): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

/** Returns the problem of a workload that is only slow so far. */
function progressOf(view: WorkloadView): Fault {
  const { kind, ready, desired, controllers } = view;
  const text =
    kind === "Job"
      ? `${ready} of ${desired} pods have completed`
      : ready < desired
        ? `${ready} of ${desired} pods are ready`
        : "pods of the previous version are being replaced";
  return { reason: "Progressing", text, isFinal: false, pods: [], subjects: controllers };
}

/** Returns the images of its pods, or of its manifest without pods. */
function imagesOf({ pods, formerPods, template }: WorkloadView): RunningImage[] {
  const running = [...pods, ...formerPods].flatMap(({ spec, status }) =>
    (spec?.containers ?? []).map(({ name, image }): RunningImage => {
      const its = status?.containerStatuses?.find((one) => one.name === name);
      return imageOf(image, its?.imageID);
    }),
  );
  const images =
    running.length > 0
      ? running
      : (template.spec?.containers ?? []).map(({ image }) => imageOf(image));
  return [...new Map(images.map((image) => [JSON.stringify(image), image])).values()];
}

/** Returns an image with its digest. An id without a repository is local to the node, not a registry's digest. */
function imageOf(reference = "", id = ""): RunningImage {
  const digest = /@(sha256:[0-9a-f]{64})$/.exec(id)?.[1];
  return { reference, digest };
}
