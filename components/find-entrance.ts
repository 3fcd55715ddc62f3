import type { ClusterObject, ClusterObjects } from "./cluster-objects";
import { fault } from "./fault";

const GATEWAYS = "/apis/gateway.networking.k8s.io/v1/gateways";

/** A Gateway of a shared cluster, as an environment refers to it. */
export interface FoundEntrance {
  readonly name: string;
  readonly namespace: string;
  /** Where it is reached when the domain cannot be resolved. */
  readonly address: string;
}

interface GatewayObject extends ClusterObject {
  readonly spec: {
    readonly listeners: readonly { readonly protocol: string; readonly hostname?: string }[];
  };
  readonly status?: { readonly addresses?: readonly { readonly value: string }[] };
}

/**
 * Finds the entrance that takes the hosts below a domain.
 *
 * @throws pulumi.RunError when the cluster has none, or that has no address yet
 */
export async function findEntrance(
  objects: ClusterObjects,
  domain: string,
): Promise<FoundEntrance> {
  const gateways = await objects.list<GatewayObject>(GATEWAYS);
  const found = gateways.find(({ spec }) => hostsOf(spec).includes(`*.${domain}`));
  if (found === undefined) {
    const hosts = gateways.flatMap(({ spec }) => hostsOf(spec)).join(", ");
    throw fault(
      `the shared cluster has no entrance for *.${domain}; ${hosts === "" ? "it has none at all" : `it has one for ${hosts}`}`,
      "pulumi config set domain <the host stack's domain>, or `pulumi config rm domain` for a load balancer of its own",
    );
  }
  const address = found.status?.addresses?.[0]?.value;
  if (address === undefined) {
    throw fault(
      `the shared cluster's entrance for *.${domain} has no address yet`,
      "wait for its load balancer: `kubectl get gateway --all-namespaces` shows the address",
    );
  }
  return { name: found.metadata.name, namespace: found.metadata.namespace ?? "", address };
}

/** The hosts that a Gateway takes over HTTP. */
function hostsOf({ listeners }: GatewayObject["spec"]): string[] {
  return listeners.flatMap(({ protocol, hostname }) =>
    protocol === "HTTP" && hostname !== undefined ? [hostname] : [],
  );
}
