import { DnsRecord } from "@pulumi/digitalocean/dnsRecord";
import * as pulumi from "@pulumi/pulumi";

/** In seconds: a cluster that is replaced has another address. */
const TTL = 60;

export interface HostName {
  readonly domain: string;
  readonly label: string;
  /** Refuses to create a record beside another. */
  readonly guard?: pulumi.ResourceHook;
}

export interface HostRecordArgs extends HostName {
  /** IP address of its load balancer. */
  readonly address: pulumi.Input<string>;
}

export function hostOf({ label, domain }: Omit<HostName, "guard">): string {
  return `${label}.${domain}`;
}

/**
 * Leads an environment's host name to its load balancer. Costs nothing.
 *
 * It is the environment's and not its cluster's: with `deletedWith`, its deletion would be skipped when the cluster goes, and
 * the name would lead to an address that DigitalOcean gives to somebody else.
 */
export class HostRecord extends pulumi.ComponentResource {
  public static readonly __pulumiType = "ephemeral-doks:components:HostRecord";

  public constructor(
    name: string,
    { domain, label, address, guard }: HostRecordArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(HostRecord.__pulumiType, name, { domain, label, address }, opts);
    new DnsRecord(
      name,
      { domain, type: "A", name: label, value: address, ttl: TTL },
      { parent: this, hooks: guard && { beforeCreate: [guard] } },
    );
    this.registerOutputs({});
  }
}
