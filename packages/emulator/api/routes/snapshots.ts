import { z } from "zod";
import type { Account } from "../../account/account";
import type { VolumeSnapshot } from "../../account/entities";
import { pageBody } from "../pagination";
import { created, noContent, ok, type Route, route } from "../router";

const OF_VOLUME = "/v2/volumes/{volume_id}/snapshots";
/** A volume's snapshots are available under two paths. */
const SNAPSHOT_PATHS = ["/v2/snapshots/{snapshot_id}", "/v2/volumes/snapshots/{snapshot_id}"];

const createRequest = z.object({ name: z.string(), tags: z.array(z.string()).nullish() });

export function snapshotRoutes({ volumes }: Account): Route[] {
  return [
    route("GET", "/v2/snapshots", (request) => {
      const isOfDroplets = request.query.get("resource_type") === "droplet";
      const found = isOfDroplets ? [] : volumes.snapshots();
      return ok(pageBody(request, "snapshots", found, snapshotBody));
    }),
    ...SNAPSHOT_PATHS.flatMap((path) => [
      route("GET", path, (request) =>
        ok({ snapshot: snapshotBody(volumes.getSnapshot(request.param("snapshot_id"))) }),
      ),
      route("DELETE", path, (request) => {
        volumes.deleteSnapshot(request.param("snapshot_id"));
        return noContent();
      }),
    ]),
    route("GET", OF_VOLUME, (request) => {
      const { id } = volumes.get(request.param("volume_id"));
      return ok(pageBody(request, "snapshots", volumes.snapshots(id), snapshotBody));
    }),
    route("POST", OF_VOLUME, (request) => {
      const { id } = volumes.get(request.param("volume_id"));
      const { name, tags } = request.body(createRequest);
      return created({ snapshot: snapshotBody(volumes.takeSnapshot(id, name, tags ?? [])) });
    }),
  ];
}

function snapshotBody({ region, content: _, ...snapshot }: VolumeSnapshot) {
  return { ...snapshot, regions: [region], resourceType: "volume" };
}
