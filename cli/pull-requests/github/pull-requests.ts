import type { Octokit } from "@octokit/rest";
import { describeError } from "../../../core/errors";
import { type Listing, unlisted } from "../../../core/listing";
import type { GitHub } from "./github";
import { GitHubError } from "./github-error";

/** GitHub's maximum for a page. @see https://docs.github.com/en/rest/pulls/pulls#list-pull-requests */
export const PAGE_SIZE = 100;

export interface RepositoryPullRequest {
  readonly number: number;
  readonly state: "open" | "closed";
  /** Unix seconds. */
  readonly closedAt?: number;
  readonly head: {
    readonly ref: string;
    /** `owner/name`, possibly of a fork. @default - the repository was deleted */
    readonly repository?: string;
  };
}

type Answer = Awaited<ReturnType<Octokit["rest"]["pulls"]["list"]>>["data"][number];

/**
 * Lists all open pull requests, and those that are requested by number. A number that GitHub does not know is left out, because
 * its state is unknown.
 *
 * Sends one request for every hundred open pull requests, and one for each requested pull request that is not open.
 *
 * @returns a failed listing with the reason when GitHub cannot be reached; never a partial list
 */
export async function listPullRequests(
  gitHub: GitHub,
  asked: Iterable<number> = [],
): Promise<Listing<RepositoryPullRequest>> {
  try {
    const found = new Map<number, RepositoryPullRequest>();
    for (const pullRequest of await openPullRequests(gitHub)) {
      found.set(pullRequest.number, pullRequest);
    }
    // This also finds a pull request that the list missed because another was closed between two pages.
    for (const number of asked) {
      if (!found.has(number)) {
        const pullRequest = await readPullRequest(gitHub, number);
        if (pullRequest) {
          found.set(number, pullRequest);
        }
      }
    }
    return { state: "complete", items: [...found.values()] };
  } catch (error) {
    if (error instanceof GitHubError) {
      return unlisted(describeError(error));
    }
    throw error;
  }
}

/** @returns undefined for a pull request that does not exist or is not visible */
export async function readPullRequest(
  { client, repository }: GitHub,
  number: number,
): Promise<RepositoryPullRequest | undefined> {
  try {
    const { data } = await client.rest.pulls.get({ ...repository, pull_number: number });
    return pullRequestIn(data);
  } catch (error) {
    if (error instanceof GitHubError && error.status === 404) {
      return undefined;
    }
    throw error;
  }
}

async function openPullRequests({ client, repository }: GitHub): Promise<RepositoryPullRequest[]> {
  // Oldest first, so that new pull requests come last and do not shift the pages.
  const pages = client.paginate.iterator(client.rest.pulls.list, {
    ...repository,
    state: "open",
    sort: "created",
    direction: "asc",
    per_page: PAGE_SIZE,
  });
  const all: RepositoryPullRequest[] = [];
  for await (const { data } of pages) {
    all.push(...data.map(pullRequestIn));
  }
  return all;
}

function pullRequestIn({
  number,
  state,
  closed_at,
  head,
}: Pick<Answer, "number" | "state" | "closed_at" | "head">): RepositoryPullRequest {
  // According to the schema a head always has a repository, but for a deleted fork it is null.
  const { full_name: name } = (head.repo as typeof head.repo | null) ?? {};
  return {
    number,
    state: state === "open" ? "open" : "closed",
    ...(closed_at ? { closedAt: Date.parse(closed_at) / 1000 } : {}),
    head: { ref: head.ref, repository: name },
  };
}
