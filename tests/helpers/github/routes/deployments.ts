import { page } from "../pagination";
import { invalid, NOT_FOUND, type Route } from "../route";

const STATES = ["error", "failure", "inactive", "in_progress", "queued", "pending", "success"];

/** @see https://docs.github.com/en/rest/deployments */
export const DEPLOYMENTS: readonly Route[] = [
  {
    method: "GET",
    path: "/deployments",
    needs: ["deployments:read"],
    query: ["sha", "ref", "task", "environment", "per_page", "page"],
    handle: (request) => {
      const environment = request.query.get("environment") ?? "none";
      const found = request.repository.deployments.filter(
        (deployment) => environment === "none" || deployment.environment === environment,
      );
      return page(
        found.map(({ statuses: _statuses, ...deployment }) => deployment),
        request,
      );
    },
  },
  {
    method: "POST",
    path: "/deployments",
    needs: ["deployments:write"],
    body: {
      ref: "string",
      "environment?": "string",
      "auto_merge?": "boolean",
      "required_contexts?": "array",
      "transient_environment?": "boolean",
      "production_environment?": "boolean",
    },
    handle: ({ repository, body, world }) => {
      const { ref, environment = "production" } = body;
      const deployment = {
        id: world.nextId(),
        sha: String(ref),
        environment: String(environment),
        statuses: [],
      };
      repository.deployments.unshift(deployment);
      return { status: 201, body: { ...deployment, created_at: world.time() } };
    },
  },
  {
    method: "GET",
    path: "/deployments/{id}/statuses",
    needs: ["deployments:read"],
    query: ["per_page", "page"],
    handle: (request) => {
      const { repository, params } = request;
      const found = repository.deployments.find(({ id }) => id === Number(params.id));
      return found === undefined ? NOT_FOUND : page(found.statuses, request);
    },
  },
  {
    method: "POST",
    path: "/deployments/{id}/statuses",
    needs: ["deployments:write"],
    body: {
      state: "string",
      "environment_url?": "string",
      "log_url?": "string",
      "auto_inactive?": "boolean",
    },
    handle: ({ repository, params, body, world }) => {
      const { state, environment_url = "", log_url = "" } = body;
      const found = repository.deployments.find(({ id }) => id === Number(params.id));
      if (found === undefined) {
        return NOT_FOUND;
      }
      if (!STATES.includes(String(state))) {
        return invalid("DeploymentStatus", "state", "custom");
      }
      const status = {
        id: world.nextId(),
        state: String(state),
        environment_url: String(environment_url),
        log_url: String(log_url),
      };
      found.statuses.unshift(status);
      return { status: 201, body: { ...status, created_at: world.time() } };
    },
  },
];
