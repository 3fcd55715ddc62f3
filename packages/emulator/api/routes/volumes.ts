import { z } from "zod";
import type { Account } from "../../account/account";
import type { Action, Volume } from "../../account/entities";
import { conflict, notFound } from "../../account/errors";
import { regionBody } from "../../account/offers/regions";
import { pageBody } from "../pagination";
import { required } from "../query";
import { accepted, created, noContent, ok, type Route, route } from "../router";

const VOLUMES = "/v2/volumes";
const VOLUME = `${VOLUMES}/{volume_id}`;

const createRequest = z.object({
  name: z.string(),
  region: z.string(),
  sizeGigabytes: z.int(),
  description: z.string().optional(),
  filesystemType: z.enum(["", "ext4", "xfs"]).optional(),
  filesystemLabel: z.string().max(16).optional(),
  // godo, and with it doctl, the provider and the CSI driver, sends "" for none.
  snapshotId: z
    .string()
    .optional()
    .transform((id) => id || undefined),
  tags: z
    .array(z.string())
    .nullish()
    .transform((tags) => tags ?? []),
});

const region = z.string().optional();
const actionRequest = z.discriminatedUnion("type", [
  z.object({ type: z.literal("attach"), dropletId: z.int(), region }),
  z.object({ type: z.literal("detach"), dropletId: z.int(), region }),
  z.object({ type: z.literal("resize"), sizeGigabytes: z.int(), region }),
]);
const namedActionRequest = z.object({
  type: z.enum(["attach", "detach"]),
  volumeName: z.string(),
  dropletId: z.int(),
  region: z.string(),
});

export function volumeRoutes({ volumes }: Account): Route[] {
  const act = (id: string, request: z.infer<typeof actionRequest>): Action => {
    switch (request.type) {
      case "attach":
        return volumes.attach(id, request.dropletId);
      case "detach":
        return volumes.detach(id, request.dropletId);
      case "resize":
        return volumes.resize(id, request.sizeGigabytes);
    }
  };
  const named = (name: string, slug: string): Volume => {
    const [volume] = volumes.list({ name, region: slug });
    if (!volume) {
      throw notFound("volume not found");
    }
    return volume;
  };
  return [
    route("GET", VOLUMES, (request) => {
      const name = request.query.get("name") ?? undefined;
      const slug = request.query.get("region") ?? undefined;
      return ok(pageBody(request, "volumes", volumes.list({ name, region: slug }), volumeBody));
    }),
    route("POST", VOLUMES, (request) =>
      created({ volume: volumeBody(volumes.create(request.body(createRequest))) }),
    ),
    route("DELETE", VOLUMES, (request) => {
      volumes.delete(named(required(request, "name"), required(request, "region")).id);
      return noContent();
    }),
    route("GET", VOLUME, (request) =>
      ok({ volume: volumeBody(volumes.get(request.param("volume_id"))) }),
    ),
    route("DELETE", VOLUME, (request) => {
      volumes.delete(request.param("volume_id"));
      return noContent();
    }),
    route("POST", `${VOLUMES}/actions`, (request) => {
      const { volumeName, ...action } = request.body(namedActionRequest);
      return accepted({ action: actionBody(act(named(volumeName, action.region).id, action)) });
    }),
    route("GET", `${VOLUME}/actions`, (request) => {
      const actions = volumes.actionsOf(request.param("volume_id"));
      return ok(pageBody(request, "actions", actions, actionBody));
    }),
    route("POST", `${VOLUME}/actions`, (request) => {
      const volume = volumes.get(request.param("volume_id"));
      const action = request.body(actionRequest);
      if (action.region !== undefined && action.region !== volume.region) {
        throw conflict(`the volume is in region ${volume.region}`);
      }
      return accepted({ action: actionBody(act(volume.id, action)) });
    }),
    route("GET", `${VOLUME}/actions/{action_id}`, (request) => {
      const id = Number(request.param("action_id"));
      const action = volumes.actionsOf(request.param("volume_id")).find((one) => one.id === id);
      if (!action) {
        throw notFound();
      }
      return ok({ action: actionBody(action) });
    }),
  ];
}

function volumeBody({ content: _, ...volume }: Volume) {
  return { ...volume, region: regionBody(volume.region) };
}

function actionBody({ volumeId: _, region: slug, ...action }: Action) {
  return {
    ...action,
    status: "completed",
    resourceId: null,
    resourceType: "volume",
    region: regionBody(slug),
    regionSlug: slug,
  };
}
