import type { RequestError } from "@octokit/request-error";
import type { EndpointDefaults, OctokitResponse } from "@octokit/types";
import {
  backoffMs,
  type RetryContext,
  type TransientFault,
  withRetries,
} from "../../../core/retry";
import { GitHubError, gitHubErrorOf, limitMs } from "./github-error";

/**
 * Time between two writing requests. It also keeps them below 80 a minute, GitHub's limit for creating content.
 *
 * @see https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
 */
const WRITE_GAP_MS = 1_000;

type Send = (
  options: Required<EndpointDefaults>,
) => OctokitResponse<unknown> | Promise<OctokitResponse<unknown>>;

/**
 * Sends requests up to four times: after GitHub's wait if a limit refuses them, and reading requests also after a 5xx or no
 * response. A writing request is repeated only if it certainly had no effect.
 *
 * @param repository - `owner/name`
 */
export function retryRequests(repository: string, patience: RetryContext, signal?: AbortSignal) {
  const { now, sleep } = patience;
  let nextWriteAt = 0;
  const keepGap = async () => {
    const gap = nextWriteAt - now().getTime();
    nextWriteAt = Math.max(nextWriteAt, now().getTime()) + WRITE_GAP_MS;
    if (gap > 0) {
      await sleep(gap);
    }
  };
  return async (send: Send, options: Required<EndpointDefaults>) => {
    // All GraphQL requests here only read.
    const reads = options.method === "GET" || options.url.endsWith("/graphql");
    const attempt = async () => {
      if (!reads) {
        await keepGap();
      }
      return send(options);
    };
    const troubleOf = (error: unknown, count: number) =>
      signal?.aborted || !isRequestError(error) ? undefined : trouble(error, reads, count, now());
    try {
      return requireJson(await withRetries(attempt, troubleOf, patience));
    } catch (error) {
      signal?.throwIfAborted();
      throw isRequestError(error) ? gitHubErrorOf(error, repository, now()) : error;
    }
  };
}

function trouble(
  error: RequestError,
  reads: boolean,
  attempt: number,
  now: Date,
): TransientFault | undefined {
  const { response } = error;
  const limit = limitMs(error, now, attempt);
  if (limit !== undefined) {
    return { what: `GitHub limits requests (${error.status})`, delayMs: limit };
  }
  const passes = response === undefined || (response.status >= 500 && response.status !== 501);
  if (!reads || !passes) {
    return undefined;
  }
  const what =
    response === undefined
      ? `GitHub does not answer (${error.message})`
      : `GitHub answers ${response.status}`;
  return { what, delayMs: backoffMs(attempt) };
}

/** Compares the error's name, because importing its class would load the client library. */
function isRequestError(error: unknown): error is RequestError {
  return error instanceof Error && error.name === "HttpError";
}

/** Rejects a proxy's response, which could otherwise look like an empty repository. */
function requireJson(response: OctokitResponse<unknown>): OctokitResponse<unknown> {
  if (response.status !== 204 && typeof response.data !== "object") {
    throw new GitHubError(
      "the response is not from GitHub (expected JSON)",
      "check which server answers at GITHUB_API_URL or behind the proxy",
    );
  }
  return response;
}
