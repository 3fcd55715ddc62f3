/** `digitalocean:index/dnsRecord:DnsRecord`. */
import type { PropertyMap } from "../../protocol/properties";
import { explain, unlessNotFound } from "../explain";
import { type Field, notEmpty, oneOf } from "../fields";
import type { ResourceType } from "../resource-type";
import { numberOf, objectOf, omitZero, stringOf } from "../values";

const TYPES = ["A", "AAAA", "CAA", "CNAME", "MX", "NS", "TXT", "SRV", "SOA"];
/** Types whose value is a host, to which the API adds no dot. */
const HOSTS = ["CNAME", "MX", "NS", "SRV", "CAA"];
const NUMBER: Field = { kind: "integer" };

/** @see https://github.com/digitalocean/terraform-provider-digitalocean: domain/resource_record.go */
export const dnsRecord: ResourceType = {
  inputs: {
    type: { kind: "string", required: true, replace: true, validate: oneOf(...TYPES) },
    domain: { kind: "string", required: true, replace: true, validate: notEmpty },
    name: { kind: "string", autoName: true, validate: notEmpty },
    value: { kind: "string", required: true },
    port: NUMBER,
    priority: NUMBER,
    weight: NUMBER,
    ttl: { kind: "integer", computed: true },
    flags: NUMBER,
    tag: { kind: "string", validate: oneOf("issue", "issuewild", "iodef") },
  },
  outputs: ["fqdn"],
  secretOutputs: [],

  /** Not repeatable: a second request creates a second record. */
  async create(inputs, { api }) {
    const body = { ...toRequest(inputs), type: stringOf(inputs, "type") };
    const request = api.request("POST", recordsPath(inputs), body);
    const answer = await explain("Failed to create record: ", request);
    return String(numberOf(objectOf(answer, "domain_record"), "id"));
  },

  async read(id, state, { api }) {
    const answer = await unlessNotFound(api.request("GET", `${recordsPath(state)}/${id}`));
    const record = objectOf(answer, "domain_record");
    return record && { ...fromRecord(record, stringOf(state, "domain")) };
  },

  async update(id, { olds, news }, { api }) {
    const request = api.request("PUT", `${recordsPath(news)}/${id}`, toRequest(news));
    await explain("Failed to update record: ", request);
    return { ...olds, ...news };
  },

  async delete(id, state, { api }) {
    const request = unlessNotFound(api.request("DELETE", `${recordsPath(state)}/${id}`));
    await explain("Error deleting record: ", request);
  },
};

function recordsPath(properties: PropertyMap): string {
  return `/v2/domains/${stringOf(properties, "domain")}/records`;
}

function toRequest(inputs: PropertyMap): PropertyMap {
  return {
    name: stringOf(inputs, "name"),
    data: stringOf(inputs, "value"),
    priority: numberOf(inputs, "priority"),
    weight: numberOf(inputs, "weight"),
    flags: numberOf(inputs, "flags"),
    ...omitZero({
      port: numberOf(inputs, "port"),
      ttl: numberOf(inputs, "ttl"),
      tag: stringOf(inputs, "tag"),
    }),
  };
}

function fromRecord(record: PropertyMap, domain: string): PropertyMap {
  const [type, name, tag] = [
    stringOf(record, "type"),
    stringOf(record, "name"),
    stringOf(record, "tag"),
  ];
  const data = stringOf(record, "data");
  const isDotted = HOSTS.includes(type) && data !== "@" && tag !== "iodef";
  return {
    domain,
    type,
    name,
    value: isDotted ? `${data}.` : data,
    port: numberOf(record, "port"),
    priority: numberOf(record, "priority"),
    ttl: numberOf(record, "ttl"),
    weight: numberOf(record, "weight"),
    flags: numberOf(record, "flags"),
    tag,
    fqdn: name === "@" ? domain : `${name}.${domain}`,
  };
}
