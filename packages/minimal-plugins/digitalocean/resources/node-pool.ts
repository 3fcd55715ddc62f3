/** `digitalocean:index/kubernetesNodePool:KubernetesNodePool`: a further node pool of a cluster. */
import type { PropertyMap } from "../../protocol/properties";
import { explain, unlessNotFound } from "../explain";
import { notEmpty } from "../fields";
import type { Operation, ResourceType } from "../resource-type";
import { numberOf, objectOf, stringOf } from "../values";
import { poll } from "../wait";
import {
  DEFAULT_TIMEOUT,
  fromPool,
  NODE_POOL_INPUTS,
  toPoolCreateRequest,
  updatePool,
  waitUntilPoolRuns,
} from "./node-pool-wire";

/** @see https://github.com/digitalocean/terraform-provider-digitalocean: resource_kubernetes_node_pool.go */
export const nodePool: ResourceType = {
  inputs: {
    ...NODE_POOL_INPUTS,
    name: { kind: "string", autoName: true, validate: notEmpty },
    clusterId: { kind: "string", required: true, replace: true, validate: notEmpty },
  },
  outputs: ["actualNodeCount", "nodes"],
  secretOutputs: [],

  create(inputs, operation) {
    return explain("Error creating Kubernetes node pool: ", createPool(inputs, operation));
  },

  async read(id, state, { api }) {
    const answer = await explain(
      "Error retrieving Kubernetes node pool: ",
      unlessNotFound(api.request("GET", poolPath(state, id))),
    );
    if (answer === undefined) {
      return undefined;
    }
    const pool = objectOf(answer, "node_pool") ?? {};
    return {
      ...fromPool(pool),
      clusterId: stringOf(state, "clusterId"),
      nodeCount: numberOf(pool, "count"),
    };
  },

  async update(id, { olds, news }, operation) {
    await explain("Error updating node pool: ", updatePool(poolPath(news, id), news, operation));
    return { ...olds, ...news };
  },

  /** A missing pool is a fault, as in the official provider. */
  async delete(id, state, { api, wait, timeout }) {
    const path = poolPath(state, id);
    await explain("Unable to delete node pool ", api.request("DELETE", path));
    const isGone = async (): Promise<boolean> => {
      const request = unlessNotFound(api.request("GET", path));
      return (await explain("Error trying to read nodepool state: ", request)) === undefined;
    };
    if (!(await poll(isGone, timeout || DEFAULT_TIMEOUT, wait))) {
      throw new Error("Timeout waiting to delete nodepool");
    }
  },
};

async function createPool(inputs: PropertyMap, operation: Operation): Promise<string> {
  const { api, timeout } = operation;
  const path = `/v2/kubernetes/clusters/${stringOf(inputs, "clusterId")}/node_pools`;
  const answer = await explain(
    "Unable to create new default node pool ",
    api.request("POST", path, toPoolCreateRequest(inputs)),
  );
  const id = stringOf(objectOf(answer, "node_pool"), "id");
  await waitUntilPoolRuns(poolPath(inputs, id), timeout || DEFAULT_TIMEOUT, operation);
  return id;
}

function poolPath(properties: PropertyMap, id: string): string {
  return `/v2/kubernetes/clusters/${stringOf(properties, "clusterId")}/node_pools/${id}`;
}
