import { z } from "zod";
import type { Account } from "../../account/account";
import { noContent, ok, type Route, route } from "../router";

const RESOURCES = "/v2/kubernetes/clusters/{cluster_id}/destroy_with_associated_resources";
const ids = z
  .array(z.string())
  .nullish()
  .transform((list) => list ?? []);
const selection = z.object({ loadBalancers: ids, volumes: ids, volumeSnapshots: ids });

/** Deletes a cluster together with resources that it created in the account. */
export function clusterResourceRoutes({ clusters, clusterResources }: Account): Route[] {
  return [
    route("GET", RESOURCES, (request) => {
      const found = clusterResources.of(request.param("cluster_id"));
      const named = ({ id, name }: { id: string; name: string }) => ({ id, name });
      return ok({
        loadBalancers: found.loadBalancers.map(named),
        volumes: found.volumes.map(named),
        volumeSnapshots: found.volumeSnapshots.map(named),
      });
    }),
    route("DELETE", `${RESOURCES}/selective`, (request) => {
      const { id } = clusters.get(request.param("cluster_id"));
      clusterResources.destroySelected(id, request.body(selection));
      return noContent();
    }),
    route("DELETE", `${RESOURCES}/dangerous`, (request) => {
      clusterResources.destroyAll(request.param("cluster_id"));
      return noContent();
    }),
  ];
}
