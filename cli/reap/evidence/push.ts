import type { Listing } from "../../../core/listing";
import type { GitHub } from "../../pull-requests/github/github";
import { lastPush } from "../../pull-requests/github/last-push";
import type { RepositoryPullRequest } from "../../pull-requests/github/pull-requests";
import { absent, failed, type Signal, seenAt } from "../policy/evidence";

export interface PullRequests {
  readonly gitHub: GitHub;
  readonly listing: Listing<RepositoryPullRequest>;
}

/**
 * Reads the last push to a pull request, with one request to GitHub.
 *
 * @param number - number of the environment's pull request; undefined without one
 * @param pullRequests - undefined when no repository is configured
 * @throws {UserError} when GitHub does not answer
 */
export async function pushSignal(
  number: number | undefined,
  pullRequests: PullRequests | undefined,
): Promise<Signal> {
  if (number === undefined) {
    return absent("push", "pull request", "it does not belong to a pull request");
  }
  const source = `pull request ${number}`;
  if (pullRequests === undefined) {
    return failed("push", source, "no repository is configured");
  }
  const { gitHub, listing } = pullRequests;
  if (listing.state !== "complete") {
    return failed("push", source, `the list of pull requests is ${listing.state}: ${listing.why}`);
  }
  const pullRequest = listing.items.find((one) => one.number === number);
  if (pullRequest === undefined) {
    return failed("push", source, "GitHub has no such pull request");
  }
  const { at, commit } = await lastPush(gitHub, pullRequest);
  return seenAt("push", source, at, `commit ${commit}`);
}
