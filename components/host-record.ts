import { DnsRecord } from "@pulumi/digitalocean/dnsRecord";
import * as pulumi from "@pulumi/pulumi";

/** In seconds. Short, because a replaced cluster has another address. */
const TTL = 60;

export interface HostName {
  readonly domain: string;
  readonly label: string;
  /** Refuses to create a record if the name has one. */
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
 * Points an environment's host name to its load balancer. Costs nothing.
 *
 * It is not `deletedWith` the cluster: then its deletion would be skipped, and the name would point to an address that
 * DigitalOcean may give to another customer.
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
