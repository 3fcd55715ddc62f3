import { randomInt, randomUUID } from "node:crypto";
import type { Clock } from "../clock";
import type { Certificates } from "./certificates";
import type { LoadBalancerRequest } from "./cloud-port";
import type { Domains } from "./domains";
import type { LoadBalancer, LoadBalancerOptions } from "./entities";
import { notFound, unprocessable } from "./errors";
import type { Ledger } from "./ledger";
import { LOAD_BALANCER_USD } from "./offers/prices";
import type { Store } from "./store";
import { clusterTag } from "./tags";
import { timestamp } from "./time";
import type { Vpcs } from "./vpcs";

/** Options of a load balancer without annotations. */
export const DEFAULT_OPTIONS: LoadBalancerOptions = {
  redirectHttpToHttps: false,
  enableProxyProtocol: false,
  enableBackendKeepalive: false,
  disableLetsEncryptDnsRecords: false,
  httpIdleTimeoutSeconds: 60,
  stickySessions: { type: "none" },
  firewall: { allow: [], deny: [] },
};
const FIREWALL_RULE = /^(ip:(\d{1,3}\.){3}\d{1,3}|cidr:(\d{1,3}\.){3}\d{1,3}\/\d{1,2})$/;

/** The account's load balancers. Only a cluster's cloud controller creates them. */
export class LoadBalancers {
  public constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly vpcs: Vpcs,
    private readonly ledger: Ledger,
    private readonly certificates: Certificates,
    private readonly domains: Domains,
  ) {}

  public list(): LoadBalancer[] {
    return this.store.loadBalancers.all();
  }

  public ofCluster(clusterId: string): LoadBalancer[] {
    return this.list().filter((loadBalancer) => loadBalancer.clusterId === clusterId);
  }

  /** @throws ApiError 404 */
  public get(id: string): LoadBalancer {
    const loadBalancer = this.store.loadBalancers.find(id);
    if (!loadBalancer) {
      throw notFound();
    }
    return loadBalancer;
  }

  /**
   * Creates the load balancer of a Service, or changes the existing one.
   * @throws ApiError 422 for a certificate that the account does not have, or an invalid firewall rule
   */
  public ensure(request: LoadBalancerRequest): LoadBalancer {
    this.check(request);
    const loadBalancer = this.put(request);
    this.pointApex(loadBalancer);
    return loadBalancer;
  }

  private check({ forwardingRules, options = DEFAULT_OPTIONS }: LoadBalancerRequest): void {
    const { firewall } = options;
    for (const { certificateId } of forwardingRules) {
      if (
        certificateId !== undefined &&
        this.certificates.find(certificateId)?.state !== "verified"
      ) {
        throw unprocessable(`certificate ${certificateId} was not found, or is not verified`);
      }
    }
    const wrong = [...firewall.allow, ...firewall.deny].find((rule) => !FIREWALL_RULE.test(rule));
    if (wrong !== undefined) {
      throw unprocessable(`firewall rule "${wrong}" must be ip:<address> or cidr:<network>`);
    }
  }

  /**
   * A certificate of Let's Encrypt makes DigitalOcean write an A record at the apex of its domain, unless told not to.
   * It stays when the load balancer goes.
   * @see https://github.com/digitalocean/digitalocean-cloud-controller-manager/issues/390
   */
  private pointApex({ forwardingRules, options, ip, network }: LoadBalancer): void {
    if (options?.disableLetsEncryptDnsRecords || network === "INTERNAL") {
      return;
    }
    for (const id of new Set(forwardingRules.map(({ certificateId }) => certificateId))) {
      const certificate = this.certificates.find(id ?? "");
      if (certificate?.type === "lets_encrypt") {
        this.domains.pointApex(certificate.dnsNames, ip);
      }
    }
  }

  private put(request: LoadBalancerRequest): LoadBalancer {
    const { name, type, region, forwardingRules, dropletIds, clusterId, serviceUid } = request;
    const { sizeUnit, network, options = DEFAULT_OPTIONS } = request;
    const wanted = { name, type, forwardingRules, dropletIds, sizeUnit, options };
    const existing = this.list().find((one) => one.serviceUid === serviceUid);
    if (existing) {
      if (existing.sizeUnit !== sizeUnit) {
        this.ledger.stop(existing.id);
        this.bill(existing.id, request);
      }
      return this.store.loadBalancers.put({ ...existing, ...wanted });
    }
    const id = randomUUID();
    this.bill(id, request);
    return this.store.loadBalancers.put({
      ...wanted,
      id,
      network,
      region,
      clusterId,
      serviceUid,
      ip: this.freeAddress(network),
      vpcUuid: this.vpcs.defaultOf(region).id,
      tags: [clusterTag(clusterId)],
      createdAt: timestamp(this.clock.now()),
    });
  }

  /** @throws ApiError 404 */
  public delete(id: string): void {
    this.store.loadBalancers.remove(this.get(id).id);
    this.ledger.stop(id);
  }

  /** Each node of a load balancer is billed. */
  private bill(id: string, { name, type, clusterId, sizeUnit }: LoadBalancerRequest): void {
    this.ledger.start({
      product: "Load Balancers",
      resourceId: id,
      description: name,
      groupDescription: this.store.clusters.find(clusterId)?.name ?? "",
      monthlyUsd: LOAD_BALANCER_USD[type] * sizeUnit,
      billedPer: "hour",
    });
  }

  /**
   * A loopback address of its own, so that every load balancer can listen on port 80. Drawn from four million, so
   * that emulators which run side by side hardly ever draw the same one. Of an internal one a private address.
   */
  private freeAddress(network: LoadBalancer["network"]): string {
    const taken = new Set(this.list().map((loadBalancer) => loadBalancer.ip));
    for (;;) {
      const first = network === "INTERNAL" ? "10.10" : `127.${randomInt(64, 128)}`;
      const address = `${first}.${randomInt(256)}.${randomInt(1, 255)}`;
      if (!taken.has(address)) {
        return address;
      }
    }
  }
}
