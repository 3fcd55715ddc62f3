import { Certificate } from "@pulumi/digitalocean/certificate";
import { Domain } from "@pulumi/digitalocean/domain";
import * as pulumi from "@pulumi/pulumi";
import { certificateName, certifiedNames } from "../core/names";

export interface ManagedDomainArgs {
  readonly domain: string;
  /** Whether the stack owns the zone, and so creates and deletes it. */
  readonly ownsZone: boolean;
  /** Whether to create a certificate: Let's Encrypt issues one only for a delegated domain. */
  readonly isCertified: boolean;
  /** Refuses `pulumi destroy` until this is reset. */
  readonly protect: boolean;
}

/**
 * The domain of the environments: its zone, and one certificate for all of them, which DigitalOcean renews. Costs
 * nothing.
 */
export class ManagedDomain extends pulumi.ComponentResource {
  public static readonly __pulumiType = "ephemeral-doks:components:ManagedDomain";

  public constructor(
    name: string,
    { domain, ownsZone, isCertified, protect }: ManagedDomainArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(ManagedDomain.__pulumiType, name, { domain }, opts);
    const child = { parent: this, protect };
    const zone = ownsZone ? [new Domain(name, { name: domain }, child)] : [];
    if (isCertified) {
      new Certificate(
        name,
        { name: certificateName(domain), type: "lets_encrypt", domains: certifiedNames(domain) },
        { ...child, dependsOn: zone },
      );
    }
    this.registerOutputs({});
  }
}
