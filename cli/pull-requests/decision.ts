import type { ProjectSettings } from "../../core/settings/schema";
import type { PullRequestEvent } from "./event";
import type { PullRequestNow } from "./github/pull-request-now";

export type PullRequestRules = ProjectSettings["pullRequests"];

/** A pull request as it is now; the event may have waited, or be an old one that somebody runs again. */
export interface Present extends PullRequestNow {
  /** Commits that somebody who may push approves of, in a review. */
  readonly approved: readonly string[];
}

/** The facts about a pull request's environment. */
export interface Past {
  /** The commit of the last update; undefined when the environment does not exist. */
  readonly commit: string | undefined;
  /** Whether this very run has begun to bring it up. */
  readonly begun: boolean;
}

/** The decision about a pull request's environment, with the reason: a sentence without a full stop. */
export interface Decision {
  readonly does: "up" | "down" | "nothing";
  readonly why: string;
  /** It waits for somebody, who should be told. */
  readonly waits?: true;
  /** A label that spoke of an earlier commit, and is to be taken off. */
  readonly revokes?: string;
}

/**
 * Decides what to do about an event.
 *
 * Of a fork only a commit comes up that a maintainer has approved, in a review of that commit, while the label for forks is
 * there. Taking back either takes the environment down with the next event.
 *
 * Of runs that wait for the same pull request GitHub keeps the newest only. So whatever label is set, its run brings up what
 * was pushed before.
 *
 * @param present - the pull request as it is now. @default - as the event has it
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
    const why = `commit ${event.commit.slice(0, 7)} is not its newest any more: ${present.commit.slice(0, 7)} has a run of its own`;
    return { does: "nothing", why };
  }
  const isOfThisCommit = past.commit === event.commit;
  if (isFork && !isApproved(event, rules, present)) {
    const commit = event.commit.slice(0, 7);
    return isOfThisCommit
      ? { does: "down", why: `commit ${commit}, which comes from a fork, is not approved any more` }
      : {
          does: "nothing",
          why: `it comes from a fork: a maintainer has to approve commit ${commit} in a review, and then set the label "${forkLabel}"`,
          waits: true,
          // Of several labels that are set at once each has an event.
          ...(action !== undefined && action !== "labeled" && labels.includes(forkLabel)
            ? { revokes: forkLabel }
            : {}),
        };
  }
  if (present.isDraft && !rules.drafts) {
    return { does: "nothing", why: "it is a draft (setting pullRequests.drafts)" };
  }
  if (requireLabel !== undefined && !labels.includes(requireLabel)) {
    const why = `it has not the label "${requireLabel}" (setting pullRequests.requireLabel)`;
    return { does: "nothing", why };
  }
  const isAboutThis = label === requireLabel || (isFork && label === forkLabel);
  const isOnlyLabel = action === "labeled" || action === "unlabeled";
  if (isOnlyLabel && !isAboutThis && isOfThisCommit && !past.begun) {
    return { does: "nothing", why: `the label "${label ?? ""}" does not concern environments` };
  }
  return {
    does: "up",
    why: action === undefined ? "it was asked for" : `pull request ${number}: ${action}`,
  };
}

/** By a review of this commit, and the label. By hand, the caller names the commit, and has looked at it. */
function isApproved(
  { action, commit, labels }: PullRequestEvent,
  { forkLabel }: PullRequestRules,
  present: Present,
): boolean {
  return action === undefined
    ? labels.includes(forkLabel)
    : present.labels.includes(forkLabel) && present.approved.includes(commit);
}
