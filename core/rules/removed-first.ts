import { isDeepStrictEqual } from "node:util";
import { type KubernetesObject, valueAt } from "../manifests/manifest";
import { type Bounds, environmentHard, excess, usageOf } from "./demand";
import { groupOf } from "./kinds";

/**
 * The objects to delete before others are created, because a quota has no room for both. Pulumi creates new objects
 * before it deletes removed ones, and a Deployment starts a new pod before it ends an old one: the API server would
 * refuse them.
 *
 * - Objects that are no longer in the tree, such as a renamed Service of type LoadBalancer.
 * - Deployments whose rolling update has no room for another pod.
 *
 * @param before - all objects that the environment has
 * @param wanted - all objects that it will have, which the quota allows
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

/** All objects of an environment share a namespace, and a new version of a kind is still the same object. */
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

/** Whether a Deployment gets different pods, and must not end an old one first. */
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
function mayBeUnavailable(value: unknown = "25%", replicas: number): number {
  const percent = /^(\d+)%$/.exec(String(value))?.[1];
  return percent === undefined ? Number(value) : Math.floor((Number(percent) * replicas) / 100);
}

function podOf({ metadata, spec }: KubernetesObject): KubernetesObject {
  return { apiVersion: "v1", kind: "Pod", metadata, spec: valueAt(spec, "template", "spec") };
}
