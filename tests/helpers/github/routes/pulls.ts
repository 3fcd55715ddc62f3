import { page } from "../pagination";
import { NOT_FOUND, type Route, type RouteRequest } from "../route";
import type { PullRequest } from "../world";

/** @see https://docs.github.com/en/rest/pulls/pulls */
export const PULLS: readonly Route[] = [
  {
    method: "GET",
    path: "/pulls",
    needs: ["pull_requests:read"],
    query: ["state", "head", "base", "sort", "direction", "per_page", "page"],
    handle: (request) => {
      const state = request.query.get("state") ?? "open";
      const direction = request.query.get("direction") ?? "desc";
      const found = [...request.repository.pullRequests.values()]
        .filter((pull) => state === "all" || pull.state === state)
        .sort((one, other) => one.number - other.number);
      const sorted = direction === "asc" ? found : found.reverse();
      return page(
        sorted.map((pull) => wire(pull, request)),
        request,
      );
    },
  },
  {
    method: "GET",
    path: "/pulls/{number}",
    needs: ["pull_requests:read"],
    handle: (request) => {
      const pull = request.repository.pullRequests.get(Number(request.params.number));
      return pull === undefined ? NOT_FOUND : { status: 200, body: wire(pull, request) };
    },
  },
];

function wire(pull: PullRequest, { repository, html }: RouteRequest) {
  const { number, state, created_at, closed_at, head, labels, draft } = pull;
  return {
    id: 10_000 + number,
    number,
    state,
    locked: false,
    title: `Pull request ${number}`,
    html_url: `${html}/${repository.name}/pull/${number}`,
    created_at,
    updated_at: closed_at ?? created_at,
    closed_at,
    merged_at: null,
    labels: labels.map((name) => ({ name })),
    draft,
    head: { ref: head.ref, sha: head.sha, repo: head.repository && { full_name: head.repository } },
    base: { ref: "main", repo: { full_name: repository.name } },
  };
}
