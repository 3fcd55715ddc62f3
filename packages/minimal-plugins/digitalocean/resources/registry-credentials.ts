/** `digitalocean:index/containerRegistryDockerCredentials:ContainerRegistryDockerCredentials`. */
import type { PropertyMap } from "../../protocol/properties";
import { explain, unlessNotFound } from "../explain";
import { BOOLEAN, notEmpty } from "../fields";
import type { Operation, ResourceType } from "../resource-type";
import { booleanOf, numberOf, rfc3339, stringOf } from "../values";

/** Maximum lifetime of a credential, in seconds: about 50 years. */
const LONGEST = 1_576_800_000;

/** @see https://github.com/digitalocean/terraform-provider-digitalocean: resource_container_registry_docker_credentials.go */
export const registryCredentials: ResourceType = {
  inputs: {
    registryName: { kind: "string", required: true, replace: true, validate: notEmpty },
    write: BOOLEAN,
    expirySeconds: {
      kind: "integer",
      default: LONGEST,
      validate: (value) =>
        typeof value === "number" && (value < 0 || value > LONGEST)
          ? `must be between 0 and ${LONGEST}, got ${value}`
          : undefined,
    },
  },
  outputs: ["credentialExpirationTime", "dockerCredentials"],
  secretOutputs: ["dockerCredentials"],

  async create(inputs) {
    return stringOf(inputs, "registryName");
  },

  /** New credentials are created only when those in the state have expired. */
  async read(_id, state, operation) {
    const { api } = operation;
    const name = stringOf(state, "registryName");
    const registry = await explain(
      `registry ${JSON.stringify(name)} not found: `,
      unlessNotFound(api.request("GET", `/v2/registries/${name}`)),
    );
    if (registry === undefined) {
      return undefined;
    }
    const expiresAt = Date.parse(stringOf(state, "credentialExpirationTime"));
    return expiresAt >= Date.now()
      ? state
      : { ...state, ...(await newCredentials(state, operation)) };
  },

  /** Without credentials in the state, the read requests new ones with the new inputs. */
  async update(_id, { news }) {
    return news;
  },

  /**
   * Leaves the credentials to expire. The official provider revokes them at cloud.digitalocean.com, which is not on
   * this machine.
   */
  async delete() {},
};

async function newCredentials(inputs: PropertyMap, { api }: Operation): Promise<PropertyMap> {
  const seconds = numberOf(inputs, "expirySeconds");
  const query = `read_write=${booleanOf(inputs, "write")}&expiry_seconds=${seconds}`;
  const path = `/v2/registries/${stringOf(inputs, "registryName")}/docker-credentials?${query}`;
  const credentials = await explain(
    "Error retrieving docker credentials: ",
    api.request("GET", path),
  );
  return {
    dockerCredentials: JSON.stringify(credentials),
    credentialExpirationTime: rfc3339(new Date(Date.now() + seconds * 1000)),
  };
}
