import type { ApiClient } from "../api/client";
import { delay } from "../processes/delay";

const DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const GROUP = "gateway.networking.k8s.io";
export const GATEWAY_API = `/apis/${GROUP}/v1`;
/** Cilium's name of itself as a controller. Source: cilium, operator/pkg/gateway-api/controller.go */
export const CONTROLLER = "io.cilium/gateway-controller";
export const GATEWAY_CLASS = "cilium";

/** Pause before it is looked again whether a kind is served, in milliseconds. */
const POLL_MS = 50;

interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly scope: "Namespaced" | "Cluster";
}

/** The emulated part of the Gateway API and Cilium that DOKS installs. */
const KINDS: readonly Kind[] = [
  gatewayKind("GatewayClass", "gatewayclasses", "Cluster"),
  gatewayKind("Gateway", "gateways", "Namespaced"),
  gatewayKind("HTTPRoute", "httproutes", "Namespaced"),
  {
    group: "cilium.io",
    version: "v2",
    kind: "CiliumNetworkPolicy",
    plural: "ciliumnetworkpolicies",
    scope: "Namespaced",
  },
];

/**
 * Installs what every DOKS cluster has from its beginning for traffic from outside, and waits until it is served.
 *
 * The kinds' fields are not described, so the API server takes any; the controller reads those it knows.
 *
 * @see https://docs.digitalocean.com/products/kubernetes/how-to/use-gateway-api/
 */
export async function installGatewayApi(client: ApiClient, signal: AbortSignal): Promise<void> {
  await Promise.all(KINDS.map((kind) => client.createIfAbsent(DEFINITIONS, definition(kind))));
  await Promise.all(KINDS.map((kind) => served(client, kind, signal)));
  await client.createIfAbsent(`${GATEWAY_API}/gatewayclasses`, {
    apiVersion: `${GROUP}/v1`,
    kind: "GatewayClass",
    metadata: { name: GATEWAY_CLASS },
    spec: { controllerName: CONTROLLER },
  });
}

function gatewayKind(kind: string, plural: string, scope: Kind["scope"]): Kind {
  return { group: GROUP, version: "v1", kind, plural, scope };
}

function definition({ group, version, kind, plural, scope }: Kind): object {
  return {
    metadata: {
      name: `${plural}.${group}`,
      // Without it the API server does not let anybody define kinds of its own groups.
      annotations: {
        "api-approved.kubernetes.io": "https://github.com/kubernetes-sigs/gateway-api",
      },
    },
    spec: {
      group,
      scope,
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: {
            openAPIV3Schema: {
              type: "object",
              properties: {
                spec: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
                status: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
              },
            },
          },
        },
      ],
    },
  };
}

async function served(
  client: ApiClient,
  { group, version, plural }: Kind,
  signal: AbortSignal,
): Promise<void> {
  while ((await client.status(`/apis/${group}/${version}/${plural}`)) !== 200) {
    await delay(POLL_MS, signal);
  }
}
