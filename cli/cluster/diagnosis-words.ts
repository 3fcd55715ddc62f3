import { age } from "../terminal/times";
import type { Diagnosis, EventGroup, Finding, LogExcerpt } from "./diagnosis";

export function headline({ namespace, workloads, findings }: Diagnosis): string {
  const unready = workloads.filter(({ state }) => state !== "ready").length;
  if (workloads.length === 0) {
    return `namespace ${namespace} has no workloads`;
  }
  const all = workloads.length === 1 ? "the workload" : `all ${workloads.length} workloads`;
  if (unready > 0) {
    return `${unready} of ${workloads.length} workloads of namespace ${namespace} ${unready === 1 ? "is" : "are"} not ready`;
  }
  const others = findings.length > 0 ? ", but there are other problems" : "";
  return `${all} of namespace ${namespace} ${workloads.length === 1 ? "is" : "are"} ready${others}`;
}

/** Findings about one object, for one heading. */
export interface ObjectFindings {
  readonly kind: Finding["kind"];
  readonly name: string;
  readonly state: Finding["state"];
  /** For a workload, e.g. `0 of 3 ready`. */
  readonly readiness?: string;
  readonly findings: readonly Finding[];
}

/** Groups findings by object, in the order of each object's first finding. */
export function byObject({ workloads, findings }: Diagnosis): ObjectFindings[] {
  const groups = new Map<string, ObjectFindings>();
  for (const finding of findings) {
    const { kind, name, state } = finding;
    const key = `${kind}/${name}`;
    const known = groups.get(key);
    const workload = workloads.find((one) => one.kind === kind && one.name === name);
    groups.set(key, {
      kind,
      name,
      // Failures come first.
      state: known?.state ?? state,
      ...(workload && { readiness: `${workload.ready} of ${workload.desired} ready` }),
      findings: [...(known?.findings ?? []), finding],
    });
  }
  return [...groups.values()];
}

/** E.g. `Pod/web-1: Unhealthy, 4 times, last 12s ago: Readiness probe failed`. */
export function eventLine(
  { about, reason, message, count, lastSeen }: EventGroup,
  takenAt: string,
): string {
  const ago = `${age(lastSeen, new Date(takenAt))} ago`;
  const times = count === 1 ? ago : `${count} times, last ${ago}`;
  return `${about}: ${reason}, ${times}: ${message}`;
}

/** Returns the heading of log lines, or the reason why there are none. */
export function logTitle({ pod, container, run, unreadable }: LogExcerpt): string {
  const title = `log of container "${container}" in pod ${pod}${run === "previous" ? ", before its last restart" : ""}`;
  return unreadable === undefined ? title : `no ${title}: ${unreadable}`;
}

/** Returns the omissions of a diagnosis: findings beyond the limit, and kinds that could not be read. */
export function omissions({ untold, unread }: Diagnosis): string[] {
  return [
    ...(untold > 0
      ? [`${untold} more ${untold === 1 ? "finding is" : "findings are"} not shown`]
      : []),
    ...unread.map((sentence) => `not judged: ${sentence}`),
  ];
}
