import { isDeepStrictEqual } from "node:util";
import { type KubernetesObject, valueAt } from "../manifests/manifest";
import { type Bounds, environmentHard, excess, usageOf } from "./demand";
import { groupOf } from "./kinds";

/**
 * The objects that have to go before others are created, because a quota leaves no room for both. Pulumi creates what is new
 * before it deletes what is gone, and a Deployment starts a new pod before it ends an old one: the API server would refuse.
 *
 * - What the tree no longer has, as when a Service of type LoadBalancer is renamed.
 * - Deployments whose rolling update has no room for one pod more.
 *
 * @param before - all objects that the environment has
 * @param wanted - those that it is to have, which the quota allows
 */
export function removedFirst<Before extends KubernetesObject>(
  before: readonly Before[],
  wanted: readonly KubernetesObject[],
  bounds: Bounds,
): Before[] {
  const exceededBy = (more: readonly KubernetesObject[]) =>
    excess(usageOf([...wanted, ...more], bounds), environmentHard(bounds));
  const removed = before.filter((object) => successorOf(object, wanted) === undefined);
  const exceeded = exceededBy(removed);
  return [
    ...removed.filter((object) => {
      const usage = usageOf([object], bounds);
      return exceeded.some(({ resource }) => (usage.get(resource) ?? 0) > 0);
    }),
    ...before.filter((object) => {
      const successor = successorOf(object, wanted);
      return (
        successor !== undefined &&
        needsRoom(object, successor) &&
        exceededBy([podOf(successor)]).length > 0
      );
    }),
  ];
}

/** All of an environment are in one namespace, and a new version of a kind does not make another object. */
function successorOf(
  { apiVersion, kind, metadata }: KubernetesObject,
  wanted: readonly KubernetesObject[],
): KubernetesObject | undefined {
  return wanted.find(
    (object) =>
      object.kind === kind &&
      object.metadata.name === metadata.name &&
      groupOf(object.apiVersion) === groupOf(apiVersion),
  );
}

/** Whether it is a Deployment that gets other pods, and may not end an old one first. */
function needsRoom(before: KubernetesObject, { kind, spec }: KubernetesObject): boolean {
  const replicas = valueAt(spec, "replicas") ?? 1;
  return (
    kind === "Deployment" &&
    typeof replicas === "number" &&
    replicas > 0 &&
    valueAt(spec, "strategy", "type") !== "Recreate" &&
    mayBeUnavailable(valueAt(spec, "strategy", "rollingUpdate", "maxUnavailable"), replicas) < 1 &&
    !isDeepStrictEqual(valueAt(before.spec, "template"), valueAt(spec, "template"))
  );
}

/** @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#max-unavailable */
function mayBeUnavailable(said: unknown = "25%", replicas: number): number {
  const percent = /^(\d+)%$/.exec(String(said))?.[1];
  return percent === undefined ? Number(said) : Math.floor((Number(percent) * replicas) / 100);
}

function podOf({ metadata, spec }: KubernetesObject): KubernetesObject {
  return { apiVersion: "v1", kind: "Pod", metadata, spec: valueAt(spec, "template", "spec") };
}
