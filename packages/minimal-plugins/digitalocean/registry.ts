/** All resources and functions, by their tokens. */
import type { PropertyMap } from "../protocol/properties";
import { getAccount, getContainerRegistry } from "./functions/account-and-registry";
import { getKubernetesCluster, getKubernetesVersions } from "./functions/kubernetes";
import { getRegion, getRegions, getSizes } from "./functions/sizes-and-regions";
import type { Operation, ResourceType } from "./resource-type";
import { certificate } from "./resources/certificate";
import { cluster } from "./resources/cluster";
import { dnsRecord } from "./resources/dns-record";
import { domain } from "./resources/domain";
import { nodePool } from "./resources/node-pool";
import { registryCredentials } from "./resources/registry-credentials";

export const RESOURCES: Readonly<Record<string, ResourceType>> = {
  "digitalocean:index/certificate:Certificate": certificate,
  "digitalocean:index/dnsRecord:DnsRecord": dnsRecord,
  "digitalocean:index/domain:Domain": domain,
  "digitalocean:index/kubernetesCluster:KubernetesCluster": cluster,
  "digitalocean:index/kubernetesNodePool:KubernetesNodePool": nodePool,
  "digitalocean:index/containerRegistryDockerCredentials:ContainerRegistryDockerCredentials":
    registryCredentials,
};

type ApiFunction = (args: PropertyMap, operation: Operation) => Promise<PropertyMap>;

export const FUNCTIONS: Readonly<Record<string, ApiFunction>> = {
  "digitalocean:index/getAccount:getAccount": getAccount,
  "digitalocean:index/getContainerRegistry:getContainerRegistry": getContainerRegistry,
  "digitalocean:index/getKubernetesCluster:getKubernetesCluster": getKubernetesCluster,
  "digitalocean:index/getKubernetesVersions:getKubernetesVersions": getKubernetesVersions,
  "digitalocean:index/getRegion:getRegion": getRegion,
  "digitalocean:index/getRegions:getRegions": getRegions,
  "digitalocean:index/getSizes:getSizes": getSizes,
};
