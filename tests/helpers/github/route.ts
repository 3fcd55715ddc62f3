import type { GitHubWorld, Repository } from "./world";

/** A token's permissions, as in fine-grained tokens and in `permissions:` of a workflow. */
export type Permission =
  | "contents"
  | "issues"
  | "metadata"
  | "pull_requests"
  | "deployments"
  | "statuses";
export type Permissions = { readonly [name in Permission]?: "read" | "write" };

export interface RouteRequest {
  readonly world: GitHubWorld;
  readonly repository: Repository;
  /** The named parts of the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  /** Of the web pages. */
  readonly html: string;
}

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One route of a repository, as docs.github.com/en/rest describes it. */
export interface Route {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** What follows `/repos/{owner}/{repo}`, with names in braces. */
  readonly path: string;
  /** Any one of these is enough. */
  readonly needs: readonly `${Permission}:${"read" | "write"}`[];
  /** Accepted query parameters. Others are refused, although GitHub would ignore them. */
  readonly query?: readonly string[];
  /** Fields of the body with their types; a `?` after the name marks optional ones. */
  readonly body?: Readonly<Record<string, "string" | "boolean" | "object" | "array">>;
  readonly handle: (request: RouteRequest) => Reply;
}

export const NOT_FOUND: Reply = { status: 404, body: { message: "Not Found", status: "404" } };

/** @see https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api#validation-failed */
export function invalid(resource: string, field: string, code: string): Reply {
  return {
    status: 422,
    body: { message: "Validation Failed", errors: [{ resource, field, code }], status: "422" },
  };
}
