import type { CommandDefinition } from "../terminal/command";
import { LOCK_OPTIONS, STACK, YES } from "../terminal/shared-options";

export const wake = {
  name: "wake",
  summary: "bring back an environment that sleeps, with the same images",
  description:
    "With the settings of its last update and the digests that ran, from any checkout. The next `up` goes by this checkout's " +
    "settings and the tags again; `up --wake` does so at once.",
  arguments: [STACK],
  options: [YES, ...LOCK_OPTIONS],
  examples: [{ does: "on Monday", command: "doks-env wake alice-dev" }],
  schema: "up/v1",
} as const satisfies CommandDefinition;
