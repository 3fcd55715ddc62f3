import type { CommandDefinition } from "../terminal/command";
import { LOCK_OPTIONS, STACK, YES } from "../terminal/shared-options";

export const sleep = {
  name: "sleep",
  summary: "destroy an environment's cluster and keep everything that `wake` needs",
  description:
    "Keeps settings, age, expiry and image digests, and the data of the volumes as snapshots. Only the snapshots are billed. " +
    "The setting `data.keep` chooses which data is kept.",
  arguments: [STACK],
  options: [YES, ...LOCK_OPTIONS],
  examples: [{ does: "over the weekend", command: "doks-env sleep alice-dev" }],
  schema: "sleep/v1",
} as const satisfies CommandDefinition;
