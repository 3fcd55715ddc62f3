/** The inputs of a Kubernetes cluster. */
import type { PropertyValue } from "../../protocol/properties";
import {
  BOOLEAN,
  type Field,
  type Fields,
  INTEGER,
  notEmpty,
  oneOf,
  STRING,
  TAGS,
} from "../fields";
import { NODE_POOL_INPUTS } from "./node-pool-wire";

/** Optional features of a cluster that are on or off: API names by input name. */
export const TOGGLES = {
  routingAgent: "routing_agent",
  p2pOciRegistryPlugin: "p2p_oci_registry_plugin",
  amdGpuDevicePlugin: "amd_gpu_device_plugin",
  amdGpuDeviceMetricsExporterPlugin: "amd_gpu_device_metrics_exporter_plugin",
  nvidiaGpuDevicePlugin: "nvidia_gpu_device_plugin",
  nvidiaGpuDraDriver: "nvidia_gpu_dra_driver",
  amdGpuDraDriver: "amd_gpu_dra_driver",
  rdmaSharedDevicePlugin: "rdma_shared_dev_plugin",
  corednsAutoscaler: "coredns_autoscaler",
} as const;

const DAYS = "any monday tuesday wednesday thursday friday saturday sunday".split(" ");

const REQUIRED_BOOLEAN: Field = { kind: "boolean", required: true };
const API_CHOICE: Field = { kind: "string", computed: true, replace: true };
const CIDR: Field = { ...API_CHOICE, validate: cidr };
const TOGGLE: Field = { kind: "object", computed: true, fields: { enabled: REQUIRED_BOOLEAN } };

/** @see https://github.com/digitalocean/terraform-provider-digitalocean: resource_kubernetes_cluster.go */
export const CLUSTER_INPUTS: Fields = {
  name: { kind: "string", autoName: true, validate: notEmpty },
  region: { kind: "string", required: true, replace: true, ignoreCase: true, validate: notEmpty },
  version: { kind: "string", required: true, replaceWhen: isDowngrade, validate: notEmpty },
  nodePool: {
    kind: "object",
    required: true,
    fields: NODE_POOL_INPUTS,
    outputs: ["id", "actualNodeCount", "nodes"],
  },
  surgeUpgrade: { kind: "boolean", default: true },
  ha: { kind: "boolean", computed: true },
  registryIntegration: BOOLEAN,
  vpcUuid: API_CHOICE,
  workerSubnetUuid: API_CHOICE,
  clusterSubnet: CIDR,
  serviceSubnet: CIDR,
  tags: TAGS,
  maintenancePolicy: {
    kind: "object",
    computed: true,
    fields: {
      day: { kind: "string", computed: true, ignoreCase: true, validate: day },
      startTime: { kind: "string", computed: true },
    },
  },
  clusterAutoscalerConfigurations: {
    kind: "list",
    element: {
      kind: "object",
      fields: {
        scaleDownUtilizationThreshold: { kind: "number" },
        scaleDownUnneededTime: STRING,
        expanders: { kind: "list", element: STRING },
      },
    },
  },
  ssos: {
    kind: "list",
    computed: true,
    element: {
      kind: "object",
      fields: { enabled: REQUIRED_BOOLEAN, required: BOOLEAN, issuerUrl: STRING, clientId: STRING },
    },
  },
  autoUpgrade: BOOLEAN,
  destroyAllAssociatedResources: BOOLEAN,
  kubeconfigExpireSeconds: {
    ...INTEGER,
    validate: (value) =>
      typeof value === "number" && value < 0 ? `must be at least 0, got ${value}` : undefined,
  },
  controlPlaneFirewall: {
    kind: "object",
    computed: true,
    fields: {
      enabled: REQUIRED_BOOLEAN,
      allowedAddresses: { kind: "list", required: true, element: STRING },
    },
  },
  isolatedWorkers: { kind: "boolean", replace: true },
  ...Object.fromEntries(Object.keys(TOGGLES).map((name) => [name, TOGGLE])),
};

function cidr(value: PropertyValue): string | undefined {
  return typeof value === "string" && /^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/.test(value)
    ? undefined
    : `must be an address range such as 10.244.0.0/16, got ${JSON.stringify(value)}`;
}

function day(value: PropertyValue): string | undefined {
  return oneOf(...DAYS)?.(typeof value === "string" ? value.toLowerCase() : value);
}

/** DOKS upgrades a cluster in place, but never back: an older version needs a new cluster. */
function isDowngrade(before: string, after: string): boolean {
  const [old, young] = [versionParts(before), versionParts(after)];
  for (let i = 0; i < Math.max(old.length, young.length); i++) {
    const difference = (young[i] ?? 0) - (old[i] ?? 0);
    if (difference !== 0) {
      return difference < 0;
    }
  }
  return false;
}

/** `[1, 35, 4, 2]` for `1.35.4-do.2`. */
function versionParts(version: string): number[] {
  return (version.match(/\d+/g) ?? []).map(Number);
}
