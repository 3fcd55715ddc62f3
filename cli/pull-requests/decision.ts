import type { ProjectSettings } from "../../core/settings/schema";
import type { PullRequestEvent } from "./event";
import type { PullRequestNow } from "./github/pull-request-now";

export type PullRequestRules = ProjectSettings["pullRequests"];

/** A pull request as it is now. The event may be older: it may have waited, or be a rerun. */
export interface Present extends PullRequestNow {
  /** Commits that a reviewer with write access has approved. */
  readonly approved: readonly string[];
}

/** The facts about a pull request's environment. */
export interface Past {
  /** Commit of the last update, or undefined if the environment does not exist. */
  readonly commit: string | undefined;
  /** Whether this run has begun to bring it up. */
  readonly begun: boolean;
}

/** The decision about a pull request's environment, with the reason: a sentence without a full stop. */
export interface Decision {
  readonly does: "up" | "down" | "nothing";
  readonly why: string;
  /** Whether it waits for a person, so that the pull request should show it. */
  readonly waits?: true;
  /** A label of an earlier commit, which must be removed. */
  readonly revokes?: string;
}

/**
 * Decides what to do about an event.
 *
 * A fork's commit comes up only if a maintainer has approved it in a review of that commit and the label for forks is set.
 * Once either is withdrawn, the next event takes the environment down.
 *
 * GitHub keeps only the newest of the runs that wait for a pull request. So the run for any label brings up commits that were
 * pushed before it.
 *
 * @param present - the pull request as it is now. @default - from the event
 * @see https://docs.github.com/en/actions/how-tos/write-workflows/choose-when-workflows-run/control-workflow-concurrency
 */
export function decide(
  event: PullRequestEvent,
  rules: PullRequestRules,
  past: Past,
  present: Present = { ...event, approved: [] },
): Decision {
  const { number, action, label, isFork } = event;
  const { requireLabel, skipLabel, forkLabel } = rules;
  const { labels } = present;
  if (event.isClosed || present.isClosed) {
    return { does: "down", why: `pull request ${number} is closed` };
  }
  if (labels.includes(skipLabel)) {
    return { does: "down", why: `it has the label "${skipLabel}"` };
  }
  if (present.commit !== event.commit) {
    const why = `commit ${event.commit.slice(0, 7)} is not its newest any more: ${present.commit.slice(0, 7)} has its own run`;
    return { does: "nothing", why };
  }
  const isOfThisCommit = past.commit === event.commit;
  if (isFork && !isApproved(event, rules, present)) {
    const commit = event.commit.slice(0, 7);
    return isOfThisCommit
      ? { does: "down", why: `commit ${commit}, which comes from a fork, is no longer approved` }
      : {
          does: "nothing",
          why: `it comes from a fork: a maintainer has to approve commit ${commit} in a review, and then set the label "${forkLabel}"`,
          waits: true,
          // Labels that are set together each have an event.
          ...(action !== undefined && action !== "labeled" && labels.includes(forkLabel)
            ? { revokes: forkLabel }
            : {}),
        };
  }
  if (present.isDraft && !rules.drafts) {
    return { does: "nothing", why: "it is a draft (setting pullRequests.drafts)" };
  }
  if (requireLabel !== undefined && !labels.includes(requireLabel)) {
    const why = `it does not have the label "${requireLabel}" (setting pullRequests.requireLabel)`;
    return { does: "nothing", why };
  }
  const isAboutThis = label === requireLabel || (isFork && label === forkLabel);
  const isOnlyLabel = action === "labeled" || action === "unlabeled";
  if (isOnlyLabel && !isAboutThis && isOfThisCommit && !past.begun) {
    return { does: "nothing", why: `the label "${label ?? ""}" does not concern environments` };
  }
  return {
    does: "up",
    why:
      action === undefined ? "requested with --pull-request" : `pull request ${number}: ${action}`,
  };
}

/** Whether a review approves this commit and the label is set. A caller by hand names a commit, so it counts as approved. */
function isApproved(
  { action, commit, labels }: PullRequestEvent,
  { forkLabel }: PullRequestRules,
  present: Present,
): boolean {
  return action === undefined
    ? labels.includes(forkLabel)
    : present.labels.includes(forkLabel) && present.approved.includes(commit);
}
