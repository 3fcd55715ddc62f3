/** Kubernetes versions, and existing clusters. */
import { randomUUID } from "node:crypto";
import { isPropertyMap, type PropertyMap } from "../../protocol/properties";
import { explain } from "../explain";
import type { Operation } from "../resource-type";
import { readCluster } from "../resources/cluster";
import { compact, objectOf, objectsOf, stringOf } from "../values";

/** The API lists versions from the newest to the oldest. */
export async function getKubernetesVersions(
  args: PropertyMap,
  { api }: Operation,
): Promise<PropertyMap> {
  const answer = await explain(
    "Error retrieving Kubernetes options: ",
    api.request("GET", "/v2/kubernetes/options"),
  );
  const prefix = stringOf(args, "versionPrefix");
  const validVersions = objectsOf(objectOf(answer, "options"), "versions")
    .map((version) => stringOf(version, "slug"))
    .filter((slug) => slug.startsWith(prefix));
  return compact({
    id: randomUUID(),
    versionPrefix: args.versionPrefix,
    validVersions,
    latestVersion: validVersions[0] ?? "",
  });
}

/**
 * A cluster by its name, with new credentials. Like the official provider, it sees no more than the first page of
 * clusters.
 *
 * @throws {Error} when no cluster there has the name.
 */
export async function getKubernetesCluster(
  args: PropertyMap,
  operation: Operation,
): Promise<PropertyMap> {
  const name = stringOf(args, "name");
  const answer = await explain(
    "Error listing Kubernetes clusters: ",
    operation.api.request("GET", "/v2/kubernetes/clusters"),
  );
  const found = objectsOf(answer, "kubernetes_clusters").find(
    (candidate) => stringOf(candidate, "name") === name,
  );
  if (found === undefined) {
    throw new Error(`Unable to find cluster with name: ${name}`);
  }
  const {
    clusterUrn,
    maintenancePolicy,
    controlPlaneFirewall,
    nodePool,
    registryIntegration: _registryIntegration,
    destroyAllAssociatedResources: _destroyAllAssociatedResources,
    ...shared
  } = await readCluster(found, args, operation);
  return compact({
    ...shared,
    id: stringOf(found, "id"),
    urn: clusterUrn,
    maintenancePolicies: maintenancePolicy === undefined ? [] : [maintenancePolicy],
    controlPlaneFirewalls: controlPlaneFirewall === undefined ? [] : [controlPlaneFirewall],
    // Only the cluster's default pool, with only its actual node count.
    nodePools: isPropertyMap(nodePool) ? [{ ...nodePool, nodeCount: 0 }] : [],
  });
}
