import { readFileSync } from "node:fs";
import { UsageError } from "../terminal/errors";
import type { EventOptions } from "./ci.command";
import type { PullRequestNow } from "./github/pull-request-now";

export interface PullRequestEvent extends PullRequestNow {
  readonly number: number;
  /** GitHub's action of the event. @default - none: a call by hand, or from another system than GitHub */
  readonly action?: string;
  /** The label that was set or removed, for an event about labels. */
  readonly label?: string;
  /** Whether its branch is in another repository, to which others may push. */
  readonly isFork: boolean;
  /** `owner/name` of the repository to merge into. */
  readonly repository?: string;
}

/** The fields of a webhook's payload that are used. @see https://docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request */
interface Payload {
  readonly action: string;
  readonly label?: { readonly name: string };
  readonly pull_request: {
    readonly number: number;
    readonly state: string;
    readonly draft?: boolean;
    readonly labels: readonly { readonly name: string }[];
    readonly head: { readonly sha: string; readonly repo: { readonly full_name: string } | null };
    readonly base: { readonly repo: { readonly full_name: string } };
  };
}

const EVENTS = ["pull_request", "pull_request_target"];
const COMMIT = /^[0-9a-f]{40}$/;

/**
 * Returns the pull request from the command line or, in a GitHub workflow, from the event that started it.
 *
 * @throws {UsageError} when neither names it, or a required field is missing
 */
export function eventOf(options: EventOptions, env: NodeJS.ProcessEnv): PullRequestEvent {
  if (options.pullRequest !== undefined) {
    return byHand(options, options.pullRequest);
  }
  const { GITHUB_EVENT_NAME: name = "", GITHUB_EVENT_PATH: path = "" } = env;
  if (!EVENTS.includes(name)) {
    throw new UsageError(
      name === ""
        ? "no pull request was given"
        : `the event "${name}" does not concern a pull request`,
      `start the workflow on ${EVENTS.join(" or ")}, or give --pull-request <number> --commit <sha>`,
    );
  }
  return fromPayload(path);
}

function byHand({ commit, draft, fork, label }: EventOptions, number: string): PullRequestEvent {
  if (!/^[1-9]\d*$/.test(number)) {
    throw new UsageError(`"${number}" is not the number of a pull request`, "--pull-request 123");
  }
  if (commit === undefined || !COMMIT.test(commit)) {
    throw new UsageError(
      `--pull-request needs --commit with all 40 digits, got ${commit === undefined ? "none" : `"${commit}"`}`,
      "--commit $(git rev-parse HEAD)",
    );
  }
  return {
    number: Number(number),
    commit,
    labels: label,
    isDraft: draft ?? false,
    isFork: fork ?? false,
    isClosed: false,
  };
}

function fromPayload(path: string): PullRequestEvent {
  try {
    const { action, label, pull_request } = JSON.parse(readFileSync(path, "utf8")) as Payload;
    const { number, state, draft, labels, head, base } = pull_request;
    if (!Number.isInteger(number) || !COMMIT.test(head.sha)) {
      throw new Error(`number ${number} and commit ${head.sha} are not valid`);
    }
    return {
      number,
      commit: head.sha,
      action,
      label: label?.name,
      labels: labels.map(({ name }) => name),
      isDraft: draft === true,
      // A deleted fork has no repository.
      isFork: head.repo?.full_name !== base.repo.full_name,
      isClosed: state === "closed",
      repository: base.repo.full_name,
    };
  } catch (cause) {
    throw new UsageError(
      `the event in ${path || "GITHUB_EVENT_PATH"} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      "give --pull-request <number> --commit <sha> instead",
      { cause },
    );
  }
}

export function stackOf({ number }: Pick<PullRequestEvent, "number">): string {
  return `pr-${number}-ci`;
}
