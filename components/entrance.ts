import type * as k8s from "@pulumi/kubernetes";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { STACK_LABEL } from "../core/labels";
import { allowRules } from "../core/overlay/access";
import { tlsAnnotations } from "../core/overlay/https";
import { ENTRANCE } from "../core/rules/own-objects";

/** @see https://docs.digitalocean.com/products/kubernetes/how-to/use-gateway-api/ */
const GATEWAY_CLASS = "cilium";

export interface EntranceArgs {
  /** Environments get hosts one label below it. */
  readonly domain: string;
  /** Name of the certificate with which the load balancer ends TLS. @default - it does not end TLS */
  readonly certificate?: string;
  /** The allowed networks. @default - all */
  readonly networks?: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly provider: k8s.Provider;
}

class Gateway extends CustomResource {
  declare public readonly status: pulumi.Output<
    { readonly addresses?: readonly { readonly value: string }[] } | undefined
  >;

  public constructor(
    name: string,
    args: Pick<k8s.apiextensions.CustomResourceArgs, "metadata"> & { readonly spec: object },
    opts: pulumi.CustomResourceOptions,
  ) {
    super(
      name,
      // Listed, so that the status becomes an output.
      { apiVersion: "gateway.networking.k8s.io/v1", kind: "Gateway", ...args, status: undefined },
      opts,
    );
  }
}

/**
 * The common entrance of a shared cluster: a Gateway that accepts every host below a domain and forwards its requests
 * to the environment that has declared the host. DOKS runs the controller.
 *
 * Costs one load balancer.
 */
export class Entrance extends pulumi.ComponentResource {
  public static readonly __pulumiType = "ephemeral-doks:components:Entrance";

  /** IP address or host name of the load balancer: the target of the domain's wildcard record. */
  public readonly address: pulumi.Output<string | undefined>;

  public constructor(name: string, args: EntranceArgs, opts?: pulumi.ComponentResourceOptions) {
    const { provider, ...inputs } = args;
    super(Entrance.__pulumiType, name, inputs, opts);
    const child = { parent: this, provider, deletedWith: opts?.deletedWith };
    const namespace = new core.Namespace(name, { metadata: { name: ENTRANCE } }, child);
    const gateway = new Gateway(
      name,
      {
        metadata: {
          name: ENTRANCE,
          namespace: namespace.metadata.name,
          labels: { ...args.labels },
          annotations: { "pulumi.com/waitFor": "condition=Programmed" },
        },
        spec: {
          gatewayClassName: GATEWAY_CLASS,
          listeners: listenersOf(args),
          ...infrastructureOf(args),
        },
      },
      child,
    );
    this.address = gateway.status.apply((status) => status?.addresses?.[0]?.value);
    this.registerOutputs({ address: this.address });
  }
}

/** Fields that Cilium passes to the Gateway's Service, and so to its load balancer. */
function infrastructureOf({ certificate, networks }: EntranceArgs): object {
  const annotations = {
    ...(certificate === undefined ? {} : tlsAnnotations(certificate)),
    ...(networks === undefined ? {} : allowRules(networks)),
  };
  return Object.keys(annotations).length === 0 ? {} : { infrastructure: { annotations } };
}

/** Both ports speak HTTP when TLS ends before the Gateway. */
function listenersOf({ domain, certificate }: EntranceArgs): object[] {
  const listener = (name: string, port: number) => ({
    name,
    protocol: "HTTP",
    port,
    hostname: `*.${domain}`,
    allowedRoutes: {
      namespaces: {
        from: "Selector",
        selector: { matchExpressions: [{ key: STACK_LABEL, operator: "Exists" }] },
      },
    },
  });
  return [listener("http", 80), ...(certificate === undefined ? [] : [listener("https", 443)])];
}
