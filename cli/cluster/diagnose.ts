import type { CoreV1Event, KubernetesObject, V1Pod } from "@kubernetes/client-node";
import { type Kind, nameOf } from "./api-objects";
import type { ClusterClient } from "./client";
import type { Diagnosis, Finding, LikelyFix } from "./diagnosis";
import { eventsAbout, groupWarnings } from "./events";
import type { FixFor } from "./likely-fix";
import { readLogs } from "./logs";
import { causesOf, effectsOf, type ObjectProblems } from "./object-problems";
import type { Problem } from "./problem";
import { silentServices } from "./service";
import { readSnapshot, type Snapshot } from "./snapshot";
import { type Assessment, assess } from "./workloads";

/** Maximum number of findings: many findings usually have one cause, and a screen is limited. */
const MOST_FINDINGS = 25;
const MOST_PODS = 10;

/**
 * Diagnoses a namespace.
 *
 * @param stack - for the commands in fixes
 * @param isTenant - whether the nodes belong to a shared cluster
 * @throws {UserError} when the cluster cannot be reached
 */
export async function diagnose(
  client: ClusterClient,
  namespace: string,
  stack: string,
  now = new Date(),
  isTenant = false,
): Promise<Diagnosis> {
  const snapshot = await readSnapshot(client, namespace, now);
  const assessments = assess(snapshot);
  const cases = casesOf(snapshot, assessments);
  const shown = cases.slice(0, MOST_FINDINGS);
  return {
    namespace,
    takenAt: now.toISOString(),
    workloads: assessments.map(({ workload }) => workload),
    findings: await Promise.all(
      shown.map((one) => findingOf(one, client, (fix) => fix(stack, isTenant), snapshot)),
    ),
    untold: cases.length - shown.length,
    unread: snapshot.unread.map(unreadSentence),
  };
}

/** A problem with its facts, events and logs. */
interface Case {
  readonly kind: Finding["kind"];
  readonly name: string;
  readonly problem: Problem;
  readonly facts: readonly string[];
  readonly pods: readonly V1Pod[];
  readonly subjects: readonly KubernetesObject[];
}

/** Returns the problems, the earliest failure first; among equals, causes before effects. */
function casesOf(snapshot: Snapshot, assessments: readonly Assessment[]): Case[] {
  const cases = [
    ...causesOf(snapshot).flatMap(casesAlone),
    ...assessments.flatMap((assessment) => workloadCases(assessment, snapshot, assessments)),
    ...effectsOf(snapshot, assessments).flatMap(casesAlone),
  ];
  return cases.sort((a, b) => Number(b.problem.isFinal) - Number(a.problem.isFinal));
}

/** Returns the problems of an object without pods. */
function casesAlone({ kind, name, object, problems }: ObjectProblems): Case[] {
  return problems.map((problem) => ({
    kind,
    name,
    problem,
    facts: problem.facts ?? [],
    pods: [],
    subjects: [object],
  }));
}

/** The first fault of a workload carries the facts about the whole workload. */
function workloadCases(
  assessment: Assessment,
  snapshot: Snapshot,
  assessments: readonly Assessment[],
): Case[] {
  const { view, workload, faults } = assessment;
  const silent = silentServices(assessment, snapshot, assessments).map(
    (service) => `Service "${nameOf(service)}" has no ready pod`,
  );
  return faults.map((fault, index) => ({
    kind: workload.kind,
    name: workload.name,
    problem: fault,
    facts: [...(fault.facts ?? []), ...(index === 0 ? [...view.facts, ...silent] : [])],
    pods: fault.pods,
    subjects: fault.subjects,
  }));
}

async function findingOf(
  { kind, name, problem, facts, pods, subjects }: Case,
  client: ClusterClient,
  fixOf: (fix: FixFor) => LikelyFix,
  snapshot: Snapshot,
): Promise<Finding> {
  const [first] = pods;
  const events = groupWarnings(
    eventsAbout(subjects, snapshot.objects.Event).filter((event) => !isOvercome(event, pods)),
  );
  return {
    kind,
    name,
    state: problem.isFinal ? "failed" : "progressing",
    reason: problem.reason,
    text: problem.text,
    // Some messages appear twice, in a status and in an event.
    facts: facts.filter((fact) => !events.some(({ message }) => message === fact)),
    pods: pods.slice(0, MOST_PODS).map(nameOf),
    ...(problem.fix && { likelyFix: fixOf(problem.fix) }),
    events,
    // Workloads that fail for the same reason have the same logs.
    logs: first && problem.container ? await readLogs(client, first, problem.container) : [],
  };
}

/** Whether an event is outdated, such as a scheduling failure of a pod that has a node by now. */
function isOvercome({ reason, involvedObject }: CoreV1Event, pods: readonly V1Pod[]): boolean {
  return (
    reason === "FailedScheduling" &&
    pods.some(
      ({ metadata, spec }) => metadata?.uid === involvedObject.uid && spec?.nodeName !== undefined,
    )
  );
}

function unreadSentence(kind: Kind): string {
  return `${kind} objects may not be listed with this credential`;
}
