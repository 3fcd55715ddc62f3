import { z } from "zod";
import type { Account } from "../../account/account";
import { regions } from "../../account/catalogue/regions";
import { findTier, registryTiers, tierBody } from "../../account/catalogue/registry-tiers";
import type { GarbageCollection, Registry } from "../../account/entities";
import { notFound } from "../../account/errors";
import type { Registries } from "../../account/registries";
import { page, pageBody } from "../pagination";
import { type ApiRequest, created, noContent, ok, type Route, route } from "../router";

const REGISTRIES = "/v2/registries";

const createRequest = z.object({
  name: z.string(),
  subscriptionTierSlug: z.string().optional(),
  region: z.string().optional(),
});

export function registriesRoutes({ registries }: Account): Route[] {
  return [
    route("GET", REGISTRIES, () =>
      ok({
        registries: registries
          .list()
          .map((one) => ({ ...registryBody(one), subscription: subscriptionBody(registries) })),
      }),
    ),
    route("POST", REGISTRIES, (request) =>
      created({ registry: registryBody(registries.create(request.body(createRequest))) }),
    ),
    route("GET", `${REGISTRIES}/{registry_name}`, (request) =>
      ok({ registry: registryBody(registries.get(request.param("registry_name"))) }),
    ),
    route("DELETE", `${REGISTRIES}/{registry_name}`, (request) => {
      registries.delete(request.param("registry_name"));
      return noContent();
    }),
    route("GET", `${REGISTRIES}/{registry_name}/docker-credentials`, (request) =>
      ok(dockerCredentials(registries, request.param("registry_name"))),
    ),
    ...sharedRoutes(REGISTRIES, registries),
  ];
}

const tierRequest = z.object({ tierSlug: z.string() });
const nameRequest = z.object({ name: z.string() });
const cancelRequest = z.object({ cancel: z.literal(true) });
const startRequest = z.object({ type: z.string().optional() });

/** The routes that the deprecated `/v2/registry` has in the same form. */
export function sharedRoutes(base: string, registries: Registries): Route[] {
  const one = `${base}/{registry_name}`;
  const nameIn = (request: ApiRequest) => registries.get(request.param("registry_name")).id;
  const show = (collection: GarbageCollection) => collectionBody(registries, collection);
  const emptyRepository = (request: ApiRequest): never => {
    nameIn(request);
    throw notFound(`repository ${request.param("repository_name")} not found`);
  };
  return [
    route("GET", `${base}/subscription`, () => ok({ subscription: subscriptionBody(registries) })),
    route("POST", `${base}/subscription`, (request) => {
      registries.subscribe(request.body(tierRequest).tierSlug);
      return ok({ subscription: subscriptionBody(registries) });
    }),
    route("GET", `${base}/options`, () => ok({ options: optionsBody(registries) })),
    route("POST", `${base}/validate-name`, (request) => {
      registries.checkName(request.body(nameRequest).name);
      return noContent();
    }),
    route("GET", `${one}/repositoriesV2`, (request) => {
      nameIn(request);
      const { items, links, meta } = page(request, []);
      return ok({ repositories: items, links, meta });
    }),
    // Nothing can be pushed to an emulated registry, so no repository is ever found.
    route("GET", `${one}/repositories/{repository_name}/tags`, emptyRepository),
    route("GET", `${one}/repositories/{repository_name}/digests`, emptyRepository),
    route("DELETE", `${one}/repositories/{repository_name}/tags/{repository_tag}`, emptyRepository),
    route(
      "DELETE",
      `${one}/repositories/{repository_name}/digests/{manifest_digest}`,
      emptyRepository,
    ),
    route("GET", `${one}/garbage-collection`, (request) =>
      ok({ garbageCollection: show(registries.activeCollection(nameIn(request))) }),
    ),
    route("POST", `${one}/garbage-collection`, (request) => {
      request.body(startRequest);
      return created({ garbageCollection: show(registries.collect(nameIn(request))) });
    }),
    route("GET", `${one}/garbage-collections`, (request) =>
      ok(pageBody(request, "garbageCollections", registries.collections(nameIn(request)), show)),
    ),
    route("PUT", `${one}/garbage-collection/{garbage_collection_uuid}`, (request) => {
      const name = nameIn(request);
      request.body(cancelRequest);
      const id = request.param("garbage_collection_uuid");
      return ok({ garbageCollection: show(registries.cancelCollection(name, id)) });
    }),
  ];
}

export function registryBody({ id, ...registry }: Registry) {
  return {
    name: id,
    ...registry,
    storageUsageBytes: 0,
    storageUsageBytesUpdatedAt: registry.createdAt,
  };
}

export function subscriptionBody(registries: Registries) {
  const { tierSlug, createdAt, updatedAt } = registries.subscription();
  const tier = findTier(tierSlug);
  return { tier: tier && tierBody(tier), createdAt, updatedAt };
}

export function dockerCredentials(registries: Registries, name: string) {
  return { auths: { "registry.digitalocean.com": { auth: registries.dockerAuth(name) } } };
}

function optionsBody(registries: Registries) {
  return {
    availableRegions: regions.filter(({ registry }) => registry).map(({ slug }) => slug),
    subscriptionTiers: registryTiers.map((tier) => ({
      ...tierBody(tier),
      eligible: registries.isEligible(tier),
      eligibilityReasons: registries.isEligible(tier) ? [] : ["OverRepositoryLimit"],
    })),
  };
}

function collectionBody(registries: Registries, collection: GarbageCollection) {
  return {
    uuid: collection.id,
    registryName: collection.registryName,
    status: registries.statusOf(collection),
    createdAt: collection.createdAt,
    updatedAt: collection.cancelledAt ?? collection.createdAt,
    blobsDeleted: 0,
    freedBytes: 0,
  };
}
