import { formatDuration } from "../../../core/duration";
import { formatUsd } from "../../../core/money/prices";
import type { PlanEntry } from "./plan";
import type { Due } from "./situation";
import type { Stray } from "./strays";
import type { Verdict } from "./verdict";
import { formatSpan, formatTime } from "./wording";

const DAY = 86_400;

/** One warning, for the people who may object. */
export interface Warning {
  /** A stack's name, or a stray's key. */
  readonly subject: string;
  readonly due: Due;
  /** Time from the warning to the action in seconds. */
  readonly step: number;
  readonly pullRequest?: number;
  /** The action, its time, its reason and what it saves, in a sentence or two. */
  readonly text: string;
  /** How to keep it: a complete command, or a sentence. */
  readonly keep: string;
}

/**
 * Writes the text of a planned warning.
 *
 * @param about - the verdict on its stack, or the stray
 * @param now - Unix seconds
 */
export function warningOf(
  { subject, due, warning, usdPerMonth }: PlanEntry,
  about: { readonly verdict: Verdict; readonly pullRequest?: number } | { readonly stray: Stray },
  now: number,
): Warning {
  if (due === undefined || warning === undefined) {
    throw new RangeError(`the plan has no warning about ${subject}`);
  }
  const { step, deadline } = warning;
  const isStray = "stray" in about;
  const what = isStray ? `${about.stray.kind} ${about.stray.name} (${about.stray.id})` : subject;
  const happens = due.action === "sleep" ? "will be put to sleep" : "will be destroyed";
  const price = `It costs ${formatUsd(usdPerMonth, 0)} a month.`;
  return {
    subject,
    due,
    step,
    ...("pullRequest" in about && about.pullRequest !== undefined
      ? { pullRequest: about.pullRequest }
      : {}),
    text: `${what} ${happens} at ${formatTime(deadline)}, in ${formatSpan(deadline - now)}: ${due.why}. ${price}`,
    keep: isStray ? keepStray(about.stray) : keepStack(about.verdict, due, now),
  };
}

/** Returns the command that keeps the environment: an extension, which counts as use, if that helps. */
function keepStack({ stack, situation, policy }: Verdict, due: Due, now: number): string {
  switch (due.cause) {
    case "workingHours":
      return `doks-env touch ${stack}`;
    case "idle":
      return due.action === "sleep" ? `doks-env touch ${stack}` : extension();
    case "ttl":
      return extension();
    case "maxTtl":
    case "pullRequestClosed":
    case "clusterGone":
    case "unknownCluster":
      return `doks-env protect ${stack}`;
  }
  function extension(): string {
    const { createdAt = now, expiresAt = createdAt + policy.ttlSeconds } = situation;
    const most = createdAt + policy.maxTtlSeconds - Math.max(expiresAt, now);
    // One whole minute less, because the command is pasted some time later.
    const seconds = most >= DAY ? DAY : Math.floor(most / 60 - 1) * 60;
    return seconds > 0
      ? `doks-env extend ${stack} ${formatDuration(seconds)}`
      : `doks-env protect ${stack}`;
  }
}

function keepStray({ kind, tags, stack }: Stray): string {
  const mark = kind === "cluster" ? `stack:${stack}` : tags.find((tag) => tag.startsWith("k8s:"));
  return `remove its tag ${mark ?? "of this project"}`;
}
