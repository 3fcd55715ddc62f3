/** `digitalocean:index/certificate:Certificate`. */
import type { PropertyMap } from "../../protocol/properties";
import { DigitalOceanError } from "../api-client";
import { explain, unlessNotFound } from "../explain";
import { type Field, notEmpty, oneOf } from "../fields";
import type { Operation, ResourceType } from "../resource-type";
import { objectOf, objectsOf, omitZero, stringOf, stringsOf } from "../values";
import { poll } from "../wait";

const CREATE_TIMEOUT = 600;
const DELETE_TIMEOUT = 900;
const BLOCKED = "Make sure the certificate is not in use before deleting it";
const PEM: Field = { kind: "string", replace: true, validate: notEmpty };

/** Its id is its name: each renewal by Let's Encrypt has another uuid. @see https://github.com/digitalocean/terraform-provider-digitalocean: certificate/resource_certificate.go */
export const certificate: ResourceType = {
  inputs: {
    name: { kind: "string", autoName: true, replace: true, validate: notEmpty },
    privateKey: PEM,
    leafCertificate: PEM,
    certificateChain: PEM,
    domains: { kind: "set", element: { kind: "string", validate: notEmpty }, replace: true },
    type: {
      kind: "string",
      default: "custom",
      replace: true,
      validate: oneOf("custom", "lets_encrypt"),
    },
  },
  outputs: ["uuid", "state", "notAfter", "sha1Fingerprint"],
  secretOutputs: ["privateKey"],

  async create(inputs, operation) {
    const { api, timeout, wait } = operation;
    const name = stringOf(inputs, "name");
    const request = omitZero({
      name,
      type: stringOf(inputs, "type"),
      private_key: stringOf(inputs, "privateKey"),
      leaf_certificate: stringOf(inputs, "leafCertificate"),
      certificate_chain: stringOf(inputs, "certificateChain"),
      dns_names: stringsOf(inputs, "domains"),
    });
    const work = api.request("POST", "/v2/certificates", request);
    const answer = await explain("Error creating Certificate: ", work);
    const uuid = stringOf(objectOf(answer, "certificate"), "id");
    const isVerified = async () => {
      const found = await api.request("GET", `/v2/certificates/${uuid}`);
      const state = stringOf(objectOf(found, "certificate"), "state");
      if (state !== "pending" && state !== "verified") {
        throw new Error(
          `Error waiting for certificate (${name}) to become active: unexpected state '${state}', wanted target 'verified'`,
        );
      }
      return state === "verified";
    };
    if (!(await poll(isVerified, timeout || CREATE_TIMEOUT, wait))) {
      throw new Error(`Error waiting for certificate (${name}) to become active: timeout`);
    }
    return name;
  },

  async read(id, state, operation) {
    const found = await explain("Error retrieving Certificate: ", named(id, operation));
    return (
      found && {
        ...state,
        name: stringOf(found, "name"),
        uuid: stringOf(found, "id"),
        type: stringOf(found, "type"),
        state: stringOf(found, "state"),
        notAfter: stringOf(found, "not_after"),
        sha1Fingerprint: stringOf(found, "sha1_fingerprint"),
        ...(stringOf(found, "type") === "custom"
          ? {}
          : { domains: stringsOf(found, "dns_names").sort() }),
      }
    );
  },

  /** Every change replaces it. */
  async update(_id, { news }) {
    return news;
  },

  /** Waits until no load balancer uses it. */
  async delete(id, _state, operation) {
    const { api, timeout, wait } = operation;
    const found = await explain("Error retrieving Certificate: ", named(id, operation));
    if (found === undefined) {
      throw new Error("Error retrieving Certificate: certificate not found");
    }
    const path = `/v2/certificates/${stringOf(found, "id")}`;
    const isGone = async () => {
      try {
        await unlessNotFound(api.request("DELETE", path));
        return true;
      } catch (error) {
        if (error instanceof DigitalOceanError && error.message.includes(BLOCKED)) {
          return false;
        }
        throw error;
      }
    };
    const isDone = (await isGone()) || (await poll(isGone, timeout || DELETE_TIMEOUT, wait));
    if (!isDone) {
      throw new Error(`Error deleting Certificate: timeout waiting to delete certificate "${id}"`);
    }
  },
};

async function named(name: string, { api }: Operation): Promise<PropertyMap | undefined> {
  const answer = await api.request("GET", `/v2/certificates?name=${encodeURIComponent(name)}`);
  return objectsOf(answer, "certificates").find((one) => stringOf(one, "name") === name);
}
