export interface PayloadOptions {
  readonly action?: string;
  readonly number?: number;
  /** Of the newest commit. */
  readonly sha?: string;
  readonly state?: "open" | "closed";
  readonly draft?: boolean;
  readonly labels?: readonly string[];
  /** The label that was set or taken off. */
  readonly label?: string;
  /** Repository that the branch is in; null when it was deleted. */
  readonly head?: string | null;
}

const BASE = "acme/shop";

/**
 * A webhook's payload about a pull request, with the fields around those that are read.
 *
 * @see https://docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request
 */
export function payloadOf({
  action = "opened",
  number = 7,
  sha = "a".repeat(40),
  state = "open",
  draft = false,
  labels = [],
  label,
  head = BASE,
}: PayloadOptions): object {
  const repository = (name: string) => ({ id: 1, full_name: name, fork: name !== BASE });
  const named = (name: string) => ({ id: 1, name, color: "ededed", default: false });
  return {
    action,
    number,
    ...(label === undefined ? {} : { label: named(label) }),
    pull_request: {
      id: 1,
      number,
      state,
      draft,
      title: "A change",
      user: { login: "alice" },
      labels: labels.map(named),
      head: { ref: "change", sha, repo: head === null ? null : repository(head) },
      base: { ref: "main", sha: "0".repeat(40), repo: repository(BASE) },
    },
    repository: repository(BASE),
    sender: { login: "alice" },
  };
}
