import type { Clock } from "../clock";
import type { Domain, DomainRecord } from "./entities";
import { notFound, unprocessable } from "./errors";
import { checked, HOSTS, type RecordRequest, relativeName } from "./record-rules";
import type { Store } from "./store";
import { timestamp, unixSeconds } from "./time";

/** In seconds. @see https://docs.digitalocean.com/products/networking/dns/details/limits/ */
export const DEFAULT_TTL = 1800;
export const NAME_SERVERS = ["ns1", "ns2", "ns3"].map((host) => `${host}.digitalocean.com`);
const DOMAIN = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;

/** The zones of the account's DNS, and their records. */
export class Domains {
  public constructor(
    private readonly store: Store,
    private readonly clock: Clock,
  ) {}

  public list(): Domain[] {
    return this.store.domains.all();
  }

  /** @throws ApiError 404 */
  public get(name: string): Domain {
    const domain = this.store.domains.find(name);
    if (!domain) {
      throw notFound();
    }
    return domain;
  }

  /** Returns the name of the zone of a host. */
  public zoneOf(host: string): string | undefined {
    const zones = this.list().filter(({ id }) => host === id || host.endsWith(`.${id}`));
    return zones.map(({ id }) => id).sort((a, b) => b.length - a.length)[0];
  }

  /** @throws ApiError 422 */
  public create(name: string, address?: string): Domain {
    if (!DOMAIN.test(name)) {
      throw unprocessable("Name is not a valid domain name");
    }
    if (this.store.domains.find(name)) {
      throw unprocessable(`domain '${name}': name already exists`);
    }
    const domain = this.store.domains.put({ id: name, createdAt: timestamp(this.clock.now()) });
    this.add(name, { type: "SOA", name: "@", data: String(DEFAULT_TTL) });
    for (const server of NAME_SERVERS) {
      this.add(name, { type: "NS", name: "@", data: server });
    }
    if (address) {
      this.createRecord(name, { type: "A", name: "@", data: address });
    }
    return domain;
  }

  /** Deletes a zone with all its records. @throws ApiError 404 */
  public delete(name: string): void {
    this.store.domains.remove(this.get(name).id);
    for (const { id, domain } of this.store.domainRecords.all()) {
      if (domain === name) {
        this.store.domainRecords.remove(id);
      }
    }
  }

  /** @param filter - `name` is a whole host name. @throws ApiError 404 */
  public records(
    domain: string,
    filter: { readonly name?: string | undefined; readonly type?: string | undefined } = {},
  ): DomainRecord[] {
    this.get(domain);
    return this.store.domainRecords
      .all()
      .filter(
        (record) =>
          record.domain === domain &&
          (!filter.type || record.type === filter.type) &&
          (!filter.name || hostOf(record) === filter.name.replace(/\.$/, "")),
      );
  }

  /** @throws ApiError 404 */
  public record(domain: string, id: number): DomainRecord {
    const record = this.records(domain).find((one) => one.id === id);
    if (!record) {
      throw notFound();
    }
    return record;
  }

  /** Adds a record, even if an equal record exists. @throws ApiError 404, 422 */
  public createRecord(domain: string, request: RecordRequest): DomainRecord {
    this.get(domain);
    if (request.type === "SOA") {
      throw unprocessable("a domain has one SOA record");
    }
    const name = relativeName(request.name, domain);
    return this.add(domain, checked({ ...request, name }, this.records(domain)));
  }

  /**
   * Changes a record; an SOA record only allows a new TTL.
   * @throws ApiError 404, 422
   * @see https://docs.digitalocean.com/products/networking/dns/reference/api/domain-records
   */
  public updateRecord(domain: string, id: number, changes: Partial<RecordRequest>): DomainRecord {
    const { id: _, domain: _zone, ...current } = this.record(domain, id);
    if (current.type === "SOA") {
      return this.put(domain, id, { ...current, ttl: changes.ttl ?? current.ttl });
    }
    const others = this.records(domain).filter((one) => one.id !== id);
    const dotted = HOSTS.includes(current.type) ? { data: `${current.data}.` } : {};
    const name = relativeName(changes.name ?? current.name, domain);
    const request = checked({ ...current, ...dotted, ...changes, name }, others);
    return this.put(domain, id, request);
  }

  /** @throws ApiError 404, 422 */
  public deleteRecord(domain: string, id: number): void {
    if (this.record(domain, id).type === "SOA") {
      throw unprocessable("SOA records cannot be deleted");
    }
    this.store.domainRecords.remove(id);
  }

  /** Points the apexes of some names' zones to an address. */
  public pointApex(names: readonly string[], address: string): void {
    for (const zone of new Set(names.map((name) => this.zoneOf(name.replace(/^\*\./, ""))))) {
      if (zone !== undefined) {
        const [existing] = this.records(zone, { name: zone, type: "A" });
        const request = { type: "A" as const, name: "@", data: address };
        existing ? this.put(zone, existing.id, request) : this.add(zone, request);
      }
    }
  }

  /** Returns the zone file in DigitalOcean's format. */
  public zoneFile(domain: string): string {
    const soa = `${domain}. IN SOA ns1.digitalocean.com. hostmaster.${domain}. ${unixSeconds(this.get(domain).createdAt)} 10800 3600 604800 ${DEFAULT_TTL}`;
    const lines = this.records(domain)
      .filter(({ type }) => type !== "SOA")
      .map((record) => {
        const { type, ttl, priority, weight, port } = record;
        const numbers = [priority, weight, port].filter((number) => number !== null);
        const data = HOSTS.includes(type) ? `${record.data}.` : record.data;
        return [`${hostOf(record)}.`, ttl, "IN", type, ...numbers, data].join(" ");
      });
    return [`$ORIGIN ${domain}.`, `$TTL ${DEFAULT_TTL}`, soa, ...lines, ""].join("\n");
  }

  private add(domain: string, request: RecordRequest): DomainRecord {
    return this.put(domain, this.store.nextNumber(), request);
  }

  /** Records with the same name have the same TTL. */
  private put(domain: string, id: number, request: RecordRequest): DomainRecord {
    const { type, name, data, ttl = DEFAULT_TTL } = request;
    for (const other of this.records(domain)) {
      if (other.id !== id && other.name === name && other.type === type && other.ttl !== ttl) {
        this.store.domainRecords.update(other.id, { ttl });
      }
    }
    return this.store.domainRecords.put({
      id,
      domain,
      type,
      name,
      data,
      ttl,
      // godo sends all of these fields, with 0 for types that do not have them.
      priority: ["MX", "SRV"].includes(type) ? (request.priority ?? null) : null,
      port: type === "SRV" ? (request.port ?? null) : null,
      weight: type === "SRV" ? (request.weight ?? null) : null,
      flags: type === "CAA" ? (request.flags ?? null) : null,
      tag: type === "CAA" ? (request.tag ?? null) : null,
    });
  }
}

/** Returns the fully qualified name of a record. */
export function hostOf({ name, domain }: Pick<DomainRecord, "name" | "domain">): string {
  return name === "@" ? domain : `${name}.${domain}`;
}
