import { COUNTED } from "./kinds";

/** The maximum total requests of a namespace. */
export interface Quota {
  readonly cpu: string;
  readonly memory: string;
  readonly pods: number;
  readonly loadBalancers: number;
  readonly volumes: number;
  readonly storage: string;
}

/** The additional limits of a namespace on a shared cluster. */
export interface SharedQuota extends Quota {
  /** Maximum sum of all containers' memory limits. */
  readonly memoryLimits: string;
  /** Maximum sum of containers' disk space on their nodes. */
  readonly ephemeralStorage: string;
  readonly objects: number;
}

/** Maximum number of ports of a load balancer: each uses a port of every node, of which a cluster has 2,768. */
const PORTS_OF_LOAD_BALANCER = 10;

/** The disk space of a container on a shared cluster that declares none. */
export const EPHEMERAL_STORAGE = { request: "64Mi", limit: "1Gi" } as const;

/** The setting for each resource in an environment's quota. */
const SETTINGS: Readonly<Record<string, keyof SharedQuota>> = {
  "requests.cpu": "cpu",
  "requests.memory": "memory",
  "requests.storage": "storage",
  persistentvolumeclaims: "volumes",
  pods: "pods",
  "services.loadbalancers": "loadBalancers",
  "services.nodeports": "loadBalancers",
  "limits.memory": "memoryLimits",
  "requests.ephemeral-storage": "ephemeralStorage",
  "limits.ephemeral-storage": "ephemeralStorage",
};

/**
 * The setting for a resource in an environment's quota, and how many units of the resource one unit of the setting
 * is.
 */
export function settingOf(resource: string): { readonly setting: string; readonly factor: number } {
  return {
    setting: `quota.${SETTINGS[resource] ?? "objects"}`,
    factor: resource === "services.nodeports" ? PORTS_OF_LOAD_BALANCER : 1,
  };
}

/** `spec.hard` of the ResourceQuota of an environment. @see https://kubernetes.io/docs/concepts/policy/resource-quotas/ */
export function hardOf(quota: Quota): Record<string, string> {
  return {
    "requests.cpu": quota.cpu,
    "requests.memory": quota.memory,
    "requests.storage": quota.storage,
    persistentvolumeclaims: String(quota.volumes),
    pods: String(quota.pods),
    "services.loadbalancers": String(quota.loadBalancers),
  };
}

/** The same on a shared cluster, where everything that a developer can create and a quota can count is limited. */
export function sharedHardOf(quota: SharedQuota): Record<string, string> {
  return {
    ...hardOf(quota),
    "limits.memory": quota.memoryLimits,
    "requests.ephemeral-storage": quota.ephemeralStorage,
    "limits.ephemeral-storage": quota.ephemeralStorage,
    // A Service of type LoadBalancer gets a node port for each of its ports; Services of type NodePort are refused.
    "services.nodeports": String(quota.loadBalancers * PORTS_OF_LOAD_BALANCER),
    ...Object.fromEntries(COUNTED.map((kind) => [`count/${kind}`, String(quota.objects)])),
  };
}
