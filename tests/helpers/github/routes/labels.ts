import { NOT_FOUND, type Route } from "../route";

/** @see https://docs.github.com/en/rest/issues/labels#remove-a-label-from-an-issue */
export const LABELS: readonly Route[] = [
  {
    method: "DELETE",
    path: "/issues/{number}/labels/{name}",
    needs: ["issues:write", "pull_requests:write"],
    handle: ({ repository, params }) => {
      const pull = repository.pullRequests.get(Number(params.number));
      if (pull === undefined || !pull.labels.includes(params.name ?? "")) {
        return NOT_FOUND;
      }
      pull.labels = pull.labels.filter((label) => label !== params.name);
      return { status: 200, body: pull.labels.map((name) => ({ name })) };
    },
  },
];
