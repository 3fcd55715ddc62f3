import type { V1Service } from "@kubernetes/client-node";
import { isReady, isSelected, nameOf } from "./api-objects";
import { causesOf, effectsOf } from "./object-problems";
import type { Problem } from "./problem";
import { replicasProblems } from "./service";
import type { Snapshot } from "./snapshot";
import { type Assessment, assess } from "./workloads";

export interface Awaited {
  readonly kind: string;
  readonly name: string;
  /** It is a Service from which an answer is awaited, and all else is there. @default - its address is */
  readonly answers?: boolean;
}

/** An object that pods need and nobody makes, or some of its keys. */
export interface Missing {
  readonly kind: string;
  readonly name: string;
  readonly keys: readonly string[];
}

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
  "Suspended",
  "BackoffLimitExceeded",
  "DeadlineExceeded",
  "PodFailurePolicy",
];
/** Reasons of a Service not to answer that only another object of the same update could change. */
const SILENT: readonly string[] = ["NoPods", "NoPort", "NoReplicas"];
/** Of a registry, a volume's binding, a cloud and an object of the same update that need time. */
const PASSING =
  /refuses more pulls for now|cannot be reached|no registry of that name|persistentvolumeclaim|looking up service account/i;

/**
 * Why some objects are not ready, as far as that is known.. */
export function waitsOf(
  awaited: readonly Awaited[],
  snapshot: Snapshot,
  missing: readonly Missing[] = [],
): Wait[] {
  const lacks = ({ text }: Problem) => missing.some((one) => isLackOf(one, text));
  const assessments = assess(snapshot);
  const others = [...causesOf(snapshot), ...effectsOf(snapshot, assessments)];
  const services = snapshot.objects.Service;
  return awaited.flatMap(({ kind, name, answers = false }) => {
    const isOf = (one: Awaited) => one.kind === kind && one.name === name;
    const service = services.find((one) => kind === "Service" && nameOf(one) === name);
    const problems = [
      ...assessments.filter(({ workload }) => isOf(workload)).flatMap(({ faults }) => faults),
      ...others.filter(isOf).flatMap((one) => one.problems),
      ...(service === undefined ? [] : podsProblems(service, assessments)),
      ...(service !== undefined && answers ? replicasProblems(service, assessments) : []),
    ];
    const settled = problems.find(
      (problem) =>
        isSettled(problem) || lacks(problem) || (answers && SILENT.includes(problem.reason)),
    );
    const reason = settled ?? problems[0];
    return reason === undefined
      ? []
      : [{ kind, name, text: reason.text, isSettled: settled !== undefined }];
  });
}

/** As the kubelet says it. @see https://github.com/kubernetes/kubernetes/blob/v1.35.0/pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables) */
function isLackOf({ kind, name, keys }: Missing, text: string): boolean {
  const [, key = "", of, its] =
    /find key (\S+) in (ConfigMap|Secret) [^/\s]+\/(\S+)$/.exec(text) ?? [];
  return (
    text.includes(`${kind.toLowerCase()} "${name}" not found`) ||
    (of === kind && its === name && keys.includes(key))
  );
}

function isSettled({ reason, text, isFinal }: Problem): boolean {
  // The diagnosis takes a suspended Job for one that waits, as it may be meant to.
  return (isFinal || reason === "Suspended") && SETTLED.includes(reason) && !PASSING.test(text);
}

/** A Service also waits for the pods that it leads to: for the same reason as they do. */
function podsProblems(service: V1Service, assessments: readonly Assessment[]): Problem[] {
  const selector = service.spec?.selector ?? {};
  const selected = assessments.filter(
    ({ view }) => Object.keys(selector).length > 0 && isSelected(selector, view.template),
  );
  const isServed = selected.some(({ view }) => view.pods.some(isReady));
  return isServed
    ? []
    : selected.flatMap(({ workload, faults }) =>
        faults.map((fault) => ({
          ...fault,
          text: `${workload.kind} "${workload.name}", which it leads to: ${fault.text}`,
        })),
      );
}
