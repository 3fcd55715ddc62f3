import { z } from "zod";

/**
 * The fields of a request that creates or changes a cluster or a node pool. Other fields are dropped, as DigitalOcean
 * drops them; the rules that need more than one field or the account are in ./cluster-rules.ts.
 * @see the schemas `cluster`, `cluster_update`, `kubernetes_node_pool` of DigitalOcean's OpenAPI
 */

const tags = z.array(z.string());
const enabled = z.object({ enabled: z.boolean() });

const taint = z.object({
  key: z.string().min(1),
  value: z.string().default(""),
  effect: z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]),
});

const poolSettings = z.object({
  name: z.string().min(1),
  count: z.int().min(0).max(512).optional(),
  tags: tags.nullish(),
  labels: z.record(z.string(), z.string()).nullish(),
  taints: z.array(taint).nullish(),
  autoScale: z.boolean().optional(),
  minNodes: z.int().min(0).optional(),
  maxNodes: z.int().min(0).optional(),
});
/** A desired pool. */
export type NodePoolSettings = z.infer<typeof poolSettings>;

export const nodePoolCreateRequest = poolSettings.extend({ size: z.string().min(1) });
export type NodePoolCreateRequest = z.infer<typeof nodePoolCreateRequest>;

/**
 * The description says that `name` and `count` are required. DigitalOcean's own clients leave them out: the examples of
 * `doctl kubernetes cluster node-pool update` give no name, and its provider no count for a pool that scales itself.
 */
export const nodePoolUpdateRequest = poolSettings.partial({ name: true });
export type NodePoolUpdateRequest = z.infer<typeof nodePoolUpdateRequest>;

const settings = {
  tags: tags.nullish(),
  maintenancePolicy: z
    .object({
      startTime: z.string().regex(/^([01]?\d|2[0-3]):[0-5]\d$/, "must be a time such as 15:00"),
      day: z.enum([
        "any",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
      ]),
    })
    .nullish(),
  autoUpgrade: z.boolean().optional(),
  surgeUpgrade: z.boolean().optional(),
  ha: z.boolean().nullish(),
  controlPlaneFirewall: z
    .object({ enabled: z.boolean().nullish(), allowedAddresses: z.array(z.string()).nullish() })
    .nullish(),
  clusterAutoscalerConfiguration: z
    .object({
      scaleDownUtilizationThreshold: z.number().min(0).max(1).nullish(),
      scaleDownUnneededTime: z.string().nullish(),
      expanders: z.array(z.enum(["random", "priority", "least_waste"])).nullish(),
    })
    .nullish(),
  sso: z
    .object({
      enabled: z.boolean().default(false),
      required: z.boolean().default(false),
      issuerUrl: z.string().default(""),
      clientId: z.string().default(""),
    })
    .nullish(),
  routingAgent: enabled.nullish(),
  amdGpuDevicePlugin: enabled.nullish(),
  amdGpuDeviceMetricsExporterPlugin: enabled.nullish(),
  nvidiaGpuDevicePlugin: enabled.nullish(),
  rdmaSharedDevPlugin: enabled.nullish(),
  corednsAutoscaler: enabled.nullish(),
  p2pOciRegistryPlugin: enabled.nullish(),
};

export const clusterCreateRequest = z.object({
  ...settings,
  name: z.string().min(1),
  region: z.string().min(1),
  version: z.string().min(1),
  vpcUuid: z.string().nullish(),
  workerSubnetUuid: z.string().nullish(),
  clusterSubnet: z.string().nullish(),
  serviceSubnet: z.string().nullish(),
  isolatedWorkers: z.boolean().optional(),
  nodePools: z.array(nodePoolCreateRequest).min(1),
});
export type ClusterCreateRequest = z.infer<typeof clusterCreateRequest>;

/** The description says that `name` is required; the examples of `doctl kubernetes cluster update` give none. */
export const clusterUpdateRequest = z.object({ ...settings, name: z.string().min(1).optional() });
export type ClusterUpdateRequest = z.infer<typeof clusterUpdateRequest>;
export type ClusterSettings = Omit<ClusterUpdateRequest, "name">;
