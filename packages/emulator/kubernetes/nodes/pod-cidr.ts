/** Bits of the network of one node's pods: DOKS gives each node a /25. */
const NODE_PREFIX_LENGTH = 25;

/**
 * The first network in the cluster's subnet that no node has.
 *
 * @throws Error when the subnet is exhausted.
 */
export function nextPodCidr(clusterSubnet: string, taken: ReadonlySet<string>): string {
  const [address = "", length = ""] = clusterSubnet.split("/");
  const first = address.split(".").reduce((value, byte) => value * 256 + Number(byte), 0);
  const networks = 2 ** (NODE_PREFIX_LENGTH - Number(length));
  const networkSize = 2 ** (32 - NODE_PREFIX_LENGTH);
  for (let index = 0; index < networks; index++) {
    const cidr = `${dotted(first + index * networkSize)}/${NODE_PREFIX_LENGTH}`;
    if (!taken.has(cidr)) {
      return cidr;
    }
  }
  throw new Error(
    `the pod subnet ${clusterSubnet} has room for ${networks} nodes, and all are taken`,
  );
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}
