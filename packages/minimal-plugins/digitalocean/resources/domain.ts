/** `digitalocean:index/domain:Domain`: a zone. */
import { explain, unlessNotFound } from "../explain";
import { notEmpty } from "../fields";
import type { ResourceType } from "../resource-type";
import { numberOf, objectOf, omitZero, stringOf } from "../values";

/** @see https://github.com/digitalocean/terraform-provider-digitalocean: domain/resource_domain.go */
export const domain: ResourceType = {
  inputs: {
    name: { kind: "string", autoName: true, replace: true, validate: notEmpty },
    ipAddress: { kind: "string", replace: true, validate: notEmpty },
  },
  outputs: ["domainUrn", "ttl"],
  secretOutputs: [],

  async create(inputs, { api }) {
    const name = stringOf(inputs, "name");
    const request = omitZero({ name, ip_address: stringOf(inputs, "ipAddress") });
    await explain("Error creating Domain: ", api.request("POST", "/v2/domains", request));
    return name;
  },

  async read(id, state, { api }) {
    const answer = await explain(
      "Error retrieving domain: ",
      unlessNotFound(api.request("GET", `/v2/domains/${id}`)),
    );
    const found = objectOf(answer, "domain");
    return (
      found && {
        ...state,
        name: stringOf(found, "name"),
        domainUrn: `do:domain:${stringOf(found, "name")}`,
        ttl: numberOf(found, "ttl"),
      }
    );
  },

  /** Every change replaces it. */
  async update(_id, { news }) {
    return news;
  },

  async delete(id, _state, { api }) {
    await explain("Error deleting Domain: ", api.request("DELETE", `/v2/domains/${id}`));
  },
};
