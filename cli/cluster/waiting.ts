import type { KubernetesObject, V1Service } from "@kubernetes/client-node";
import { isReady, isSelected, nameOf } from "./api-objects";
import { claimProblem } from "./claim";
import { ingressProblem } from "./ingress";
import type { Problem } from "./problem";
import { serviceProblems } from "./service";
import type { Snapshot } from "./snapshot";
import { type Assessment, assess } from "./workloads";

/** An object that an update waits for. */
export interface Awaited {
  readonly kind: string;
  readonly name: string;
}

/** Why it waits. */
export interface Wait extends Awaited {
  /** A sentence without a full stop, as the diagnosis has it. */
  readonly text: string;
  /** It stays like this until somebody changes the manifests, the settings or a registry. */
  readonly isSettled: boolean;
}

/**
 * Reasons that no time and no other object of the same update changes. A container that keeps ending is not among them: it
 * may wait for another one.
 */
const SETTLED: readonly string[] = [
  "ImagePullBackOff",
  "ErrImagePull",
  "InvalidImageName",
  "ErrImageNeverPull",
  "QuotaExceeded",
  "LimitRangeExceeded",
  "PodSecurity",
  "FailedCreate",
  "Unschedulable",
  "NoController",
  "NoPods",
  "Suspended",
  "BackoffLimitExceeded",
  "DeadlineExceeded",
  "PodFailurePolicy",
];
/** Of a registry, a volume's binding and a cloud that need time. */
const PASSING =
  /refuses more pulls for now|cannot be reached|no registry of that name|persistentvolumeclaim/i;

/** Why some objects are not ready, as far as that is known. */
export function waitsOf(awaited: readonly Awaited[], snapshot: Snapshot): Wait[] {
  const assessments = assess(snapshot);
  return awaited.flatMap(({ kind, name }) => {
    const problems = problemsOf(kind, name, snapshot, assessments);
    const settled = problems.find(isSettled);
    const told = settled ?? problems[0];
    return told === undefined
      ? []
      : [{ kind, name, text: told.text, isSettled: settled !== undefined }];
  });
}

function isSettled({ reason, text, isFinal }: Problem): boolean {
  // The diagnosis takes a suspended Job for one that waits, as it may be meant to.
  return (isFinal || reason === "Suspended") && SETTLED.includes(reason) && !PASSING.test(text);
}

function problemsOf(
  kind: string,
  name: string,
  snapshot: Snapshot,
  assessments: readonly Assessment[],
): readonly Problem[] {
  const { Service, PersistentVolumeClaim, Ingress } = snapshot.objects;
  switch (kind) {
    case "Service":
      return one(Service, name, (service) => serviceWaits(service, snapshot, assessments));
    case "PersistentVolumeClaim":
      return one(PersistentVolumeClaim, name, (claim) => [claimProblem(claim, snapshot)]);
    case "Ingress":
      return one(Ingress, name, (ingress) => [ingressProblem(ingress, snapshot)]);
    default:
      return (
        assessments.find(({ workload }) => workload.kind === kind && workload.name === name)
          ?.faults ?? []
      );
  }
}

function one<Some extends KubernetesObject>(
  objects: readonly Some[],
  name: string,
  problemsIn: (object: Some) => readonly (Problem | undefined)[],
): Problem[] {
  const object = objects.find((candidate) => nameOf(candidate) === name);
  return object === undefined ? [] : problemsIn(object).filter((problem) => problem !== undefined);
}

/** A Service also waits for the pods that it leads to: for the same reason as they do. */
function serviceWaits(
  service: V1Service,
  snapshot: Snapshot,
  assessments: readonly Assessment[],
): Problem[] {
  const own = serviceProblems(service, snapshot, assessments);
  const selector = service.spec?.selector ?? {};
  const selected = assessments.filter(
    ({ view }) => Object.keys(selector).length > 0 && isSelected(selector, view.template),
  );
  const isServed = selected.some(({ view }) => view.pods.some(isReady));
  return isServed
    ? own
    : [
        ...own,
        ...selected.flatMap(({ workload, faults }) =>
          faults.map((fault) => ({
            ...fault,
            text: `${workload.kind} "${workload.name}", which it leads to: ${fault.text}`,
          })),
        ),
      ];
}
