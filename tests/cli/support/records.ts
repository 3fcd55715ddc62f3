import type { Lock, StackRecord } from "../../../cli/stacks/record";

/** Held by a process of another machine, of which nothing can be known. */
export const FOREIGN_LOCK: Lock = {
  user: "alice",
  host: "somewhere-else",
  pid: 4711,
  since: "2026-11-23T11:55:30Z",
  id: "1b2c",
};

/** A stack that was created and never updated, but for what is said. */
export function recordOf(changes: Partial<StackRecord> = {}): StackRecord {
  return {
    stack: "alice-dev",
    hasResources: false,
    outputs: {},
    tags: {},
    locks: [],
    ...changes,
  };
}
