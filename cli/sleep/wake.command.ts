import type { Command } from "../terminal/command";
import { LOCK_OPTIONS, STACK, YES } from "../terminal/shared-options";
import type { WakeOptions } from "./wake.action";

export const wake: Command<WakeOptions> = {
  name: "wake",
  summary: "bring back an environment that sleeps, with the same images",
  description:
    "With the settings of its last update and the digests that ran, from any checkout. The next `up` goes by this checkout's " +
    "settings and the tags again; `up --wake` does so at once.",
  arguments: [STACK],
  options: [YES, ...LOCK_OPTIONS],
  examples: [{ does: "on Monday", command: "doks-env wake alice-dev" }],
  schema: "up/v1",
  load: () => import("./wake.action.js"),
};
