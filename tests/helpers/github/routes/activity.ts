import { pageAfter } from "../pagination";
import type { Route } from "../route";

/** @see https://docs.github.com/en/rest/repos/repos#list-repository-activities */
export const ACTIVITY: readonly Route[] = [
  {
    method: "GET",
    path: "/activity",
    needs: ["contents:read"],
    query: [
      "direction",
      "per_page",
      "before",
      "after",
      "ref",
      "actor",
      "time_period",
      "activity_type",
    ],
    handle: (request) => {
      const { query, repository } = request;
      const ref = query.get("ref");
      const type = query.get("activity_type");
      const found = repository.activities.filter(
        (activity) =>
          (ref === null || activity.ref === ref || activity.ref === `refs/heads/${ref}`) &&
          (type === null || activity.activity_type === type),
      );
      const sorted = query.get("direction") === "asc" ? found : found.reverse();
      return pageAfter(
        sorted.map((activity) => ({ ...activity, actor: { login: "alice", type: "User" } })),
        request,
      );
    },
  },
];
