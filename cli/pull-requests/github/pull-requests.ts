import type { Octokit } from "@octokit/rest";
import { describeError } from "../../../core/errors";
import { type Listing, unlisted } from "../../../core/listing";
import type { GitHub } from "./github";
import { GitHubError } from "./github-error";

/** The most that a list gives at once. @see https://docs.github.com/en/rest/pulls/pulls#list-pull-requests */
export const PAGE_SIZE = 100;

export interface RepositoryPullRequest {
  readonly number: number;
  readonly state: "open" | "closed";
  /** Unix seconds. */
  readonly closedAt?: number;
  readonly head: {
    readonly ref: string;
    /** `owner/name`, of a fork perhaps. @default - it was deleted */
    readonly repository?: string;
  };
}

type Answer = Awaited<ReturnType<Octokit["rest"]["pulls"]["list"]>>["data"][number];

/**
 * All pull requests that are open, and whatever has become of those that are asked for. One that GitHub does not know is
 * left out: it may be anything.
 *
 * One request for every hundred that are open, and one for each that is asked for and not open.
 *
 * @returns a failed listing, with the reason, when GitHub cannot be asked; never a part of it
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
    // Also one that a list missed, because another was closed while it was read, is asked for by itself here.
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

/** @returns undefined when there is no such pull request, or it may not be seen */
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
  // From the oldest on: what is opened meanwhile comes last and moves nothing.
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
  // The schema says that a head always has a repository; of a fork that was deleted it is null.
  const { full_name: name } = (head.repo as typeof head.repo | null) ?? {};
  return {
    number,
    state: state === "open" ? "open" : "closed",
    ...(closed_at ? { closedAt: Date.parse(closed_at) / 1000 } : {}),
    head: { ref: head.ref, repository: name },
  };
}
