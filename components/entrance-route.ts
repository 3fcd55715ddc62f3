import type * as k8s from "@pulumi/kubernetes";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import * as pulumi from "@pulumi/pulumi";
import type { FoundEntrance } from "./find-entrance";

export interface EntranceRouteArgs {
  readonly route: string;
  readonly namespace: pulumi.Input<string>;
  readonly labels: Readonly<Record<string, string>>;
  readonly entrance: FoundEntrance;
  /** A host name of the environment: one label below the entrance's domain. */
  readonly host: string;
  readonly service: string;
  readonly port: number;
  readonly proof: { readonly header: string; readonly value: pulumi.Input<string> };
  readonly provider: k8s.Provider;
}

/** Routes requests for a host of the environment from the shared cluster's entrance to a Service. Costs nothing. */
export class EntranceRoute extends pulumi.ComponentResource {
  public static readonly __pulumiType = "ephemeral-doks:components:EntranceRoute";

  public constructor(
    name: string,
    args: EntranceRouteArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const { provider, route, ...inputs } = args;
    super(EntranceRoute.__pulumiType, name, inputs, opts);
    const { entrance, host, service, port, proof } = args;
    const responseHeaderModifier = { set: [{ name: proof.header, value: proof.value }] };
    new CustomResource(
      name,
      {
        apiVersion: "gateway.networking.k8s.io/v1",
        kind: "HTTPRoute",
        metadata: { name: route, namespace: args.namespace, labels: { ...args.labels } },
        spec: {
          parentRefs: [{ name: entrance.name, namespace: entrance.namespace }],
          hostnames: [host],
          rules: [
            {
              filters: [{ type: "ResponseHeaderModifier", responseHeaderModifier }],
              backendRefs: [{ name: service, port }],
            },
          ],
        },
      },
      { parent: this, provider, deletedWith: opts?.deletedWith },
    );
    this.registerOutputs({});
  }
}
