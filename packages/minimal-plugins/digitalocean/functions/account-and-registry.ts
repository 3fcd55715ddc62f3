/** The account, and its container registry. */
import type { PropertyMap } from "../../protocol/properties";
import { explain, unlessNotFound } from "../explain";
import type { Operation } from "../resource-type";
import { booleanOf, goTime, numberOf, objectOf, stringOf } from "../values";

const REGISTRY_HOST = "registry.digitalocean.com";

export async function getAccount(_args: PropertyMap, { api }: Operation): Promise<PropertyMap> {
  const answer = await explain("Error retrieving account: ", api.request("GET", "/v2/account"));
  const account = objectOf(answer, "account");
  return {
    id: stringOf(account, "uuid"),
    dropletLimit: numberOf(account, "droplet_limit"),
    floatingIpLimit: numberOf(account, "floating_ip_limit"),
    email: stringOf(account, "email"),
    uuid: stringOf(account, "uuid"),
    emailVerified: booleanOf(account, "email_verified"),
    status: stringOf(account, "status"),
    statusMessage: stringOf(account, "status_message"),
  };
}

/** @throws {Error} when the account has no registry of that name. */
export async function getContainerRegistry(
  args: PropertyMap,
  { api }: Operation,
): Promise<PropertyMap> {
  const name = stringOf(args, "name");
  const answer = await explain(
    "Error retrieving container registry: ",
    unlessNotFound(api.request("GET", `/v2/registries/${name}`)),
  );
  if (answer === undefined) {
    throw new Error(`registry not found: ${name}`);
  }
  const registry = objectOf(answer, "registry");
  const subscription = await explain(
    "Error retrieving container registry subscription: ",
    api.request("GET", "/v2/registries/subscription"),
  );
  const tier = objectOf(objectOf(subscription, "subscription"), "tier");
  return {
    id: stringOf(registry, "name"),
    name: stringOf(registry, "name"),
    region: stringOf(registry, "region"),
    endpoint: `${REGISTRY_HOST}/${stringOf(registry, "name")}`,
    serverUrl: REGISTRY_HOST,
    createdAt: goTime(stringOf(registry, "created_at")),
    storageUsageBytes: numberOf(registry, "storage_usage_bytes"),
    subscriptionTierSlug: stringOf(tier, "slug"),
  };
}
