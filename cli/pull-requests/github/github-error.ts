import type { RequestError } from "@octokit/request-error";
import { UserError } from "../../../core/errors";

const REFERENCE = "https://docs.github.com/en/rest";
const STATUS_PAGE = "https://www.githubstatus.com";
const TOKENS_PAGE = "https://github.com/settings/tokens";
/** Wait without a time from GitHub: a minute, and longer after each attempt. */
const SECONDARY_LIMIT_MS = 60_000;

/** A failed request to GitHub. Contains only the request's method and path. */
export class GitHubError extends UserError {
  public override readonly name = "GitHubError";
  /** HTTP status; undefined without a response. */
  public readonly status: number | undefined;

  public constructor(message: string, fix: string, status?: number) {
    super(message, fix);
    this.status = status;
  }
}

/**
 * Converts the client library's error. The original is dropped, even as a `cause`, because it contains the request.
 */
export function gitHubErrorOf(error: RequestError, repository: string, now: Date): GitHubError {
  const { method, url } = error.request;
  const { response } = error;
  if (response === undefined) {
    return new GitHubError(
      `GitHub cannot be reached: ${method} ${url}: ${error.message}`,
      `check the network and GITHUB_API_URL; GitHub's status: ${STATUS_PAGE}`,
    );
  }
  const { status, headers } = response;
  const requestId = headers["x-github-request-id"];
  const said = messageOf(response.data);
  return new GitHubError(
    `GitHub answered ${method} ${new URL(url).pathname} with ${status}${said}${requestId ? ` (request ${requestId})` : ""}`,
    fixFor(error, repository, now),
    status,
  );
}

function fixFor(error: RequestError, repository: string, now: Date): string {
  const { status } = error;
  const limit = limitMs(error, now);
  if (limit !== undefined) {
    const until = new Date(now.getTime() + limit).toISOString().slice(11, 19);
    return `wait until ${until} UTC: GitHub limits the requests of a token`;
  }
  if (status === 401) {
    return `set GITHUB_TOKEN to a token that is neither expired nor revoked: ${TOKENS_PAGE}`;
  }
  if (status === 403) {
    // First for fine-grained and workflow tokens, then for classic ones.
    const { headers } = error.response ?? {};
    const needed =
      headers?.["x-accepted-github-permissions"] ?? headers?.["x-accepted-oauth-scopes"];
    return needed
      ? `give the token ${needed} on ${repository}; in a workflow, under \`permissions:\``
      : `give the token more permissions on ${repository}; in a workflow, under \`permissions:\``;
  }
  if (status === 404) {
    return `check that there is a repository ${repository}, and that the token may see it: GitHub answers 404 when it may not`;
  }
  return status >= 500
    ? `try again, or see ${STATUS_PAGE}`
    : `fix what the message reports; the request is described at ${REFERENCE}`;
}

/**
 * Returns the time to wait for a rate limit, in milliseconds; undefined if the refusal has another reason.
 *
 * @param attempt - number of refusals so far. @default 1
 * @see https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
 */
export function limitMs(
  { status, message, response }: RequestError,
  now: Date,
  attempt = 1,
): number | undefined {
  if (response === undefined || (status !== 403 && status !== 429)) {
    return undefined;
  }
  const { headers } = response;
  if (/^\d+$/.test(String(headers["retry-after"]))) {
    return Number(headers["retry-after"]) * 1000;
  }
  if (String(headers["x-ratelimit-remaining"]) === "0") {
    const reset = Number(headers["x-ratelimit-reset"]) * 1000;
    // The reset's own second still belongs to the old hour.
    return Math.max(0, reset - now.getTime()) + 1000;
  }
  return status === 429 || /secondary rate limit/i.test(message)
    ? SECONDARY_LIMIT_MS * 2 ** (attempt - 1)
    : undefined;
}

/** Adds the wrong fields of a validation error. */
function messageOf(data: unknown): string {
  const { message, errors } = (typeof data === "object" && data !== null ? data : {}) as {
    readonly message?: unknown;
    readonly errors?: unknown;
  };
  const details = Array.isArray(errors)
    ? ` (${errors.map((one) => JSON.stringify(one)).join(", ")})`
    : "";
  return typeof message === "string" ? `: ${message}${details}` : "";
}
