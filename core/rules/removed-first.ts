import type { KubernetesObject } from "../manifests/manifest";
import { type Bounds, environmentHard, excess, usageOf } from "./demand";
import { groupOf } from "./kinds";

/**
 * The objects that have to go before others are created: a quota leaves no room for both, as when a Service of type
 * LoadBalancer is renamed. Pulumi creates what is new before it deletes what is gone, so that the API server would refuse.
 *
 * @param before - all objects that the environment has
 * @param wanted - those that it is to have, which the quota allows
 */
export function removedFirst<Before extends KubernetesObject>(
  before: readonly Before[],
  wanted: readonly KubernetesObject[],
  bounds: Bounds,
): Before[] {
  const stay = new Set(wanted.map(keyOf));
  const removed = before.filter((object) => !stay.has(keyOf(object)));
  const together = [...wanted, ...removed];
  const exceeded = excess(usageOf(together, bounds), environmentHard(bounds));
  return removed.filter((object) => {
    const usage = usageOf([object], bounds);
    return exceeded.some(({ resource }) => (usage.get(resource) ?? 0) > 0);
  });
}

/** All of an environment are in one namespace, and a new version of a kind does not make another object. */
function keyOf({ apiVersion, kind, metadata }: KubernetesObject): string {
  return `${groupOf(apiVersion)}/${kind}/${metadata.name}`;
}
