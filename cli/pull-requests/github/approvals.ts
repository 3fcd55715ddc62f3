import type { GitHub } from "./github";
import { GitHubError } from "./github-error";
import { PAGE_SIZE } from "./pull-requests";

/** The review states that replace an earlier one of the same person; a comment does not. */
const VERDICTS = ["APPROVED", "CHANGES_REQUESTED", "DISMISSED"];
const MAY_PUSH = ["admin", "write"];

/**
 * Returns the commits of a pull request that a person with write access approves now. A review names the commit that its author
 * saw, even if a newer one was pushed before the review was sent. On GitHub, every user may review.
 *
 * Sends a request for every hundred reviews, and one for each person whose last review is an approval.
 *
 * @returns full hashes
 * @throws {GitHubError} when GitHub cannot be reached
 * @see https://docs.github.com/en/rest/pulls/reviews#list-reviews-for-a-pull-request
 */
export async function approvedCommits(gitHub: GitHub, number: number): Promise<string[]> {
  const { client, repository } = gitHub;
  // The oldest comes first.
  const reviews = await client.paginate(client.rest.pulls.listReviews, {
    ...repository,
    pull_number: number,
    per_page: PAGE_SIZE,
  });
  const last = new Map(
    reviews
      .filter(({ state }) => VERDICTS.includes(state))
      .map(({ user, state, commit_id }) => [user?.login, { state, commit: commit_id }]),
  );
  const approved: string[] = [];
  for (const [login, { state, commit }] of last) {
    if (state === "APPROVED" && login && commit && (await mayPush(gitHub, login))) {
      approved.push(commit);
    }
  }
  return approved;
}

/** @see https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user */
async function mayPush({ client, repository }: GitHub, username: string): Promise<boolean> {
  try {
    const { data } = await client.rest.repos.getCollaboratorPermissionLevel({
      ...repository,
      username,
    });
    return MAY_PUSH.includes(data.permission);
  } catch (error) {
    if (error instanceof GitHubError && error.status === 404) {
      return false; // An App, or a deleted account.
    }
    throw error;
  }
}
