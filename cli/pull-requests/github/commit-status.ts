import type { GitHub } from "./github";

/** GitHub's limit, in characters. */
const LONGEST_DESCRIPTION = 140;

export interface CommitStatus {
  /** The status's name among those of the commit, such as `doks-env/environment`. */
  readonly context: string;
  readonly state: "pending" | "success" | "failure";
  /** A sentence without a full stop, cut after 140 characters. */
  readonly description: string;
  /** URL with details. */
  readonly url?: string;
}

/**
 * Sets a status of a commit.
 *
 * @param commit - full hash
 * @throws {GitHubError} when GitHub cannot be reached, or refuses
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
