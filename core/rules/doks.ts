import { GATEWAY_CLASS } from "../manifests/load-balancers";
import { PROVISIONER, RETAINING_CLASSES, STORAGE_CLASSES } from "../manifests/volumes";
import type { ClusterClasses } from "./cluster-classes";

/**
 * API versions that a new DOKS cluster serves: those of Kubernetes 1.33 and later, and of DigitalOcean's own
 * components.
 *
 * @see https://docs.digitalocean.com/products/kubernetes/details/features/
 */
const API_VERSIONS: readonly string[] = [
  "v1",
  "admissionregistration.k8s.io/v1",
  "apiextensions.k8s.io/v1",
  "apiregistration.k8s.io/v1",
  "apps/v1",
  "autoscaling/v1",
  "autoscaling/v2",
  "batch/v1",
  "certificates.k8s.io/v1",
  "coordination.k8s.io/v1",
  "discovery.k8s.io/v1",
  "events.k8s.io/v1",
  "flowcontrol.apiserver.k8s.io/v1",
  "networking.k8s.io/v1",
  "node.k8s.io/v1",
  "policy/v1",
  "rbac.authorization.k8s.io/v1",
  "resource.k8s.io/v1",
  "scheduling.k8s.io/v1",
  "storage.k8s.io/v1",
  "cilium.io/v2",
  "cilium.io/v2alpha1",
  "gateway.networking.k8s.io/v1",
  "gateway.networking.k8s.io/v1beta1",
  "snapshot.storage.k8s.io/v1",
];

/** Whether a new cluster will serve a kind. */
export function doksServes(apiVersion: string): boolean {
  return API_VERSIONS.includes(apiVersion);
}

/** The classes of a new DOKS cluster: it has no Ingress controller. */
export const DOKS_CLASSES: ClusterClasses = {
  ingress: [],
  gateway: [GATEWAY_CLASS],
  storage: STORAGE_CLASSES,
  retaining: RETAINING_CLASSES,
  defaultStorage: "do-block-storage",
  drivers: [PROVISIONER],
  snapshot: ["do-block-storage"],
  retainingSnapshots: [],
  defaultSnapshot: "do-block-storage",
  priority: ["system-cluster-critical", "system-node-critical"],
};
