import { page } from "../pagination";
import { invalid, NOT_FOUND, type Route, type RouteRequest } from "../route";
import type { Comment } from "../world";

const LONGEST_BODY = 65_536;
const WRITERS = ["issues:write", "pull_requests:write"] as const;

/** A pull request's comments are an issue's. @see https://docs.github.com/en/rest/issues/comments */
export const COMMENTS: readonly Route[] = [
  {
    method: "GET",
    path: "/issues/{number}/comments",
    needs: ["issues:read", "pull_requests:read"],
    query: ["since", "per_page", "page"],
    handle: (request) => {
      const number = Number(request.params.number);
      return request.repository.pullRequests.has(number)
        ? page(
            request.repository.commentsOn(number).map((comment) => wire(comment, request)),
            request,
          )
        : NOT_FOUND;
    },
  },
  {
    method: "POST",
    path: "/issues/{number}/comments",
    needs: WRITERS,
    body: { body: "string" },
    handle: (request) => {
      const number = Number(request.params.number);
      const body = String(request.body.body);
      if (!request.repository.pullRequests.has(number)) {
        return NOT_FOUND;
      }
      return (
        refusal(body) ?? {
          status: 201,
          body: wire(request.repository.comment(number, body), request),
        }
      );
    },
  },
  {
    method: "PATCH",
    path: "/issues/comments/{id}",
    needs: WRITERS,
    body: { body: "string" },
    handle: (request) => {
      const comment = request.repository.comments.get(Number(request.params.id));
      const body = String(request.body.body);
      if (comment === undefined) {
        return NOT_FOUND;
      }
      const refused = refusal(body);
      if (refused) {
        return refused;
      }
      comment.body = body;
      comment.updated_at = request.world.time();
      return { status: 200, body: wire(comment, request) };
    },
  },
];

function refusal(body: string) {
  if (body.trim() === "") {
    return invalid("IssueComment", "body", "missing_field");
  }
  return body.length > LONGEST_BODY ? invalid("IssueComment", "body", "too_long") : undefined;
}

function wire(comment: Comment, { repository, html }: RouteRequest) {
  const { id, issue, author, body, created_at, updated_at } = comment;
  return {
    id,
    html_url: `${html}/${repository.name}/pull/${issue}#issuecomment-${id}`,
    body,
    user: { login: author, type: author.endsWith("[bot]") ? "Bot" : "User" },
    created_at,
    updated_at,
  };
}
