import type { Lock, StackRecord } from "../../../cli/stacks/record";
import { recordSettings } from "../../../cli/stacks/settings-record";
import type { Layer } from "../../../core/settings/layers";

/** Locked by a process of another machine, whose state is unknown. */
export const FOREIGN_LOCK: Lock = {
  user: "alice",
  host: "somewhere-else",
  pid: 4711,
  since: "2026-11-23T11:55:30Z",
  id: "1b2c",
};

/** A stack that was created and never updated, with these changes. */
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

/** The tags of an environment with these settings of its own. */
export function recorded(own: Layer): Record<string, string> {
  const changes = Object.entries(recordSettings(own, { tags: {}, outputs: {} }));
  return Object.fromEntries(changes.map(([name, value]) => [name, String(value)]));
}
