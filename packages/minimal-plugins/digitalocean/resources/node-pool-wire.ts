/** Converts node pools to and from the API's form, for a cluster's default pool and for further pools. */
import type { PropertyMap, PropertyValue } from "../../protocol/properties";
import { explain, unlessNotFound } from "../explain";
import { BOOLEAN, type Fields, INTEGER, notEmpty, oneOf, STRING, TAGS } from "../fields";
import type { Operation } from "../resource-type";
import {
  booleanOf,
  compact,
  goTime,
  numberOf,
  objectOf,
  objectsOf,
  omitZero,
  stringOf,
  stringsOf,
} from "../values";
import { poll } from "../wait";

/** How long the official provider waits for a cluster or a pool: 30 minutes, in seconds. */
export const DEFAULT_TIMEOUT = 1800;

/** The tag by which the official provider finds the pool that came with the cluster. */
export const DEFAULT_POOL_TAG = "terraform:default-node-pool";

/** @see https://github.com/digitalocean/terraform-provider-digitalocean: digitalocean/kubernetes/kubernetes.go */
export const NODE_POOL_INPUTS: Fields = {
  name: { kind: "string", required: true, validate: notEmpty },
  size: { kind: "string", required: true, replace: true, validate: notEmpty },
  nodeCount: {
    kind: "integer",
    // If absent, the autoscaler decides. A count that the pool already has is not sent.
    suppress: (input, state) => input === null || input === numberOf(state, "actualNodeCount"),
  },
  autoScale: BOOLEAN,
  minNodes: INTEGER,
  maxNodes: INTEGER,
  tags: TAGS,
  labels: { kind: "map", element: STRING },
  taints: {
    kind: "set",
    element: {
      kind: "object",
      fields: {
        key: { kind: "string", required: true },
        value: { kind: "string", required: true },
        effect: {
          kind: "string",
          required: true,
          validate: oneOf("NoSchedule", "PreferNoSchedule", "NoExecute"),
        },
      },
    },
  },
  gpuPartitionMode: { kind: "string", replace: true },
};

export function toPoolCreateRequest(pool: PropertyMap, ...tags: string[]): PropertyMap {
  return omitZero({
    name: stringOf(pool, "name"),
    size: stringOf(pool, "size"),
    count: numberOf(pool, "nodeCount"),
    tags: [...stringsOf(pool, "tags"), ...tags],
    labels: objectOf(pool, "labels") ?? {},
    taints: objectsOf(pool, "taints").map(taint),
    auto_scale: booleanOf(pool, "autoScale"),
    min_nodes: numberOf(pool, "minNodes"),
    max_nodes: numberOf(pool, "maxNodes"),
    gpu_partition_mode: stringOf(pool, "gpuPartitionMode"),
  });
}

function taint(map: PropertyMap): PropertyMap {
  return {
    key: stringOf(map, "key"),
    value: stringOf(map, "value"),
    effect: stringOf(map, "effect"),
  };
}

/**
 * Changes a pool and waits until its nodes run. A missing pool is not a fault here: the next read detects it.
 *
 * @throws {Error} when it takes longer than half an hour.
 */
export async function updatePool(
  path: string,
  pool: PropertyMap,
  operation: Operation,
  ...tags: string[]
): Promise<void> {
  const { api } = operation;
  const nodeCount = numberOf(pool, "nodeCount");
  const body = {
    ...omitZero({
      name: stringOf(pool, "name"),
      tags: [...stringsOf(pool, "tags"), ...tags],
      labels: objectOf(pool, "labels") ?? {},
    }),
    ...(nodeCount > 0 && { count: nodeCount }),
    taints: objectsOf(pool, "taints").map(taint),
    auto_scale: booleanOf(pool, "autoScale"),
    min_nodes: numberOf(pool, "minNodes"),
    max_nodes: numberOf(pool, "maxNodes"),
  };
  const request = unlessNotFound(api.request("PUT", path, body));
  if ((await explain("Unable to update nodepool: ", request)) === undefined) {
    return;
  }
  await waitUntilPoolRuns(path, DEFAULT_TIMEOUT, operation);
}

/** @param timeout seconds. */
export async function waitUntilPoolRuns(
  path: string,
  timeout: number,
  { api, wait }: Operation,
): Promise<void> {
  const isRunning = async (): Promise<boolean> => {
    const request = api.request("GET", path);
    const pool = objectOf(
      await explain("Error trying to read nodepool state: ", request),
      "node_pool",
    );
    const nodes = objectsOf(pool, "nodes");
    return (
      nodes.length === numberOf(pool, "count") &&
      nodes.every((node) => stringOf(objectOf(node, "status"), "state") === "running")
    );
  };
  if (!(await poll(isRunning, timeout, wait))) {
    throw new Error("Timeout waiting to create nodepool");
  }
}

/** A pool's outputs without `nodeCount`: the caller decides whether to show it. */
export function fromPool(pool: PropertyMap): PropertyMap {
  return compact({
    name: stringOf(pool, "name"),
    size: stringOf(pool, "size"),
    actualNodeCount: numberOf(pool, "count"),
    autoScale: booleanOf(pool, "auto_scale"),
    minNodes: numberOf(pool, "min_nodes"),
    maxNodes: numberOf(pool, "max_nodes"),
    tags: visibleTags(pool),
    labels: objectOf(pool, "labels") ?? {},
    taints: objectsOf(pool, "taints").map(taint),
    nodes: objectsOf(pool, "nodes").map(fromNode),
    gpuPartitionMode: stringOf(pool, "gpu_partition_mode") || undefined,
  });
}

function fromNode(node: PropertyMap): PropertyValue {
  return {
    id: stringOf(node, "id"),
    name: stringOf(node, "name"),
    status: stringOf(objectOf(node, "status"), "state"),
    dropletId: stringOf(node, "droplet_id"),
    createdAt: goTime(stringOf(node, "created_at")),
    updatedAt: goTime(stringOf(node, "updated_at")),
  };
}

/** The user's tags, without those of DigitalOcean and the provider. */
export function visibleTags(tagged: PropertyMap): string[] {
  return stringsOf(tagged, "tags").filter(
    (tag) => tag !== "k8s" && !tag.startsWith("k8s:") && !tag.startsWith("terraform:"),
  );
}
