import type { ApiClient } from "../api/client";
import { type CustomKind, installKinds } from "../custom-kinds";

const GROUP = "gateway.networking.k8s.io";
export const GATEWAY_API = `/apis/${GROUP}/v1`;
/** Cilium's controller name. Source: cilium, operator/pkg/gateway-api/controller.go */
export const CONTROLLER = "io.cilium/gateway-controller";
export const GATEWAY_CLASS = "cilium";

/** The emulated part of the Gateway API and Cilium that DOKS installs. */
const KINDS: readonly CustomKind[] = [
  gatewayKind("GatewayClass", "gatewayclasses", "Cluster"),
  gatewayKind("Gateway", "gateways", "Namespaced"),
  gatewayKind("HTTPRoute", "httproutes", "Namespaced"),
  {
    group: "cilium.io",
    version: "v2",
    kind: "CiliumNetworkPolicy",
    plural: "ciliumnetworkpolicies",
    scope: "Namespaced",
    source: "https://github.com/cilium/cilium",
  },
];

/**
 * Installs what every DOKS cluster has from its beginning for traffic from outside, and waits until it is served.
 *
 * @see https://docs.digitalocean.com/products/kubernetes/how-to/use-gateway-api/
 */
export async function installGatewayApi(client: ApiClient, signal: AbortSignal): Promise<void> {
  await installKinds(client, KINDS, signal);
  await client.createIfAbsent(`${GATEWAY_API}/gatewayclasses`, {
    apiVersion: `${GROUP}/v1`,
    kind: "GatewayClass",
    metadata: { name: GATEWAY_CLASS },
    spec: { controllerName: CONTROLLER },
  });
}

function gatewayKind(kind: string, plural: string, scope: CustomKind["scope"]): CustomKind {
  const source = "https://github.com/kubernetes-sigs/gateway-api";
  return { group: GROUP, version: "v1", kind, plural, scope, source };
}
