/** Warnings of Kubernetes' controllers. */
import type { Cluster } from "../api/cluster";
import type { KubernetesObject } from "../api/object";

interface Event extends KubernetesObject {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly involvedObject: { readonly kind: string; readonly name: string; readonly uid?: string };
}

/** Warnings about an object and about objects that it owns, directly or not, each once. */
export async function warningsAbout(
  cluster: Cluster,
  object: KubernetesObject,
  owned: readonly KubernetesObject[],
): Promise<string[]> {
  const about = new Set([object, ...owned].map(({ metadata }) => metadata.uid));
  try {
    const { items } = await cluster.list(
      { apiVersion: "v1", kind: "Event", namespace: object.metadata.namespace ?? "" },
      "type=Warning",
    );
    const texts = (items as readonly Event[])
      .filter(({ involvedObject }) => about.has(involvedObject.uid))
      .map(
        ({ involvedObject, reason, message }) =>
          `[${involvedObject.kind} ${involvedObject.name}]: ${reason ?? ""}: ${message ?? ""}`,
      );
    return [...new Set(texts)];
  } catch {
    // Events only help to explain a failure, which is reported without them, too.
    return [];
  }
}

/** Returns the objects that the given one owns, directly or through others in the list. */
export function ownedBy(
  object: KubernetesObject,
  candidates: readonly KubernetesObject[],
): KubernetesObject[] {
  const owners = new Set([object.metadata.uid]);
  const owned = new Set<KubernetesObject>();
  let grows = true;
  while (grows) {
    grows = false;
    for (const candidate of candidates) {
      if (
        !owned.has(candidate) &&
        candidate.metadata.ownerReferences?.some(({ uid }) => owners.has(uid))
      ) {
        owned.add(candidate);
        owners.add(candidate.metadata.uid);
        grows = true;
      }
    }
  }
  return [...owned];
}
