/** `digitalocean:index/kubernetesCluster:KubernetesCluster`. */
import type { PropertyMap } from "../../protocol/properties";
import { explain, unlessNotFound } from "../explain";
import type { Operation, ResourceType, Update } from "../resource-type";
import { booleanOf, numberOf, objectOf, objectsOf, stringOf } from "../values";
import { poll } from "../wait";
import { CLUSTER_INPUTS } from "./cluster-inputs";
import { fromCluster, toClusterCreateRequest, toClusterUpdateRequest } from "./cluster-wire";
import { isExpired, toKubeConfig } from "./kubeconfig";
import { DEFAULT_POOL_TAG, DEFAULT_TIMEOUT, updatePool } from "./node-pool-wire";

/** Inputs with a separate API call, or that the API does not accept. */
const NOT_IN_UPDATE = new Set([
  "nodePool",
  "version",
  "registryIntegration",
  "destroyAllAssociatedResources",
  "kubeconfigExpireSeconds",
]);

/** @see https://github.com/digitalocean/terraform-provider-digitalocean: resource_kubernetes_cluster.go */
export const cluster: ResourceType = {
  inputs: CLUSTER_INPUTS,
  outputs: [
    "clusterUrn",
    "createdAt",
    "endpoint",
    "ipv4Address",
    "kubeConfigs",
    "status",
    "updatedAt",
  ],
  secretOutputs: ["kubeConfigs"],

  /** A cluster that does not start stays in the account and costs money, but is not in the state. */
  create(inputs, operation) {
    return explain("Error creating Kubernetes cluster: ", createCluster(inputs, operation));
  },

  async finishCreate(id, inputs, operation) {
    if (booleanOf(inputs, "registryIntegration")) {
      await integrateRegistry(id, "POST", "Error enabling registry integration: ", operation);
    }
  },

  async read(id, state, operation) {
    const { api } = operation;
    const answer = await explain(
      "Error retrieving Kubernetes cluster: ",
      unlessNotFound(api.request("GET", clusterPath(id))),
    );
    return answer && readCluster(objectOf(answer, "kubernetes_cluster") ?? {}, state, operation);
  },

  async update(id, { olds, news, changed }: Update, operation) {
    const { api } = operation;
    if ([...changed].some((name) => !NOT_IN_UPDATE.has(name))) {
      const body = toClusterUpdateRequest({ ...olds, ...news });
      const request = unlessNotFound(api.request("PUT", clusterPath(id), body));
      if ((await explain("Unable to update cluster: ", request)) === undefined) {
        return news;
      }
    }
    if (changed.has("nodePool")) {
      const path = `${clusterPath(id)}/node_pools/${stringOf(objectOf(olds, "nodePool"), "id")}`;
      await updatePool(path, objectOf(news, "nodePool") ?? {}, operation, DEFAULT_POOL_TAG);
    }
    if (changed.has("version")) {
      // Does not wait for the upgrade.
      const body = { version: stringOf(news, "version") };
      const request = api.request("POST", `${clusterPath(id)}/upgrade`, body);
      await explain("Unable to upgrade cluster version: ", request);
    }
    if (changed.has("registryIntegration")) {
      await (booleanOf(news, "registryIntegration")
        ? integrateRegistry(id, "POST", "Error enabling registry integration: ", operation)
        : integrateRegistry(id, "DELETE", "Error disabling registry integration: ", operation));
    }
    return { ...olds, ...news };
  },

  /** With associated resources, a missing cluster is a fault: listing them fails. */
  async delete(id, state, { api }) {
    let path = clusterPath(id);
    if (booleanOf(state, "destroyAllAssociatedResources")) {
      path += "/destroy_with_associated_resources";
      await explain("Failed to list associated resources: ", api.request("GET", path));
      path += "/dangerous";
    }
    const request = unlessNotFound(api.request("DELETE", path));
    await explain("Unable to delete cluster: ", request);
  },
};

function clusterPath(id: string): string {
  return `/v2/kubernetes/clusters/${id}`;
}

async function createCluster(inputs: PropertyMap, operation: Operation): Promise<string> {
  const { api, wait, timeout } = operation;
  const body = toClusterCreateRequest(inputs);
  const answer = await api.request("POST", "/v2/kubernetes/clusters", body);
  const id = stringOf(objectOf(answer, "kubernetes_cluster"), "id");
  const isRunning = async (): Promise<boolean> => {
    const request = api.request("GET", clusterPath(id));
    const found = await explain("Error trying to read cluster state: ", request);
    const status = objectOf(objectOf(found, "kubernetes_cluster"), "status");
    const state = stringOf(status, "state");
    if (state === "error") {
      throw new Error(stringOf(status, "message"));
    }
    return state === "running";
  };
  if (!(await poll(isRunning, timeout || DEFAULT_TIMEOUT, wait))) {
    throw new Error("Timeout waiting to create cluster");
  }
  return id;
}

/** Integrates the cluster with all registries of the account, or removes the integration. */
async function integrateRegistry(
  id: string,
  method: "POST" | "DELETE",
  failure: string,
  { api }: Operation,
): Promise<void> {
  const body = { cluster_uuids: [id] };
  await explain(failure, api.request(method, "/v2/kubernetes/registry", body));
}

/**
 * Returns the outputs for the API's description of a cluster. Credentials are asked for only when those in the state are
 * over.
 */
export async function readCluster(
  found: PropertyMap,
  state: PropertyMap,
  { api }: Operation,
): Promise<PropertyMap> {
  const outputs = fromCluster(found, state);
  let [kubeConfig] = objectsOf(state, "kubeConfigs");
  if (isExpired(kubeConfig)) {
    const seconds = numberOf(state, "kubeconfigExpireSeconds");
    const path = `${clusterPath(stringOf(found, "id"))}/credentials?expiry_seconds=${seconds}`;
    const request = api.request("GET", path);
    const credentials = await explain("Unable to fetch Kubernetes credentials: ", request);
    kubeConfig = toKubeConfig(stringOf(found, "name"), stringOf(found, "region"), credentials);
  }
  return {
    ...outputs,
    ...onlyInState(state),
    kubeConfigs: kubeConfig === undefined ? [] : [kubeConfig],
  };
}

/** The state keeps the values that the API does not return. */
function onlyInState(state: PropertyMap): PropertyMap {
  return {
    registryIntegration: booleanOf(state, "registryIntegration"),
    destroyAllAssociatedResources: booleanOf(state, "destroyAllAssociatedResources"),
    ...(state.kubeconfigExpireSeconds !== undefined && {
      kubeconfigExpireSeconds: state.kubeconfigExpireSeconds,
    }),
  };
}
