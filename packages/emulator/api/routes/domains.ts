import { z } from "zod";
import type { Account } from "../../account/account";
import { DEFAULT_TTL } from "../../account/domains";
import type { DomainRecord } from "../../account/entities";
import { pageBody } from "../pagination";
import { type ApiRequest, created, noContent, ok, type Route, route } from "../router";

const DOMAINS = "/v2/domains";
const DOMAIN = `${DOMAINS}/{domain_name}`;
const RECORDS = `${DOMAIN}/records`;
const RECORD = `${RECORDS}/{domain_record_id}`;

const domainRequest = z.object({ name: z.string(), ipAddress: z.string().optional() });

const number = z.int().min(0).max(65_535).nullish();
const recordFields = z.object({
  type: z.enum(["A", "AAAA", "CAA", "CNAME", "MX", "NS", "SOA", "SRV", "TXT"]),
  name: z.string(),
  data: z.string(),
  priority: number,
  port: number,
  // godo sends 0 for the default.
  ttl: z
    .int()
    .nullish()
    .transform((ttl) => ttl || undefined),
  weight: number,
  flags: z.int().min(0).max(255).nullish(),
  tag: z.string().nullish(),
});

export function domainRoutes({ domains }: Account): Route[] {
  const show = (name: string) => ({
    name,
    ttl: DEFAULT_TTL,
    zoneFile: domains.zoneFile(name),
  });
  const update = (request: ApiRequest) => {
    const [domain, id] = place(request);
    const changes = Object.entries(request.body(recordFields.partial())).filter(
      ([, value]) => value !== undefined,
    );
    const record = domains.updateRecord(domain, id, Object.fromEntries(changes));
    return ok({ domainRecord: recordBody(record) });
  };
  return [
    route("GET", DOMAINS, (request) =>
      ok(pageBody(request, "domains", domains.list(), ({ id }) => show(id))),
    ),
    route("POST", DOMAINS, (request) => {
      const { name, ipAddress } = request.body(domainRequest);
      // The zone's file is not ready in the answer to its creation.
      return created({ domain: { ...show(domains.create(name, ipAddress).id), zoneFile: null } });
    }),
    route("GET", DOMAIN, (request) =>
      ok({ domain: show(domains.get(request.param("domain_name")).id) }),
    ),
    route("DELETE", DOMAIN, (request) => {
      domains.delete(request.param("domain_name"));
      return noContent();
    }),
    route("GET", RECORDS, (request) => {
      const name = request.query.get("name") ?? undefined;
      const type = request.query.get("type") ?? undefined;
      const records = domains.records(request.param("domain_name"), { name, type });
      return ok(pageBody(request, "domainRecords", records, recordBody));
    }),
    route("POST", RECORDS, (request) => {
      const record = domains.createRecord(request.param("domain_name"), request.body(recordFields));
      return created({ domainRecord: recordBody(record) });
    }),
    route("GET", RECORD, (request) =>
      ok({ domainRecord: recordBody(domains.record(...place(request))) }),
    ),
    route("PATCH", RECORD, update),
    route("PUT", RECORD, update),
    route("DELETE", RECORD, (request) => {
      domains.deleteRecord(...place(request));
      return noContent();
    }),
  ];
}

function place(request: ApiRequest): [domain: string, id: number] {
  return [request.param("domain_name"), Number(request.param("domain_record_id"))];
}

function recordBody({ domain: _, ...record }: DomainRecord) {
  return record;
}
