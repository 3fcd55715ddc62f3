import { z } from "zod";
import type { Account } from "../../account/account";
import { pageBody } from "../pagination";
import { created, noContent, ok, type Route, route } from "../router";
import { imageRoutes, repositoryBody } from "./images";
import { dockerCredentials, registryBody, sharedRoutes, subscriptionBody } from "./registries";

const REGISTRY = "/v2/registry";

const createRequest = z.object({
  name: z.string(),
  subscriptionTierSlug: z.string(),
  region: z.string().optional(),
});

/** The deprecated API for accounts with one registry; the Terraform and Pulumi providers still use it to create registries. */
export function registryRoutes({ registries, images }: Account): Route[] {
  const body = (registry: Parameters<typeof registryBody>[0]) => ({
    registry: { ...registryBody(registry, registries), subscription: subscriptionBody(registries) },
  });
  return [
    route("GET", REGISTRY, () => ok(body(registries.onlyOne()))),
    route("POST", REGISTRY, (request) =>
      created(body(registries.create(request.body(createRequest)))),
    ),
    route("DELETE", REGISTRY, () => {
      registries.delete(registries.onlyOne().id);
      return noContent();
    }),
    route("GET", `${REGISTRY}/docker-credentials`, () =>
      ok(dockerCredentials(registries, registries.onlyOne().id)),
    ),
    route("GET", `${REGISTRY}/{registry_name}/repositories`, (request) => {
      const found = images.repositories(request.param("registry_name"));
      return ok(pageBody(request, "repositories", found, repositoryBody));
    }),
    ...imageRoutes(REGISTRY, images),
    ...sharedRoutes(REGISTRY, registries),
  ];
}
