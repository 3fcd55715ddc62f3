import type { CommandDefinition } from "../terminal/command";
import { LOCK_OPTIONS, STACK, YES } from "../terminal/shared-options";

export const wake = {
  name: "wake",
  summary: "bring a sleeping environment back, with the same images",
  description:
    "Uses the settings of its last update and the image digests that ran, from any checkout. The next `up` uses this checkout's " +
    "settings and resolves tags again; `up --wake` does both at once.",
  arguments: [STACK],
  options: [YES, ...LOCK_OPTIONS],
  examples: [{ does: "on Monday morning", command: "doks-env wake alice-dev" }],
  schema: "up/v1",
} as const satisfies CommandDefinition;
