import type { GitHub } from "./github";
import { GitHubError } from "./github-error";

export interface PullRequestNow {
  /** Full hash of the newest commit. */
  readonly commit: string;
  readonly labels: readonly string[];
  readonly isDraft: boolean;
  readonly isClosed: boolean;
}

/** @throws {GitHubError} when GitHub cannot be reached, or the pull request does not exist */
export async function readPullRequestNow(
  { client, repository }: GitHub,
  number: number,
): Promise<PullRequestNow> {
  const { data } = await client.rest.pulls.get({ ...repository, pull_number: number });
  return {
    commit: data.head.sha,
    labels: data.labels.map(({ name }) => name),
    isDraft: data.draft === true,
    isClosed: data.state === "closed",
  };
}

/** Removes a label from a pull request. A missing label is not an error. */
export async function removeLabel(
  { client, repository }: GitHub,
  number: number,
  label: string,
): Promise<void> {
  try {
    await client.rest.issues.removeLabel({ ...repository, issue_number: number, name: label });
  } catch (error) {
    if (!(error instanceof GitHubError && error.status === 404)) {
      throw error;
    }
  }
}
