/** Converts clusters to and from the API's form. */
import type { PropertyMap, PropertyValue } from "../../protocol/properties";
import {
  booleanOf,
  compact,
  goTime,
  isZero,
  numberOf,
  objectOf,
  objectsOf,
  omitZero,
  stringOf,
  stringsOf,
} from "../values";
import { TOGGLES } from "./cluster-inputs";
import { DEFAULT_POOL_TAG, fromPool, toPoolCreateRequest, visibleTags } from "./node-pool-wire";

export function toClusterCreateRequest(inputs: PropertyMap): PropertyMap {
  const pool = objectOf(inputs, "nodePool") ?? {};
  return compact({
    ...omitZero({
      name: stringOf(inputs, "name"),
      region: stringOf(inputs, "region"),
      version: stringOf(inputs, "version"),
      tags: stringsOf(inputs, "tags"),
      vpc_uuid: stringOf(inputs, "vpcUuid"),
      worker_subnet_uuid: stringOf(inputs, "workerSubnetUuid"),
      cluster_subnet: stringOf(inputs, "clusterSubnet"),
      service_subnet: stringOf(inputs, "serviceSubnet"),
      isolated_workers: booleanOf(inputs, "isolatedWorkers"),
    }),
    // If absent, DOKS chooses by the version: high availability costs money and cannot be undone.
    ha: inputs.ha ?? undefined,
    node_pools: [toPoolCreateRequest(pool, DEFAULT_POOL_TAG)],
    maintenance_policy: toMaintenancePolicy(inputs) ?? null,
    auto_upgrade: booleanOf(inputs, "autoUpgrade"),
    surge_upgrade: booleanOf(inputs, "surgeUpgrade"),
    control_plane_firewall: isZero(inputs.controlPlaneFirewall) ? undefined : toFirewall(inputs),
    cluster_autoscaler_configuration: isZero(inputs.clusterAutoscalerConfigurations)
      ? undefined
      : toAutoscaler(inputs),
    sso: toSso(inputs),
    ...Object.fromEntries(
      Object.entries(TOGGLES)
        .filter(([input]) => !isZero(inputs[input]))
        .map(([input, key]) => [key, toToggle(inputs, input)]),
    ),
  });
}

/** Every update sends all fields, including unchanged ones. */
export function toClusterUpdateRequest(properties: PropertyMap): PropertyMap {
  return compact({
    ...omitZero({
      name: stringOf(properties, "name"),
      tags: stringsOf(properties, "tags"),
      // False is left out, so that surge upgrades can be turned on but never off: so in the official provider.
      surge_upgrade: booleanOf(properties, "surgeUpgrade"),
    }),
    auto_upgrade: booleanOf(properties, "autoUpgrade"),
    ha: booleanOf(properties, "ha"),
    maintenance_policy: toMaintenancePolicy(properties),
    control_plane_firewall: toFirewall(properties),
    cluster_autoscaler_configuration: toAutoscaler(properties),
    sso: toSso(properties),
    ...Object.fromEntries(
      Object.entries(TOGGLES).map(([input, key]) => [key, toToggle(properties, input)]),
    ),
  });
}

function toMaintenancePolicy(properties: PropertyMap): PropertyValue | undefined {
  const policy = objectOf(properties, "maintenancePolicy");
  return (
    policy && {
      start_time: stringOf(policy, "startTime"),
      duration: "",
      day: stringOf(policy, "day").toLowerCase() || "any",
    }
  );
}

function toFirewall(properties: PropertyMap): PropertyMap {
  const firewall = objectOf(properties, "controlPlaneFirewall");
  return {
    enabled: firewall?.enabled ?? null,
    allowed_addresses: firewall?.allowedAddresses ?? null,
  };
}

function toAutoscaler(properties: PropertyMap): PropertyMap {
  const [autoscaler] = objectsOf(properties, "clusterAutoscalerConfigurations");
  return {
    scale_down_utilization_threshold: autoscaler?.scaleDownUtilizationThreshold ?? null,
    scale_down_unneeded_time: autoscaler?.scaleDownUnneededTime ?? null,
    expanders: autoscaler?.expanders ?? null,
  };
}

function toSso(properties: PropertyMap): PropertyMap | undefined {
  const [sso] = objectsOf(properties, "ssos");
  return (
    sso && {
      enabled: booleanOf(sso, "enabled"),
      required: booleanOf(sso, "required"),
      ...omitZero({ issuer_url: stringOf(sso, "issuerUrl"), client_id: stringOf(sso, "clientId") }),
    }
  );
}

function toToggle(properties: PropertyMap, name: string): PropertyMap {
  return { enabled: objectOf(properties, name)?.enabled ?? null };
}

/** A cluster's outputs, without its credentials and fields that the API does not return. */
export function fromCluster(cluster: PropertyMap, state: PropertyMap): PropertyMap {
  const policy = objectOf(cluster, "maintenance_policy");
  const firewall = objectOf(cluster, "control_plane_firewall");
  const autoscaler = objectOf(cluster, "cluster_autoscaler_configuration");
  const sso = objectOf(cluster, "sso");
  return compact({
    name: stringOf(cluster, "name"),
    region: stringOf(cluster, "region"),
    version: stringOf(cluster, "version"),
    surgeUpgrade: booleanOf(cluster, "surge_upgrade"),
    ha: booleanOf(cluster, "ha"),
    clusterSubnet: stringOf(cluster, "cluster_subnet"),
    serviceSubnet: stringOf(cluster, "service_subnet"),
    ipv4Address: stringOf(cluster, "ipv4"),
    endpoint: stringOf(cluster, "endpoint"),
    tags: visibleTags(cluster),
    status: stringOf(objectOf(cluster, "status"), "state"),
    createdAt: goTime(stringOf(cluster, "created_at")),
    updatedAt: goTime(stringOf(cluster, "updated_at")),
    vpcUuid: stringOf(cluster, "vpc_uuid"),
    workerSubnetUuid: stringOf(cluster, "worker_subnet_uuid"),
    autoUpgrade: booleanOf(cluster, "auto_upgrade"),
    isolatedWorkers: booleanOf(cluster, "isolated_workers"),
    clusterUrn: `do:kubernetes:${stringOf(cluster, "id")}`,
    maintenancePolicy: policy && {
      day: stringOf(policy, "day"),
      duration: stringOf(policy, "duration"),
      startTime: stringOf(policy, "start_time"),
    },
    controlPlaneFirewall: firewall && {
      enabled: booleanOf(firewall, "enabled"),
      allowedAddresses: stringsOf(firewall, "allowed_addresses"),
    },
    clusterAutoscalerConfigurations: listOfOne(autoscaler, (given) => ({
      scaleDownUtilizationThreshold: numberOf(given, "scale_down_utilization_threshold"),
      scaleDownUnneededTime: stringOf(given, "scale_down_unneeded_time"),
      expanders: stringsOf(given, "expanders"),
    })),
    ssos: listOfOne(sso, (given) => ({
      enabled: booleanOf(given, "enabled"),
      required: booleanOf(given, "required"),
      issuerUrl: stringOf(given, "issuer_url"),
      clientId: stringOf(given, "client_id"),
    })),
    ...Object.fromEntries(
      Object.entries(TOGGLES).flatMap(([output, key]) => {
        const toggle = objectOf(cluster, key);
        return toggle ? [[output, { enabled: booleanOf(toggle, "enabled") }]] : [];
      }),
    ),
    nodePool: fromDefaultPool(cluster, objectOf(state, "nodePool")),
  });
}

/** Terraform uses a list where the API has an optional object. */
function listOfOne(
  object: PropertyMap | undefined,
  convert: (object: PropertyMap) => PropertyMap,
): PropertyMap[] {
  return object === undefined ? [] : [convert(object)];
}

/** The pool with the provider's tag, or else the pool in the state. */
function fromDefaultPool(
  cluster: PropertyMap,
  state: PropertyMap | undefined,
): PropertyMap | undefined {
  const pools = objectsOf(cluster, "node_pools");
  const pool = pools.find((candidate) => stringsOf(candidate, "tags").includes(DEFAULT_POOL_TAG));
  if (pool === undefined) {
    return state;
  }
  // The official provider looks the count up under the pool's place in the list, where only the first has one.
  const showsCount = pool === pools[0] && numberOf(state, "nodeCount") > 0;
  return {
    ...fromPool(pool),
    id: stringOf(pool, "id"),
    ...(showsCount && { nodeCount: numberOf(pool, "count") }),
  };
}
