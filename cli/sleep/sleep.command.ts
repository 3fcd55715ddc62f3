import type { CommandDefinition } from "../terminal/command";
import { LOCK_OPTIONS, STACK, YES } from "../terminal/shared-options";

export const sleep = {
  name: "sleep",
  summary: "destroy an environment's cluster and keep all that `wake` needs",
  description:
    "Its settings, age, expiry and the digests of its images are kept, and what is in its volumes, as snapshots, which alone cost " +
    "something then. `data.keep` decides that.",
  arguments: [STACK],
  options: [YES, ...LOCK_OPTIONS],
  examples: [{ does: "over the weekend", command: "doks-env sleep alice-dev" }],
  schema: "sleep/v1",
} as const satisfies CommandDefinition;
