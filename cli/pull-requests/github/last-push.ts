import { UserError } from "../../../core/errors";
import type { GitHub } from "./github";
import type { RepositoryPullRequest } from "./pull-requests";

export interface Push {
  /** Unix seconds. */
  readonly at: number;
  /** The commit that it brought, abbreviated. */
  readonly commit: string;
}

/**
 * The last push to a pull request's branch, in one request.
 *
 * The proof is `timestamp` in the activity of the repository that the branch is in: GitHub's own clock when it took
 * the push. Nothing else does: a commit's dates are whatever its author's machine said when it was made, which may be
 * long before; `pushed_at` of a repository is about all of its branches; and `updated_at` of a pull request moves with
 * every comment, also of our own warnings.
 *
 * @throws {GitHubError} when GitHub cannot be asked
 * @throws {UserError} when it does not tell
 * @see https://docs.github.com/en/rest/repos/repos#list-repository-activities
 */
export async function lastPush(
  { client }: GitHub,
  { number, head }: RepositoryPullRequest,
): Promise<Push> {
  const [owner, repo] = head.repository?.split("/") ?? [];
  if (owner === undefined || repo === undefined) {
    throw new UserError(
      `the fork that pull request ${number} is from was deleted, and its pushes with it`,
      `close pull request ${number} if nobody works on it any more`,
    );
  }
  const { data } = await client.rest.repos.listActivities({
    owner,
    repo,
    ref: `refs/heads/${head.ref}`,
  });
  // The newest is first. A branch that is deleted was not pushed to by that.
  const push = data.find(({ activity_type }) => activity_type !== "branch_deletion");
  if (push === undefined) {
    throw new UserError(
      `GitHub lists no push to ${head.ref} of ${owner}/${repo}, although there must have been one`,
      `see https://github.com/${owner}/${repo}/activity`,
    );
  }
  return { at: Date.parse(push.timestamp) / 1000, commit: push.after.slice(0, 7) };
}
