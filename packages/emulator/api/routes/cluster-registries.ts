import { z } from "zod";
import type { Account } from "../../account/account";
import { invalid } from "../../account/errors";
import { noContent, type Route, route } from "../router";

const clusterUuids = z.array(z.string()).min(1);
const allRegistries = z.object({ clusterUuids });
const someRegistries = z.object({ clusterUuids, registries: z.array(z.string()).min(1) });

/** Integrates clusters with all or some of the account's registries. */
export function clusterRegistryRoutes({ clusters, registries }: Account): Route[] {
  const all = () => {
    const names = registries.list().map(({ id }) => id);
    if (names.length === 0) {
      throw invalid("the account has no container registry");
    }
    return names;
  };
  const named = (names: readonly string[]) => names.map((name) => registries.get(name).id);
  return [
    route("POST", "/v2/kubernetes/registry", (request) => {
      const body = request.body(allRegistries);
      clusters.setRegistries(body.clusterUuids, all(), true);
      return noContent();
    }),
    route("DELETE", "/v2/kubernetes/registry", (request) => {
      const body = request.body(allRegistries);
      clusters.setRegistries(body.clusterUuids, all(), false);
      return noContent();
    }),
    route("POST", "/v2/kubernetes/registries", (request) => {
      const body = request.body(someRegistries);
      clusters.setRegistries(body.clusterUuids, named(body.registries), true);
      return noContent();
    }),
    route("DELETE", "/v2/kubernetes/registries", (request) => {
      const body = request.body(someRegistries);
      clusters.setRegistries(body.clusterUuids, named(body.registries), false);
      return noContent();
    }),
  ];
}
