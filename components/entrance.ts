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
  /** Environments answer at hosts one label below it. */
  readonly domain: string;
  /** Name of the certificate with which the load balancer ends TLS. @default - it ends none */
  readonly certificate?: string;
  /** The networks that are let in. @default - everybody is */
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
      // The status is named, so that there is an output for it.
      { apiVersion: "gateway.networking.k8s.io/v1", kind: "Gateway", ...args, status: undefined },
      opts,
    );
  }
}

/**
 * The way into a shared cluster for all its environments: a Gateway that takes every host below a domain and hands it to
 * the environment that has declared it. DOKS runs the controller.
 *
 * Costs one load balancer.
 */
export class Entrance extends pulumi.ComponentResource {
  public static readonly __pulumiType = "ephemeral-doks:components:Entrance";

  /** IP address or host name of the load balancer: what the domain's wildcard record points to. */
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

/** Fields that Cilium hands on to the Service of the Gateway, and so to its load balancer. */
function infrastructureOf({ certificate, networks }: EntranceArgs): object {
  const annotations = {
    ...(certificate === undefined ? {} : tlsAnnotations(certificate)),
    ...(networks === undefined ? {} : allowRules(networks)),
  };
  return Object.keys(annotations).length === 0 ? {} : { infrastructure: { annotations } };
}

/** Where TLS ends before the Gateway, both ports speak HTTP. */
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
