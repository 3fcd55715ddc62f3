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
  /** Whether it is a Service whose answer is awaited after everything else exists. @default - its address is awaited */
  readonly answers?: boolean;
}

/** A missing object that pods need, or missing keys of one. */
export interface Missing {
  readonly kind: string;
  readonly name: string;
  readonly keys: readonly string[];
}

export interface Wait extends Awaited {
  /** A sentence without a full stop, from the diagnosis. */
  readonly text: string;
  /** Whether only a change of the manifests, the settings or a registry helps. */
  readonly isSettled: boolean;
}

/**
 * Reasons that neither time nor another object of the same update changes. A container that keeps ending is not included,
 * because it may wait for another container.
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
/** Reasons for a Service without an answer that only another object of the same update could change. */
const SILENT: readonly string[] = ["NoPods", "NoPort", "NoReplicas"];
/** Reasons that may pass: a registry, a volume's binding, the cloud or an object of the same update may need time. */
const PASSING =
  /limits the rate of pulls|cannot be reached|registry does not resolve|persistentvolumeclaim|looking up service account/i;

/**
 * Returns the known reasons why objects are not ready. */
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

/**
 * The kubelet's messages. Those about a volume do not name the object.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.35.0/pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables)
 */
function isLackOf({ kind, name, keys }: Missing, text: string): boolean {
  const [, key = "", of, its] =
    /find key (\S+) in (ConfigMap|Secret) [^/\s]+\/(\S+)$/.exec(text) ?? [];
  const [, mounted, file = ""] = /the (ConfigMap|Secret) has no key "(.*)"$/.exec(text) ?? [];
  return (
    text.includes(`${kind.toLowerCase()} "${name}" not found`) ||
    (of === kind && its === name && keys.includes(key)) ||
    (mounted === kind && keys.includes(file))
  );
}

function isSettled({ reason, text, isFinal }: Problem): boolean {
  // The diagnosis treats a suspended Job as waiting, because that may be intended.
  return (isFinal || reason === "Suspended") && SETTLED.includes(reason) && !PASSING.test(text);
}

/** A Service also waits for its pods, for the same reason as they do. */
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
