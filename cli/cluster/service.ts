import type { V1Pod, V1Service } from "@kubernetes/client-node";
import { isReady, isSelected, type Kind } from "./api-objects";
import { eventsAbout, newestOf } from "./events";
import { excerpt } from "./excerpt";
import { advice, change, type FixFor } from "./likely-fix";
import { isOverdue, type Problem } from "./problem";
import type { Snapshot } from "./snapshot";
import type { Assessment } from "./workloads";

/** The cloud controller's warnings about a load balancer. */
const LOAD_BALANCER_WARNINGS = ["SyncLoadBalancerFailed", "CreatingLoadBalancerFailed"];

const WORKLOAD_KINDS: readonly Kind[] = [
  "Deployment",
  "ReplicaSet",
  "StatefulSet",
  "DaemonSet",
  "Job",
];

export function serviceProblems(
  service: V1Service,
  snapshot: Snapshot,
  assessments: readonly Assessment[],
): Problem[] {
  return [
    addressProblem(service, snapshot),
    selectorProblem(service, snapshot, assessments),
    portProblem(service, podsOf(service, assessments)),
  ].filter((problem) => problem !== undefined);
}

/** Returns Services without an answer only because a workload is not ready. */
export function silentServices(
  { view }: Assessment,
  snapshot: Snapshot,
  assessments: readonly Assessment[],
): V1Service[] {
  return snapshot.objects.Service.filter((service) => {
    const selected = podsOf(service, assessments);
    return (
      isSelected(selectorOf(service), view.template) &&
      hasSelector(service) &&
      !selected.some(isReady)
    );
  });
}

/** Returns the problem of a Service of type LoadBalancer without an address. */
function addressProblem(service: V1Service, { objects, takenAt }: Snapshot): Problem | undefined {
  const { metadata, spec, status } = service;
  if (spec?.type !== "LoadBalancer" || (status?.loadBalancer?.ingress?.length ?? 0) > 0) {
    return undefined;
  }
  const warning = newestOf(eventsAbout([service], objects.Event), ...LOAD_BALANCER_WARNINGS);
  const message = warning?.message ?? "";
  return {
    reason: warning?.reason ?? "Pending",
    text: `its load balancer has no address${message ? `: ${excerpt(message)}` : " yet"}`,
    isFinal: warning !== undefined || isOverdue(metadata?.creationTimestamp, takenAt),
    ...(warning && { fix: addressFix(message) }),
  };
}

function addressFix(message: string): FixFor {
  return /limit|quota|\b(?:403|422)\b/i.test(message)
    ? () => ({
        text: "take unused environments down, or ask DigitalOcean for a higher limit",
        command: "doks-env list --expired",
      })
    : advice("fix the reported problem in the Service's annotations in the overlay");
}

/** Returns the problem of a Service whose selector matches no workload's pods. */
function selectorProblem(
  service: V1Service,
  { unread }: Snapshot,
  assessments: readonly Assessment[],
): Problem | undefined {
  const selector = selectorOf(service);
  const isMatched = assessments.some(({ view }) =>
    [view.template, ...view.pods].some((labelled) => isSelected(selector, labelled)),
  );
  const isUnknown = unread.some((kind) => WORKLOAD_KINDS.includes(kind));
  if (!hasSelector(service) || isMatched || isUnknown) {
    return undefined;
  }
  const labels = Object.entries(selector).map(([key, value]) => `${key}=${value}`);
  return {
    reason: "NoPods",
    text: `it selects pods with ${labels.join(",")}, and no workload has such pods`,
    isFinal: true,
    fix: change("set the Service's selector in the overlay to its pods' labels"),
  };
}

/** Kinds that can be scaled to no pods. */
const SCALED: readonly string[] = ["Deployment", "ReplicaSet", "StatefulSet"];

/** Returns the problem of a Service whose workloads have no replicas, if the update waits for its answer. */
export function replicasProblems(
  service: V1Service,
  assessments: readonly Assessment[],
): Problem[] {
  const selected = assessments.filter(
    ({ view }) => hasSelector(service) && isSelected(selectorOf(service), view.template),
  );
  const isUnwanted = selected.every(
    ({ view: { kind, desired } }) => desired === 0 && SCALED.includes(kind),
  );
  const names = selected.map(({ workload: { kind, name } }) => `${kind} "${name}"`);
  return names.length === 0 || !isUnwanted
    ? []
    : [
        {
          reason: "NoReplicas",
          text: `it leads to ${names.join(" and ")}, which ${names.length === 1 ? "has" : "have"} no replicas`,
          isFinal: false,
        },
      ];
}

/** Returns the problem of a Service with a target port name that no container has. */
function portProblem(service: V1Service, pods: readonly V1Pod[]): Problem | undefined {
  const named = new Set(
    pods.flatMap(({ spec }) =>
      [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].flatMap(({ ports = [] }) =>
        ports.map(({ name }) => name),
      ),
    ),
  );
  const lost = (service.spec?.ports ?? []).filter(
    ({ targetPort }) => typeof targetPort === "string" && !named.has(targetPort),
  );
  return pods.length > 0 && lost.length > 0
    ? {
        reason: "NoPort",
        text: `port ${lost.map(({ port }) => port).join(", ")} goes to ${lost.map(({ targetPort }) => `"${targetPort ?? ""}"`).join(", ")}, and no container of its pods has a port of that name`,
        isFinal: true,
        fix: change("set the Service's targetPort in the overlay to a port of the container"),
      }
    : undefined;
}

function podsOf(service: V1Service, assessments: readonly Assessment[]): V1Pod[] {
  return hasSelector(service)
    ? assessments
        .flatMap(({ view }) => [...view.pods, ...view.formerPods])
        .filter((pod) => isSelected(selectorOf(service), pod))
    : [];
}

function hasSelector(service: V1Service): boolean {
  return service.spec?.type !== "ExternalName" && Object.keys(selectorOf(service)).length > 0;
}

function selectorOf({ spec }: V1Service): Readonly<Record<string, string>> {
  return spec?.selector ?? {};
}
