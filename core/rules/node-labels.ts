import { replicasOf } from "../manifests/autoscaling";
import { type KubernetesObject, listAt, podOf, valueAt } from "../manifests/manifest";
import { mayUpdate } from "./operators";
import type { ClusterFault } from "./served-kinds";

/**
 * The labels of every DOKS node. It has no zone, and no role.
 *
 * @see https://docs.digitalocean.com/products/kubernetes/how-to/manage-node-pools/
 * @see https://github.com/digitalocean/digitalocean-cloud-controller-manager/blob/v0.1.64/cloud-controller-manager/do/instances.go
 */
export const NODE_LABELS: readonly string[] = [
  "beta.kubernetes.io/arch",
  "beta.kubernetes.io/instance-type",
  "beta.kubernetes.io/os",
  "failure-domain.beta.kubernetes.io/region",
  "kubernetes.io/arch",
  "kubernetes.io/hostname",
  "kubernetes.io/os",
  "node.kubernetes.io/instance-type",
  "region",
  "topology.kubernetes.io/region",
];
/** Prefix of further labels, such as those of nodes with GPUs. */
const OF_DOKS = "doks.digitalocean.com/";
/** Values that are equal on all DOKS nodes. */
const ALIKE: Readonly<Record<string, string>> = { arch: "amd64", os: "linux" };

/** Kinds whose pods are awaited. A DaemonSet needs no pods without a fitting node. */
const AWAITED = ["Deployment", "Job", "Pod", "ReplicaSet", "ReplicationController", "StatefulSet"];

/**
 * Pods that fit no node, because every node lacks a label that they require.
 *
 * @param labels - labels of the cluster's nodes
 */
export function unplacedPods(
  objects: readonly KubernetesObject[],
  labels: readonly string[],
): ClusterFault[] {
  return mayUpdate(objects, "", "nodes")
    ? []
    : objects
        .filter((one) => AWAITED.includes(one.kind) && replicasOf(one, objects) > 0)
        .flatMap(({ kind, metadata, spec }) => {
          return [...new Set(asked(podOf({ kind, spec }), labels))].map((what) => ({
            message: `${kind}/${metadata.name}: its pods require a node ${what}, but the cluster has no such node`,
            fix: "remove that requirement in your own overlay, or use a label that DOKS nodes have",
          }));
        });
}

/** Returns the requirements that no node meets. */
function asked(pod: unknown, labels: readonly string[]): string[] {
  const lacks = (key: string) => !labels.includes(key) && !key.startsWith(OF_DOKS);
  const selected = Object.entries((valueAt(pod, "nodeSelector") ?? {}) as object)
    .filter(([key, value]) => lacks(key) || isOther(key, [value]))
    .map(([key, value]) => `with ${key}=${String(value)}`);
  const required = (affinity: string) =>
    valueAt(pod, "affinity", affinity, "requiredDuringSchedulingIgnoredDuringExecution");
  // One of the terms is enough.
  const terms = listAt(required("nodeAffinity"), "nodeSelectorTerms").map((term) =>
    (listAt(term, "matchExpressions") as readonly Expression[]).filter(
      ({ key, operator, values = [] }) =>
        (PRESENT.includes(operator) && lacks(key)) || (operator === "In" && isOther(key, values)),
    ),
  );
  const [first] = terms.every((unmet) => unmet.length > 0) ? terms.flat() : [];
  const beside = required("podAffinity");
  const keys = [
    ...(Array.isArray(beside) ? (beside as unknown[]) : []),
    ...listAt(pod, "topologySpreadConstraints").filter(
      (one) => valueAt(one, "whenUnsatisfiable") === "DoNotSchedule",
    ),
  ].map((one) => String(valueAt(one, "topologyKey")));
  return [
    ...selected,
    ...(first === undefined ? [] : [`with ${[first.key, ...(first.values ?? [])].join(" ")}`]),
    ...keys.filter(lacks).map((key) => `with the label ${key}`),
  ];
}

interface Expression {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

const PRESENT = ["In", "Exists", "Gt", "Lt"];

/** Whether all nodes have another value than these. */
function isOther(key: string, values: readonly unknown[]): boolean {
  const [, name = ""] = /^(?:beta\.)?kubernetes\.io\/(arch|os)$/.exec(key) ?? [];
  const own = ALIKE[name];
  return own !== undefined && !values.includes(own);
}
