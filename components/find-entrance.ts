import { CERTIFICATE_NAME } from "../core/overlay/https";
import { ENTRANCE } from "../core/rules/own-objects";
import type { ClusterObject, ClusterObjects } from "./cluster-objects";
import { fault } from "./fault";

/** The path of a shared cluster's entrance; other Gateways do not count. */
const GATEWAY = `/apis/gateway.networking.k8s.io/v1/namespaces/${ENTRANCE}/gateways/${ENTRANCE}`;

/** The Gateway of a shared cluster, for references. */
export interface FoundEntrance {
  readonly name: string;
  readonly namespace: string;
  /** Its address, for when the domain does not resolve. */
  readonly address: string;
  readonly scheme: "http" | "https";
}

interface GatewayObject extends ClusterObject {
  readonly spec: {
    readonly infrastructure?: { readonly annotations?: Readonly<Record<string, string>> };
    readonly listeners: readonly { readonly protocol: string; readonly hostname?: string }[];
  };
  readonly status?: { readonly addresses?: readonly { readonly value: string }[] };
}

/**
 * Finds the entrance for hosts below a domain.
 *
 * @throws pulumi.RunError when the cluster has none, or it has no address yet
 */
export async function findEntrance(
  objects: ClusterObjects,
  domain: string,
): Promise<FoundEntrance> {
  const gateway = await objects.find<GatewayObject>(GATEWAY);
  const hosts = gateway === undefined ? [] : hostsOf(gateway.spec);
  if (!hosts.includes(`*.${domain}`)) {
    throw fault(
      `the shared cluster has no entrance for *.${domain}; ${hosts.length === 0 ? "it has no entrance at all" : `its entrance is for ${hosts.join(", ")}`}`,
      "pulumi config set domain <the shared cluster's domain>, or `pulumi config rm domain` for its own load balancer",
    );
  }
  const address = gateway?.status?.addresses?.[0]?.value;
  if (address === undefined) {
    throw fault(
      `the shared cluster's entrance for *.${domain} has no address yet`,
      "wait for its load balancer: `kubectl get gateway --all-namespaces` shows the address",
    );
  }
  const endsTls = gateway?.spec.infrastructure?.annotations?.[CERTIFICATE_NAME] !== undefined;
  return { name: ENTRANCE, namespace: ENTRANCE, address, scheme: endsTls ? "https" : "http" };
}

function hostsOf({ listeners }: GatewayObject["spec"]): string[] {
  return listeners.flatMap(({ protocol, hostname }) =>
    protocol === "HTTP" && hostname !== undefined ? [hostname] : [],
  );
}
