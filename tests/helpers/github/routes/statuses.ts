import { invalid, type Route } from "../route";

const STATES = ["error", "failure", "pending", "success"];
const LONGEST_DESCRIPTION = 140;

/** Of these types, as the server has checked. */
interface Status {
  readonly state: string;
  readonly description?: string;
  readonly context?: string;
  readonly target_url?: string;
}

/** @see https://docs.github.com/en/rest/commits/statuses#create-a-commit-status */
export const STATUSES: readonly Route[] = [
  {
    method: "POST",
    path: "/statuses/{sha}",
    needs: ["statuses:write"],
    body: {
      state: "string",
      "target_url?": "string",
      "description?": "string",
      "context?": "string",
    },
    handle: ({ repository, params, body, world }) => {
      const {
        state,
        description = "",
        context = "default",
        target_url = null,
      } = body as unknown as Status;
      if (!STATES.includes(state)) {
        return invalid("Status", "state", "custom");
      }
      if (description.length > LONGEST_DESCRIPTION) {
        return invalid("Status", "description", "custom");
      }
      const status = {
        id: world.nextId(),
        sha: params.sha ?? "",
        state,
        context,
        description,
        target_url,
      };
      repository.statuses.unshift(status);
      return { status: 201, body: { ...status, created_at: world.time() } };
    },
  },
];
