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

/** One repository on GitHub. Whatever is asked through its client is answered, or fails with a {@link GitHubError}. */
export interface GitHub {
  readonly client: Octokit;
  /** The parameters that every route of the repository takes. */
  readonly repository: { readonly owner: string; readonly repo: string };
  /**
   * Login of the user that the token belongs to, such as `github-actions[bot]`. Asked for once, and by GraphQL: REST's
   * `/user` is closed to the tokens of GitHub Actions and of Apps.
   *
   * @see https://docs.github.com/en/graphql/reference/queries#viewer
   */
  readonly ownLogin: () => Promise<string>;
}

/**
 * Opens a repository; nothing is asked yet.
 *
 * Requests keep to GitHub's limits and are repeated where that is safe, see {@link retryRequests}.
 */
export async function openGitHub(
  { api, token, owner, repo }: GitHubAccess,
  options: GitHubOptions = {},
): Promise<GitHub> {
  const { signal, timeoutMs = REQUEST_TIMEOUT_MS } = options;
  // Loaded here: only who works with pull requests needs it.
  const { Octokit } = await import("@octokit/rest");
  const patience = retryContext(options);
  const client = new Octokit({
    auth: token,
    baseUrl: api,
    userAgent: "ephemeral-doks",
    request: {
      // A time limit is for each attempt, not for all of them.
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

/** @throws {GitHubError} when GitHub cannot be asked, or refuses the query, which it does with status 200 */
async function askForLogin(client: Octokit): Promise<string> {
  try {
    const { viewer } = await client.graphql<{ viewer: { login: string } }>("{ viewer { login } }");
    return viewer.login;
  } catch (error) {
    if (error instanceof Error && error.name === "GraphqlResponseError") {
      throw new GitHubError(
        `GitHub refused to answer whose token this is: ${error.message}`,
        "use GitHub's own token of the workflow, or one that may use the GraphQL API",
      );
    }
    throw error;
  }
}
