import { z } from "zod";
import type { Account } from "../../account/account";
import type { TaggedKind, TagUse } from "../../account/tags";
import { pageBody } from "../pagination";
import { created, noContent, ok, type Route, route } from "../router";

const TAGS = "/v2/tags";
const TAG = `${TAGS}/{tag_id}`;

const createRequest = z.object({ name: z.string() });
const resourcesRequest = z.object({
  resources: z.array(
    z.object({
      resourceId: z.coerce.string(),
      // The cloud controller of DOKS tags load balancers, too.
      resourceType: z.enum(["droplet", "volume", "volume_snapshot", "load_balancer"]),
    }),
  ),
});

export function tagRoutes({ tags }: Account): Route[] {
  const show = (name: string) => {
    const used = (kind: TaggedKind, path: string, origin: string) =>
      useBody(tags.use(name, kind), `${origin}${path}`);
    return (origin: string) => {
      const kinds = {
        droplets: used("droplet", "/v2/droplets", origin),
        images: useBody({ count: 0, last: undefined }, ""),
        volumes: used("volume", "/v2/volumes", origin),
        volumeSnapshots: used("volume_snapshot", "/v2/snapshots", origin),
        databases: useBody({ count: 0, last: undefined }, ""),
      };
      const count = Object.values(kinds).reduce((sum, kind) => sum + kind.count, 0);
      return { name, resources: { count, ...kinds } };
    };
  };
  return [
    route("GET", TAGS, (request) =>
      ok(pageBody(request, "tags", tags.list(), (name) => show(name)(request.origin))),
    ),
    route("POST", TAGS, (request) => {
      const { id } = tags.create(request.body(createRequest).name);
      return created({ tag: show(id)(request.origin) });
    }),
    route("GET", TAG, (request) =>
      ok({ tag: show(tags.get(request.param("tag_id")))(request.origin) }),
    ),
    route("DELETE", TAG, (request) => {
      tags.delete(request.param("tag_id"));
      return noContent();
    }),
    ...(["POST", "DELETE"] as const).map((method) =>
      route(method, `${TAG}/resources`, (request) => {
        const name = tags.get(request.param("tag_id"));
        for (const { resourceId, resourceType } of request.body(resourcesRequest).resources) {
          tags.assign(name, resourceType, resourceId, method === "POST");
        }
        return noContent();
      }),
    ),
  ];
}

function useBody({ count, last }: TagUse, url: string) {
  return { count, ...(last !== undefined && { lastTaggedUri: `${url}/${last}` }) };
}
