import type { GitHub } from "./github";

/** The longest that GitHub takes, in characters. */
const LONGEST_DESCRIPTION = 140;

export interface CommitStatus {
  /** The status's name among those of the commit, such as `doks-env/environment`. */
  readonly context: string;
  readonly state: "pending" | "success" | "failure";
  /** A sentence without a full stop; what is longer than 140 characters is cut. */
  readonly description: string;
  /** Where its reader learns more. */
  readonly url?: string;
}

/**
 * Says of a commit how it stands.
 *
 * @param commit - in full
 * @throws {GitHubError} when GitHub cannot be asked, or does not allow it
 * @see https://docs.github.com/en/rest/commits/statuses#create-a-commit-status
 */
export async function setCommitStatus(
  { client, repository }: GitHub,
  commit: string,
  { context, state, description, url }: CommitStatus,
): Promise<void> {
  await client.rest.repos.createCommitStatus({
    ...repository,
    sha: commit,
    state,
    context,
    description:
      description.length > LONGEST_DESCRIPTION
        ? `${description.slice(0, LONGEST_DESCRIPTION - 3)}...`
        : description,
    target_url: url,
  });
}
