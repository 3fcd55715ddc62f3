import type { Situation } from "./situation";
import { formatTime } from "./wording";

/** The signals of use, from the cheapest to read to the dearest. */
export const SIGNALS = {
  update: "last update",
  use: "last use",
  push: "last push",
  traffic: "load balancer traffic",
  processor: "processor load",
  rollout: "rollouts",
} as const;
export type SignalName = keyof typeof SIGNALS;

/** Those that only a cluster gives. */
const FROM_CLUSTER: readonly SignalName[] = ["traffic", "processor", "rollout"];

/**
 * The answer of one source. Several may share a name: one for each load balancer, one for each node.
 *
 * `absent` means that it is certain that there can be none, and why; `failed`, that nothing is known.
 */
export type Signal = {
  readonly signal: SignalName;
  /** Where it is from, in words: `load balancer 4de7ac8b`, `tag lastUsed`. */
  readonly source: string;
  /** In words: what was seen, or why nothing. */
  readonly detail: string;
} & (
  | { readonly state: "absent" | "failed" }
  | {
      readonly state: "read";
      /** The last use that it proves, Unix seconds. */
      readonly at?: number;
      /**
       * Since when it would have seen any use, Unix seconds: earlier use is neither proved nor excluded.
       *
       * @default - the whole life of what it is about
       */
      readonly from?: number;
      /** The quantity that was measured, with its unit. */
      readonly value?: string;
    }
);

export interface LastUse {
  readonly at: number;
  readonly signal?: Signal;
}

/** After a wake, pods start and images are pulled: that long, nothing in a cluster says that anybody uses it. */
const SETTLING_SECONDS = 1_800;

/** The reaper's act has ended by then, even if the reaper was killed. */
const OWN_UPDATE_SECONDS = 3_600;

/** There can be no such signal. */
export function absent(signal: SignalName, source: string, why: string): Signal {
  return { signal, source, state: "absent", detail: why };
}

/** There may be one, and it could not be read. */
export function failed(signal: SignalName, source: string, why: string): Signal {
  return { signal, source, state: "failed", detail: why };
}

/**
 * A signal that is nothing but a time: of a push, of a rollout, of a `doks-env touch`.
 *
 * @param at - Unix seconds; undefined when that has certainly never been
 * @param detail - more about it, such as the commit
 * @default detail - nothing more
 */
export function seenAt(
  signal: SignalName,
  source: string,
  at: number | undefined,
  detail: string = "",
): Signal {
  return at === undefined
    ? absent(signal, source, "there was none")
    : { signal, source, state: "read", at, detail };
}

/** The last update of the stack that was not the reaper's own, nor anybody's sleep: those are no use. */
export function lastUpdate({ lastUpdateAt, asleepSince, wokenAt, begun }: Situation): Signal {
  if (lastUpdateAt !== undefined) {
    if (lastUpdateAt <= Math.max(asleepSince ?? -Infinity, wokenAt ?? -Infinity)) {
      const why = "the last one put it to sleep or woke it by its working hours";
      return absent("update", "stack", why);
    }
    if (begun && lastUpdateAt >= begun.at && lastUpdateAt <= begun.at + OWN_UPDATE_SECONDS) {
      return absent("update", "stack", "the last one was the reaper's own and did not finish");
    }
  }
  return seenAt("update", "stack", lastUpdateAt);
}

/** Names of the signals without which nothing can be said of the environment's idleness. */
export function requiredSignals({ asleepSince, hasResources }: Situation): SignalName[] {
  const hasCluster = asleepSince === undefined && hasResources;
  return (Object.keys(SIGNALS) as SignalName[]).filter(
    (name) => hasCluster || !FROM_CLUSTER.includes(name),
  );
}

/**
 * The newest use that is proved; at least the environment's creation, which somebody must have wanted. A sleep or a wake
 * by the clock covers up what was before: when no use was written down, it may have been until then.
 */
export function lastUse(evidence: readonly Signal[], situation: Situation): LastUse {
  const { createdAt, asleepSince, wokenAt } = situation;
  const isWrittenDown = evidence.some(({ signal, state }) => signal === "use" && state === "read");
  const covered = isWrittenDown ? [] : [asleepSince ?? -Infinity, wokenAt ?? -Infinity];
  let newest: LastUse = { at: Math.max(createdAt ?? -Infinity, ...covered) };
  for (const signal of evidence) {
    if (signal.state === "read" && signal.at !== undefined && signal.at > newest.at) {
      if (!isStirredUpByWake(signal.signal, signal.at, situation)) {
        newest = { at: signal.at, signal };
      }
    }
  }
  return newest;
}

function isStirredUpByWake(signal: SignalName, at: number, { wokenAt }: Situation): boolean {
  return wokenAt !== undefined && FROM_CLUSTER.includes(signal) && at <= wokenAt + SETTLING_SECONDS;
}

/**
 * The reasons why the evidence does not prove that there was no use since a time; none when it does.
 *
 * @param since - Unix seconds
 */
export function gapsIn(
  evidence: readonly Signal[],
  required: readonly SignalName[],
  since: number,
): string[] {
  return required.flatMap((name) => {
    const signals = evidence.filter(({ signal }) => signal === name);
    if (signals.length === 0) {
      return [`${SIGNALS[name]} was not read`];
    }
    return signals.flatMap((signal) => {
      const what = `${SIGNALS[name]} (${signal.source})`;
      if (signal.state === "failed") {
        return [`${what} could not be read: ${signal.detail}`];
      }
      return signal.state === "read" && signal.from !== undefined && signal.from > since
        ? [`${what} is known only since ${formatTime(signal.from)}`]
        : [];
    });
  });
}
