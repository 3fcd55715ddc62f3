/**
 * Immutable fields in Kubernetes: a new value requires a new object.
 *
 * @see provider/pkg/provider/diff.go of pulumi-kubernetes v4.34.2
 */
import { groupOf, isConfigMap, isSecret } from "./kinds";
import { type Manifest, textAt, valueAt } from "./manifest";

/** Whether the data of ConfigMaps and Secrets may change in place. */
export interface MutableData {
  readonly enableConfigMapMutable: boolean;
  readonly enableSecretMutable: boolean;
}

/** A new name always means a new object. */
export const IDENTITY = ["metadata.name", "metadata.namespace"] as const;

const VOLUME_SOURCES = [
  "awsElasticBlockStore",
  "azureDisk",
  "azureFile",
  "cephfs",
  "cinder",
  "csi",
  "fc",
  "flexVolume",
  "flocker",
  "gcePersistentDisk",
  "glusterfs",
  "hostPath",
  "iscsi",
  "local",
  "nfs",
  "photonPersistentDisk",
  "portworxVolume",
  "quobyte",
  "rbd",
  "scaleIO",
  "storageos",
  "vsphereVolume",
];

const POD_FIELDS = [
  "affinity",
  "automountServiceAccountToken",
  "dnsConfig",
  "dnsPolicy",
  "enableServiceLinks",
  "hostAliases",
  "hostIPC",
  "hostNetwork",
  "hostPID",
  "hostname",
  "imagePullSecrets",
  "nodeName",
  "nodeSelector",
  "overhead",
  "preemptionPolicy",
  "priority",
  "priorityClassName",
  "readinessGates",
  "restartPolicy",
  "runtimeClassName",
  "schedulerName",
  "securityContext",
  "serviceAccount",
  "serviceAccountName",
  "shareProcessNamespace",
  "subdomain",
  "terminationGracePeriodSeconds",
  "volumes",
];

const CONTAINER_FIELDS = [
  "args",
  "command",
  "env",
  "image",
  "imagePullPolicy",
  "lifecycle",
  "livenessProbe",
  "ports",
  "readinessProbe",
  "resources",
  "securityContext",
  "stdin",
  "stdinOnce",
  "terminationMessagePath",
  "terminationMessagePolicy",
  "tty",
  "volumeDevices",
  "volumeMounts",
  "workingDir",
];

/** By API group and kind. `[*]` is any element of a list. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  "apps/DaemonSet": ["spec.selector"],
  "apps/Deployment": ["spec.selector"],
  "apps/StatefulSet": [
    "spec.podManagementPolicy",
    "spec.revisionHistoryLimit",
    "spec.selector",
    "spec.serviceName",
    "spec.volumeClaimTemplates",
  ],
  "batch/Job": ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"],
  "rbac.authorization.k8s.io/ClusterRoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/RoleBinding": ["roleRef"],
  "storage.k8s.io/StorageClass": ["parameters", "provisioner"],
  "/PersistentVolume": VOLUME_SOURCES.map((source) => `spec.${source}`),
  "/PersistentVolumeClaim": [
    "spec.accessModes",
    "spec.selector",
    "spec.storageClassName",
    "spec.volumeName",
  ],
  "/Pod": [
    ...POD_FIELDS.map((field) => `spec.${field}`),
    ...CONTAINER_FIELDS.flatMap((field) => [
      `spec.containers[*].${field}`,
      `spec.initContainers[*].${field}`,
    ]),
  ],
  "/ResourceQuota": ["spec.scopes"],
  "/Secret": ["type"],
  "/Service": ["spec.clusterIP"],
};

/** Paths in a manifest for which any change requires a new object. */
export function forceNewFields(manifest: Manifest, mutable: MutableData): readonly string[] {
  const isImmutable = valueAt(manifest, "immutable") === true;
  if (isSecret(manifest) && (isImmutable || !mutable.enableSecretMutable)) {
    return [...IDENTITY, "type", "data", "stringData"];
  }
  if (isConfigMap(manifest) && (isImmutable || !mutable.enableConfigMapMutable)) {
    return [...IDENTITY, "data", "binaryData"];
  }
  const group = groupOf(textAt(manifest, "apiVersion")).replace(/^core$/, "");
  return [...IDENTITY, ...(FIELDS[`${group}/${textAt(manifest, "kind")}`] ?? [])];
}
