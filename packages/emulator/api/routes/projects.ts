import { z } from "zod";
import type { Account } from "../../account/account";
import type { Project } from "../../account/entities";
import { unprocessable } from "../../account/errors";
import { pageBody } from "../pagination";
import { created, noContent, ok, type Route, route } from "../router";

const PROJECTS = "/v2/projects";
/** `default` stands for the id of the default project. */
const PROJECT = `${PROJECTS}/{project_id}`;
const PATHS = [`${PROJECTS}/default`, PROJECT] as const;

const environment = z
  .string()
  .transform((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())
  .pipe(z.enum(["Development", "Staging", "Production", ""]));
const createRequest = z.object({
  name: z.string(),
  purpose: z.string(),
  description: z.string().default(""),
  environment: environment.default(""),
});
const replaceRequest = z.object({
  name: z.string(),
  description: z.string(),
  purpose: z.string(),
  environment,
  isDefault: z.boolean(),
});
const changeRequest = replaceRequest.partial();
const URN = /^do:(dbaas|domain|droplet|floatingip|loadbalancer|space|volume|kubernetes|vpc):.+/;
const assignRequest = z.object({ resources: z.array(z.string().regex(URN)).nullish() });

export function projectRoutes({ projects, store }: Account): Route[] {
  const show = (project: Project) => projectBody(project, store.profile.uuid);
  return [
    route("GET", PROJECTS, (request) => ok(pageBody(request, "projects", projects.list(), show))),
    route("POST", PROJECTS, (request) =>
      created({ project: show(projects.create(request.body(createRequest))) }),
    ),
    route("DELETE", PROJECT, (request) => {
      projects.delete(request.param("project_id"));
      return noContent();
    }),
    ...PATHS.flatMap((path) => {
      const idIn = (param: (name: string) => string) =>
        path === PROJECT ? param("project_id") : "default";
      return [
        route("GET", path, (request) => ok({ project: show(projects.get(idIn(request.param))) })),
        route("PUT", path, (request) => {
          const { id } = projects.get(idIn(request.param));
          return ok({ project: show(projects.update(id, request.body(replaceRequest))) });
        }),
        route("PATCH", path, (request) => {
          const { id } = projects.get(idIn(request.param));
          const changes = request.body(changeRequest);
          if (Object.keys(changes).length === 0) {
            throw unprocessable("at least one attribute must be given");
          }
          return ok({ project: show(projects.update(id, changes)) });
        }),
        route("GET", `${path}/resources`, (request) => {
          const resources = projects.resourcesOf(idIn(request.param));
          return ok(
            pageBody(request, "resources", resources, (one) =>
              resourceBody({ ...one, status: "ok" }, request.origin),
            ),
          );
        }),
        route("POST", `${path}/resources`, (request) => {
          const { id } = projects.get(idIn(request.param));
          const urns = request.body(assignRequest).resources ?? [];
          return ok({
            resources: projects.assign(id, urns).map((one) => resourceBody(one, request.origin)),
          });
        }),
      ];
    }),
  ];
}

function projectBody(project: Project, ownerUuid: string) {
  return { ...project, ownerUuid, ownerId: 1 };
}

const RESOURCE_PATHS: Readonly<Record<string, string>> = {
  kubernetes: "kubernetes/clusters",
  droplet: "droplets",
  loadbalancer: "load_balancers",
  volume: "volumes",
};

function resourceBody(
  resource: { urn: string; assignedAt: string; status: string },
  origin: string,
) {
  const [, kind = "", id = ""] = resource.urn.split(":");
  return { ...resource, links: { self: `${origin}/v2/${RESOURCE_PATHS[kind] ?? kind}/${id}` } };
}
