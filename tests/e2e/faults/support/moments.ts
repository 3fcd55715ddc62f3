import type { Fault } from "./faults";

/** The moment of a command at which a fault begins. */
export type Moment = { readonly name: string } & (
  | { readonly at: "start" }
  /** After the account has handled a request. Its response is the first corrupted one. */
  | { readonly at: "request"; readonly request: RegExp; readonly after?: RegExp }
  | { readonly at: "output"; readonly says: RegExp }
  /** When `doks-env` itself writes a part of the record: a settings file, or the tags. */
  | { readonly at: "write"; readonly nth: number; readonly side: "before" | "after" }
);

export const START: Moment = { name: "from the start", at: "start" };

const CLUSTER_GOES = /^DELETE \/v2\/kubernetes\/clusters\/[^/]+(\/destroy\S*)?$/;

/** Moments of a cluster's creation. */
export const CREATION = [
  { name: "cluster asked for", at: "request", request: /^POST \/v2\/kubernetes\/clusters$/ },
  {
    name: "cluster provisioning",
    at: "request",
    request: /^GET \/v2\/kubernetes\/clusters\/[^/]+$/,
    after: /^POST \/v2\/kubernetes\/clusters$/,
  },
  { name: "node pool asked for", at: "request", request: /^POST \/v2\/\S+\/node_pools$/ },
  { name: "workloads", at: "output", says: /✓ namespace/ },
] as const satisfies readonly Moment[];

/** Moments of a cluster's removal. */
export const REMOVAL = [
  { name: "cluster removal asked for", at: "request", request: CLUSTER_GOES },
  {
    name: "account looked at",
    at: "request",
    request: /^GET \/v2\/volumes$/,
    after: CLUSTER_GOES,
  },
] as const satisfies readonly Moment[];

/** Data is being kept. */
export const SAVING: Moment = {
  name: "snapshot asked for",
  at: "request",
  request: /^POST \/v2\/volumes\/[^/]+\/snapshots$/,
};

/** Data is being restored. */
export const RESTORING: Moment = {
  name: "volume asked for",
  at: "request",
  request: /^POST \/v2\/volumes$/,
};

/** Kept data is being deleted. */
export const FORGETTING: Moment = {
  name: "snapshot's removal asked for",
  at: "request",
  request: /^DELETE \/v2\/snapshots\/[^/]+$/,
};

/** The gate's test is running. */
export const TESTING: Moment = { name: "test runs", at: "output", says: /smoke \| ready/ };

/** Moments before and after each of the first writes of the record. */
export function writes(count: number): readonly Moment[] {
  return Array.from({ length: count }, (_, index) => index + 1).flatMap((nth) =>
    (["before", "after"] as const).map((side) => ({
      name: `${side} write ${nth}`,
      at: "write" as const,
      nth,
      side,
    })),
  );
}

/** Whether a fault can begin at a moment. A command's surroundings do not change while it runs. */
export function canBegin({ kind }: Fault, { at }: Moment): boolean {
  switch (kind) {
    case "surroundings":
      return at === "start";
    case "api":
      return at !== "write";
    case "signal":
    case "disk":
      return true;
  }
}
