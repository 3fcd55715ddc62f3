import type { ProjectSettings } from "../../../settings/schema";
import type { PullRequestEvent } from "./event";

export type Rules = ProjectSettings["pullRequests"];

/** A pull request as it is now; the event may have waited, or be an old one that somebody runs again. */
export type Present = Pick<PullRequestEvent, "commit" | "labels" | "isDraft" | "isClosed">;

/** What a pull request's environment is to be, and why: a sentence without a full stop. */
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
 * Of a fork only a commit that a maintainer has seen comes up: setting the label is what starts it, and the next push
 * takes the label off again.
 *
 * @param present - the pull request as it is now. @default - as the event has it
 */
export function decide(event: PullRequestEvent, rules: Rules, present: Present = event): Decision {
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
  if (isFork && !isApproved(event, rules)) {
    return {
      does: "nothing",
      why: `it comes from a fork: a maintainer has to look at commit ${event.commit.slice(0, 7)} and then set the label "${forkLabel}"`,
      waits: true,
      ...(action === "synchronize" && labels.includes(forkLabel) ? { revokes: forkLabel } : {}),
    };
  }
  if (present.isDraft && !rules.drafts) {
    return { does: "nothing", why: "it is a draft (setting pullRequests.drafts)" };
  }
  if (requireLabel !== undefined && !labels.includes(requireLabel)) {
    const why = `it has not the label "${requireLabel}" (setting pullRequests.requireLabel)`;
    return { does: "nothing", why };
  }
  if (action === "labeled" && label !== requireLabel && !(isFork && label === forkLabel)) {
    return { does: "nothing", why: `the label "${label ?? ""}" says nothing about environments` };
  }
  return {
    does: "up",
    why: action === undefined ? "it was asked for" : `pull request ${number}: ${action}`,
  };
}

/** By hand, whoever calls has looked. */
function isApproved({ action, label, labels }: PullRequestEvent, { forkLabel }: Rules): boolean {
  return action === undefined
    ? labels.includes(forkLabel)
    : action === "labeled" && label === forkLabel;
}
