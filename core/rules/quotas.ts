import { COUNTED } from "./kinds";

/** The most that all of a namespace may ask for together. */
export interface Quota {
  readonly cpu: string;
  readonly memory: string;
  readonly pods: number;
  readonly loadBalancers: number;
  readonly volumes: number;
  readonly storage: string;
}

/** The same of a namespace among others'. */
export interface SharedQuota extends Quota {
  /** Sum of the memory that containers may use at most. */
  readonly memoryLimits: string;
  /** Sum of what containers may write to their nodes' disks. */
  readonly ephemeralStorage: string;
  readonly objects: number;
}

/** Most ports of a load balancer: each takes a port of every node, of which a cluster has 2,768. */
const PORTS_OF_LOAD_BALANCER = 10;

/** A container on a shared cluster that says nothing of its node's disk gets this much. */
export const EPHEMERAL_STORAGE = { request: "64Mi", limit: "1Gi" } as const;

/** The setting behind each resource that an environment's quota bounds. */
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

/** The setting for a resource of an environment's quota, and how many of it one of the setting is. */
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

/** The same on a shared cluster: whatever those who live there can make, and a quota can count, is bounded. */
export function sharedHardOf(quota: SharedQuota): Record<string, string> {
  return {
    ...hardOf(quota),
    "limits.memory": quota.memoryLimits,
    "requests.ephemeral-storage": quota.ephemeralStorage,
    "limits.ephemeral-storage": quota.ephemeralStorage,
    // The API server gives a load balancer's Service one for each port; Services of type NodePort are refused.
    "services.nodeports": String(quota.loadBalancers * PORTS_OF_LOAD_BALANCER),
    ...Object.fromEntries(COUNTED.map((kind) => [`count/${kind}`, String(quota.objects)])),
  };
}
