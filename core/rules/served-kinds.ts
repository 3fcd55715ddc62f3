import { type KubernetesObject, valueAt } from "../manifests/manifest";
import { definersOf } from "./operators";

/** An object that the cluster would refuse, and the fix. */
export interface ClusterFault {
  readonly message: string;
  readonly fix: string;
}

/** An API version that Kubernetes no longer serves. */
interface Removed {
  readonly apiVersion: string;
  /** @default - all kinds of that version */
  readonly kinds?: readonly string[];
  /** The first minor version of Kubernetes without it. */
  readonly since: string;
  /** Its replacement. @default - none */
  readonly use?: string;
}

const removed = (apiVersion: string, since: string, use?: string, kinds?: readonly string[]) => ({
  apiVersion,
  since,
  use,
  kinds,
});

/**
 * All are older than any version that DOKS offers.
 *
 * @see https://kubernetes.io/docs/reference/using-api/deprecation-guide/
 */
const REMOVED: readonly Removed[] = [
  removed("extensions/v1beta1", "1.22", "networking.k8s.io/v1", ["Ingress"]),
  removed("extensions/v1beta1", "1.16", "networking.k8s.io/v1", ["NetworkPolicy"]),
  removed("extensions/v1beta1", "1.16", "apps/v1", ["Deployment", "DaemonSet", "ReplicaSet"]),
  removed("apps/v1beta1", "1.16", "apps/v1"),
  removed("apps/v1beta2", "1.16", "apps/v1"),
  removed("networking.k8s.io/v1beta1", "1.22", "networking.k8s.io/v1", ["Ingress", "IngressClass"]),
  removed("policy/v1beta1", "1.25", "policy/v1", ["PodDisruptionBudget"]),
  removed("policy/v1beta1", "1.25", undefined, ["PodSecurityPolicy"]),
  removed("extensions/v1beta1", "1.16", undefined, ["PodSecurityPolicy"]),
  removed("batch/v1beta1", "1.25", "batch/v1"),
  removed("batch/v2alpha1", "1.21", "batch/v1"),
  removed("autoscaling/v2beta1", "1.25", "autoscaling/v2"),
  removed("autoscaling/v2beta2", "1.26", "autoscaling/v2"),
  removed("rbac.authorization.k8s.io/v1alpha1", "1.22", "rbac.authorization.k8s.io/v1"),
  removed("rbac.authorization.k8s.io/v1beta1", "1.22", "rbac.authorization.k8s.io/v1"),
  removed("apiextensions.k8s.io/v1beta1", "1.22", "apiextensions.k8s.io/v1"),
  removed("apiregistration.k8s.io/v1beta1", "1.22", "apiregistration.k8s.io/v1"),
  removed("certificates.k8s.io/v1beta1", "1.22", "certificates.k8s.io/v1"),
  removed("coordination.k8s.io/v1beta1", "1.22", "coordination.k8s.io/v1"),
  removed("scheduling.k8s.io/v1beta1", "1.22", "scheduling.k8s.io/v1"),
  removed("discovery.k8s.io/v1beta1", "1.25", "discovery.k8s.io/v1"),
  removed("events.k8s.io/v1beta1", "1.25", "events.k8s.io/v1"),
  removed("node.k8s.io/v1beta1", "1.25", "node.k8s.io/v1"),
  removed("admissionregistration.k8s.io/v1beta1", "1.22", "admissionregistration.k8s.io/v1", [
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
  ]),
  removed("storage.k8s.io/v1beta1", "1.22", "storage.k8s.io/v1", [
    "CSIDriver",
    "CSINode",
    "StorageClass",
    "VolumeAttachment",
  ]),
];

/** Kinds in versions that no Kubernetes serves any more, with their replacement. Needs no cluster. */
export function removedKinds(objects: readonly KubernetesObject[]): ClusterFault[] {
  return objects.flatMap((object) => {
    const found = removalOf(object);
    return found === undefined
      ? []
      : [
          {
            message: `${nameOf(object)}: Kubernetes has not served ${object.kind} of ${object.apiVersion} since ${found.since}`,
            fix:
              found.use === undefined
                ? "remove it from the tree: it has no replacement"
                : `write it as apiVersion ${found.use}`,
          },
        ];
  });
}

/**
 * Kinds that a cluster does not know and the tree does not define. An operator in the tree may define custom
 * resources at run time: they are created after it.
 *
 * @param serves - whether the cluster serves a kind
 */
export function unservedKinds(
  objects: readonly KubernetesObject[],
  serves: (apiVersion: string, kind: string) => boolean,
): ClusterFault[] {
  const defined = new Set(objects.flatMap(definedBy));
  return objects
    .filter((object) => removalOf(object) === undefined)
    .filter(({ apiVersion, kind }) => !serves(apiVersion, kind))
    .filter(({ apiVersion, kind }) => !defined.has(`${apiVersion} ${kind}`))
    .filter((object) => definersOf(object, objects).length === 0)
    .map((object) => ({
      message: `${nameOf(object)}: the cluster does not serve ${object.kind} of ${object.apiVersion}, and the tree does not define it`,
      fix: "add its CustomResourceDefinition and its operator to the tree, or remove the object in your own overlay. An operator that defines it at run time needs a role that may create customresourcedefinitions",
    }));
}

function removalOf({ apiVersion, kind }: KubernetesObject): Removed | undefined {
  return REMOVED.find(
    (one) => one.apiVersion === apiVersion && (one.kinds === undefined || one.kinds.includes(kind)),
  );
}

function definedBy({ kind, spec }: KubernetesObject): string[] {
  const versions = valueAt(spec, "versions");
  return kind === "CustomResourceDefinition" && Array.isArray(versions)
    ? (versions as unknown[]).map(
        (version) =>
          `${String(valueAt(spec, "group"))}/${String(valueAt(version, "name"))} ${String(valueAt(spec, "names", "kind"))}`,
      )
    : [];
}

function nameOf({ kind, metadata }: KubernetesObject): string {
  return `${kind}/${metadata.name}`;
}
