import { BlockList, isIP } from "node:net";
import type { Cluster } from "./entities";
import { invalid } from "./errors";
import { findRegion } from "./offers/regions";
import { findSize } from "./offers/sizes";
import { type KubernetesVersion, resolveVersion } from "./offers/versions";
import type { ClusterCreateRequest, ClusterSettings, NodePoolSettings } from "./requests";
import { isTag } from "./tags";

/*
 * Requests that the Kubernetes API refuses, each with a 422. Where the message is known from a user's report it is
 * DigitalOcean's own, otherwise it is ours in the same form.
 */

const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
const LABEL_NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const LABEL_PREFIX = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/** Checks the part of a request to create a cluster that does not depend on the account. */
export function checkCluster(request: ClusterCreateRequest): KubernetesVersion {
  checkName("cluster", request.name);
  checkSettings(request);
  if (!findRegion(request.region)?.kubernetes) {
    throw invalid(`invalid region: ${request.region}`);
  }
  const version = checkVersion(request.version);
  checkSubnets(request.clusterSubnet, request.serviceSubnet);
  if (request.isolatedWorkers) {
    throw invalid("isolated workers require a NAT gateway in the cluster's VPC");
  }
  if (request.workerSubnetUuid) {
    throw invalid(`worker subnet ${request.workerSubnetUuid} not found`);
  }
  const names = request.nodePools.map((pool) => pool.name);
  if (new Set(names).size < names.length) {
    throw invalid("node pool names must be unique");
  }
  for (const pool of request.nodePools) {
    checkSize(pool.size);
    checkPool(pool);
  }
  if (request.nodePools.every((pool) => desiredCount(pool) === 0)) {
    throw invalid("at least one node pool must have at least one worker");
  }
  return version;
}

/** Source of the message: terraform-provider-digitalocean issue #271 */
export function checkVersion(slug: string): KubernetesVersion {
  const version = resolveVersion(slug);
  if (!version) {
    throw invalid("invalid version slug");
  }
  return version;
}

export function checkName(kind: "cluster" | "node pool", name: string): void {
  if (!NAME.test(name)) {
    throw invalid(
      `invalid ${kind} name "${name}": it may have lowercase letters, digits and dashes, must begin and end with a letter or digit, and be at most 63 characters long`,
    );
  }
}

export function checkSize(slug: string): void {
  if (!findSize(slug)?.kubernetes) {
    throw invalid(`invalid size slug: ${slug}`);
  }
}

export function checkSettings(settings: ClusterSettings): void {
  checkTags(settings.tags);
  for (const address of settings.controlPlaneFirewall?.allowedAddresses ?? []) {
    if (!isAddressOrCidr(address)) {
      throw invalid(`invalid address in control_plane_firewall.allowed_addresses: ${address}`);
    }
  }
  const { sso } = settings;
  if (sso?.enabled && (sso.issuerUrl === "" || sso.clientId === "")) {
    throw invalid("sso.issuer_url and sso.client_id are required when sso is enabled");
  }
  if (sso?.required && !sso.enabled) {
    throw invalid("sso can only be required when it is enabled");
  }
}

/** Source: HA "cannot be disabled", DigitalOcean's OpenAPI */
export function checkHa(cluster: Cluster, ha: boolean | null | undefined): void {
  if (cluster.ha && ha === false) {
    throw invalid("high availability cannot be disabled once it is enabled");
  }
}

export function checkPool(pool: NodePoolSettings): void {
  checkName("node pool", pool.name);
  checkTags(pool.tags);
  for (const [key, value] of Object.entries(pool.labels ?? {})) {
    checkLabel(key, value);
  }
  for (const { key, value } of pool.taints ?? []) {
    checkLabel(key, value);
  }
  if (pool.autoScale) {
    const { minNodes = 0, maxNodes = 0 } = pool;
    if (maxNodes < 1) {
      throw invalid("worker_node_pool_spec.max nodes must be greater than or equal to 1");
    }
    if (minNodes > maxNodes) {
      throw invalid("worker_node_pool_spec.min nodes must be less than or equal to max nodes");
    }
  } else if (pool.count === undefined) {
    throw invalid("worker_node_pool_spec.count is required");
  }
}

/** Returns the number of nodes of a new pool. A pool with autoscaling starts with its minimum. */
export function desiredCount({ count, minNodes = 0 }: NodePoolSettings): number {
  return count ?? Math.max(minNodes, 1);
}

function checkTags(tags: readonly string[] | null | undefined): void {
  const bad = tags?.find((tag) => !isTag(tag));
  if (bad !== undefined) {
    throw invalid(`invalid tag: ${bad}`);
  }
}

function checkLabel(key: string, value: string): void {
  const [name = "", prefix] = key.split("/").reverse();
  const keyIsGood =
    LABEL_NAME.test(name) &&
    (prefix === undefined || LABEL_PREFIX.test(prefix)) &&
    key.split("/").length <= 2;
  if (!keyIsGood || !(value === "" || LABEL_NAME.test(value))) {
    throw invalid(`invalid label or taint: ${key}=${value}`);
  }
}

function checkSubnets(
  clusterSubnet: string | null | undefined,
  serviceSubnet: string | null | undefined,
): void {
  for (const subnet of [clusterSubnet, serviceSubnet]) {
    if (subnet && !(isAddressOrCidr(subnet) && subnet.includes("/"))) {
      throw invalid(`invalid subnet: ${subnet}`);
    }
  }
  if (clusterSubnet && serviceSubnet && overlap(clusterSubnet, serviceSubnet)) {
    throw invalid("cluster subnet and service subnet must not overlap");
  }
}

function isAddressOrCidr(text: string): boolean {
  const [address = "", bits, ...rest] = text.split("/");
  const family = isIP(address);
  const bitsAreGood =
    bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32));
  return family !== 0 && bitsAreGood && rest.length === 0;
}

function overlap(one: string, other: string): boolean {
  return contains(one, other) || contains(other, one);
}

/** Two blocks overlap only if one contains the first address of the other. */
function contains(cidr: string, other: string): boolean {
  const [network = "", bits] = cidr.split("/");
  const [address = ""] = other.split("/");
  const list = new BlockList();
  list.addSubnet(network, Number(bits));
  return list.check(address);
}
