/** Facts about Kubernetes' own kinds that need no API server. */
import type { Manifest } from "./manifest";
import { textAt } from "./manifest";

/** Type token of a resource: `kubernetes:<group>/<version>:<Kind>`, the core group being `core`. */
export interface ResourceType {
  /** As it stands in manifests: `v1`, `apps/v1`. */
  readonly apiVersion: string;
  readonly kind: string;
}

const CORE = "core/v1";

/** @throws {Error} when the token is not one of an object. */
export function parseType(token: string): ResourceType {
  const [, groupVersion = "", kind = ""] = token.split(":");
  if (groupVersion.split("/").length !== 2 || kind === "") {
    throw new Error(
      `the resource type ${token} names no Kubernetes object: expected kubernetes:<group>/<version>:<Kind>`,
    );
  }
  return { apiVersion: groupVersion === CORE ? "v1" : groupVersion, kind };
}

export function typeToken(apiVersion: string, kind: string): string {
  return `kubernetes:${apiVersion === "v1" ? CORE : apiVersion}:${kind}`;
}

/** A `<Kind>Patch` manages some fields of an object that it does not own. */
export function isPatchType(token: string, kind: string): boolean {
  return token.endsWith(`:${kind}Patch`);
}

/** API groups that are Kubernetes' own: every other kind is a custom resource. */
const GROUPS = new Set([
  "",
  "core",
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "apiregistration.k8s.io",
  "apps",
  "autoscaling",
  "batch",
  "certificates.k8s.io",
  "coordination.k8s.io",
  "discovery.k8s.io",
  "events.k8s.io",
  "extensions",
  "flowcontrol.apiserver.k8s.io",
  "networking.k8s.io",
  "node.k8s.io",
  "policy",
  "rbac.authorization.k8s.io",
  "resource.k8s.io",
  "scheduling.k8s.io",
  "storage.k8s.io",
  "storagemigration.k8s.io",
]);

export function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
}

export function isBuiltIn(apiVersion: string): boolean {
  return GROUPS.has(groupOf(apiVersion));
}

/** `PodList` and the like exist only in manifests: their items are created. */
export function isList({ apiVersion, kind }: ResourceType): boolean {
  return isBuiltIn(apiVersion) && kind.endsWith("List");
}

const CLUSTER_WIDE = new Set([
  "APIService",
  "CertificateSigningRequest",
  "ClusterRole",
  "ClusterRoleBinding",
  "CSIDriver",
  "CSINode",
  "CustomResourceDefinition",
  "FlowSchema",
  "IngressClass",
  "MutatingWebhookConfiguration",
  "Namespace",
  "Node",
  "PersistentVolume",
  "PodSecurityPolicy",
  "PriorityClass",
  "PriorityLevelConfiguration",
  "RuntimeClass",
  "StorageClass",
  "ValidatingWebhookConfiguration",
  "VolumeAttachment",
]);

const NAMESPACED = new Set([
  "Binding",
  "ConfigMap",
  "ControllerRevision",
  "CronJob",
  "CSIStorageCapacity",
  "DaemonSet",
  "Deployment",
  "Endpoints",
  "EndpointSlice",
  "Event",
  "HorizontalPodAutoscaler",
  "Ingress",
  "Job",
  "Lease",
  "LimitRange",
  "NetworkPolicy",
  "PersistentVolumeClaim",
  "Pod",
  "PodDisruptionBudget",
  "PodTemplate",
  "ReplicaSet",
  "ReplicationController",
  "ResourceQuota",
  "Role",
  "RoleBinding",
  "Secret",
  "Service",
  "ServiceAccount",
  "StatefulSet",
]);

/** Whether a kind is namespaced; undefined for a kind that only the API server knows. */
export function isKnownNamespaced(apiVersion: string, kind: string): boolean | undefined {
  if (isBuiltIn(apiVersion)) {
    if (CLUSTER_WIDE.has(kind)) {
      return false;
    }
    if (NAMESPACED.has(kind)) {
      return true;
    }
  }
  return undefined;
}

export function isSecret(manifest: Manifest): boolean {
  return isCore(manifest, "Secret");
}

export function isConfigMap(manifest: Manifest): boolean {
  return isCore(manifest, "ConfigMap");
}

export function isDefinition(manifest: Manifest): boolean {
  return (
    textAt(manifest, "kind") === "CustomResourceDefinition" &&
    groupOf(textAt(manifest, "apiVersion")) === "apiextensions.k8s.io"
  );
}

function isCore(manifest: Manifest, kind: string): boolean {
  return (
    textAt(manifest, "kind") === kind &&
    ["", "core"].includes(groupOf(textAt(manifest, "apiVersion")))
  );
}
