import type { Octokit } from "@octokit/rest";
import type { RetryOptions } from "../../../core/retry";
import { retryContext } from "../../../core/retry";
import type { GitHubAccess } from "./access";
import { GitHubError } from "./github-error";
import { retryRequests } from "./retries";

const REQUEST_TIMEOUT_MS = 30_000;
/** @see https://docs.github.com/en/rest/about-the-rest-api/api-versions */
const API_VERSION = "2022-11-28";

export interface GitHubOptions extends RetryOptions {
  /** Longest time for one request, in milliseconds. @default 30000 */
  readonly timeoutMs?: number;
}

/** A repository on GitHub. Every request through its client succeeds or fails with a {@link GitHubError}. */
export interface GitHub {
  readonly client: Octokit;
  /** The parameters of every route of the repository. */
  readonly repository: { readonly owner: string; readonly repo: string };
  /**
   * Returns the login of the token's user, such as `github-actions[bot]`. It is read once, by GraphQL, because REST's `/user`
   * refuses the tokens of GitHub Actions and of Apps.
   *
   * @see https://docs.github.com/en/graphql/reference/queries#viewer
   */
  readonly ownLogin: () => Promise<string>;
}

/**
 * Opens a repository without a request.
 *
 * Requests respect GitHub's limits and are repeated where that is safe, see {@link retryRequests}.
 */
export async function openGitHub(
  { api, token, owner, repo }: GitHubAccess,
  options: GitHubOptions = {},
): Promise<GitHub> {
  const { signal, timeoutMs = REQUEST_TIMEOUT_MS } = options;
  // Loaded here, because only commands for pull requests need it.
  const { Octokit } = await import("@octokit/rest");
  const patience = retryContext(options);
  const client = new Octokit({
    auth: token,
    baseUrl: api,
    userAgent: "ephemeral-doks",
    request: {
      // Each attempt has its own time limit.
      fetch: (url: string, init: RequestInit) =>
        fetch(url, {
          ...init,
          signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]),
        }),
    },
    log: { debug: () => {}, info: () => {}, warn: patience.say, error: () => {} },
  });
  client.hook.before("request", (request) => {
    request.headers["x-github-api-version"] = API_VERSION;
  });
  client.hook.wrap("request", retryRequests(`${owner}/${repo}`, patience, signal));
  let login: string | undefined;
  return {
    client,
    repository: { owner, repo },
    ownLogin: async () => {
      login ??= await askForLogin(client);
      return login;
    },
  };
}

/** @throws {GitHubError} when GitHub cannot be reached, or refuses the query, for which it answers with status 200 */
async function askForLogin(client: Octokit): Promise<string> {
  try {
    const { viewer } = await client.graphql<{ viewer: { login: string } }>("{ viewer { login } }");
    return viewer.login;
  } catch (error) {
    if (error instanceof Error && error.name === "GraphqlResponseError") {
      throw new GitHubError(
        `GitHub did not return the token's user: ${error.message}`,
        "use GitHub's own token of the workflow, or one that may use the GraphQL API",
      );
    }
    throw error;
  }
}
