import { UserError } from "../../../core/errors";
import type { GitHub } from "./github";
import type { RepositoryPullRequest } from "./pull-requests";

export interface Push {
  /** Unix seconds. */
  readonly at: number;
  /** The pushed commit, abbreviated. */
  readonly commit: string;
}

/**
 * Returns the last push to a pull request's branch, with one request.
 *
 * It uses `timestamp` in the activity of the branch's repository, which is GitHub's own time of the push. A commit's dates come
 * from its author's machine and may be much older, a repository's `pushed_at` is about all branches, and `updated_at` of a pull
 * request changes with every comment, also with our warnings.
 *
 * @throws {GitHubError} when GitHub cannot be reached
 * @throws {UserError} when the activity has no push
 * @see https://docs.github.com/en/rest/repos/repos#list-repository-activities
 */
export async function lastPush(
  { client }: GitHub,
  { number, head }: RepositoryPullRequest,
): Promise<Push> {
  const [owner, repo] = head.repository?.split("/") ?? [];
  if (owner === undefined || repo === undefined) {
    throw new UserError(
      `the fork of pull request ${number} was deleted, and its pushes with it`,
      `close pull request ${number} if it is abandoned`,
    );
  }
  const { data } = await client.rest.repos.listActivities({
    owner,
    repo,
    ref: `refs/heads/${head.ref}`,
  });
  // The newest is first. Deleting a branch is not a push.
  const push = data.find(({ activity_type }) => activity_type !== "branch_deletion");
  if (push === undefined) {
    throw new UserError(
      `GitHub lists no push to ${head.ref} of ${owner}/${repo}, although there must have been one`,
      `see https://github.com/${owner}/${repo}/activity`,
    );
  }
  return { at: Date.parse(push.timestamp) / 1000, commit: push.after.slice(0, 7) };
}
