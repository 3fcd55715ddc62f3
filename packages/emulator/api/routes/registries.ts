import { z } from "zod";
import type { Account } from "../../account/account";
import type { GarbageCollection, Registry } from "../../account/entities";
import { regions } from "../../account/offers/regions";
import { findTier, registryTiers, tierBody } from "../../account/offers/registry-tiers";
import type { Overrun, Registries } from "../../account/registries";
import { pageBody } from "../pagination";
import { type ApiRequest, created, noContent, ok, type Route, route } from "../router";
import { imageRoutes } from "./images";

const REGISTRIES = "/v2/registries";

const createRequest = z.object({
  name: z.string(),
  subscriptionTierSlug: z.string().optional(),
  region: z.string().optional(),
});

export function registriesRoutes({ registries, images }: Account): Route[] {
  const show = (registry: Registry) => registryBody(registry, registries);
  return [
    route("GET", REGISTRIES, () =>
      ok({
        registries: registries
          .list()
          .map((one) => ({ ...show(one), subscription: subscriptionBody(registries) })),
      }),
    ),
    route("POST", REGISTRIES, (request) =>
      created({ registry: show(registries.create(request.body(createRequest))) }),
    ),
    route("GET", `${REGISTRIES}/{registry_name}`, (request) =>
      ok({ registry: show(registries.get(request.param("registry_name"))) }),
    ),
    route("DELETE", `${REGISTRIES}/{registry_name}`, (request) => {
      registries.delete(request.param("registry_name"));
      return noContent();
    }),
    route("GET", `${REGISTRIES}/{registry_name}/docker-credentials`, (request) =>
      ok(dockerCredentials(registries, request.param("registry_name"))),
    ),
    route("DELETE", `${REGISTRIES}/{registry_name}/repositories/{repository_name}`, (request) => {
      images.deleteRepository(request.param("registry_name"), request.param("repository_name"));
      return noContent();
    }),
    ...imageRoutes(REGISTRIES, images),
    ...sharedRoutes(REGISTRIES, registries),
  ];
}

const tierRequest = z.object({ tierSlug: z.string() });
const nameRequest = z.object({ name: z.string() });
const cancelRequest = z.object({ cancel: z.literal(true) });
const startRequest = z.object({ type: z.string().optional() });

/** Routes that also exist under the deprecated `/v2/registry`. */
export function sharedRoutes(base: string, registries: Registries): Route[] {
  const one = `${base}/{registry_name}`;
  const nameIn = (request: ApiRequest) => registries.get(request.param("registry_name")).id;
  const show = (collection: GarbageCollection) => collectionBody(registries, collection);
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

export function registryBody({ id, ...registry }: Registry, registries: Registries) {
  const { bytes, updatedAt } = registries.storageUsage(id);
  return {
    name: id,
    ...registry,
    storageUsageBytes: bytes,
    storageUsageBytesUpdatedAt: updatedAt,
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
      ...eligibility(registries.overruns(tier)),
    })),
  };
}

/** The API has no specific error for too many registries here. */
function eligibility(overruns: readonly Overrun[]) {
  const reasons = overruns.map((overrun) =>
    overrun === "OverRegistryLimit" ? "OverRepositoryLimit" : overrun,
  );
  return { eligible: reasons.length === 0, eligibilityReasons: [...new Set(reasons)] };
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
