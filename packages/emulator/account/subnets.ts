import type { Cluster } from "./entities";

/** CIDRs of a cluster's pods and Services. */
interface Subnets {
  readonly cluster: string;
  readonly service: string;
}

const ALL: readonly Subnets[] = Array.from({ length: 73 }, (_, index) => ({
  cluster: `10.${108 + 2 * index}.0.0/16`,
  service: `10.${109 + 2 * index}.0.0/19`,
}));

/**
 * Networks for pods and Services that no other cluster of the account uses, if one is free.
 *
 * @param preferred the network for Services to take if it is free
 */
export function freeSubnets(clusters: readonly Cluster[], preferred?: string): Subnets {
  const taken = new Set(
    clusters.flatMap(({ clusterSubnet, serviceSubnet }) => [clusterSubnet, serviceSubnet]),
  );
  const free = ALL.filter(({ cluster, service }) => !taken.has(cluster) && !taken.has(service));
  return free.find(({ service }) => service === preferred) ?? free[0] ?? (ALL[0] as Subnets);
}
