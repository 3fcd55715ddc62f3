import type { Command } from "../terminal/command";
import { LOCK_OPTIONS, STACK, YES } from "../terminal/shared-options";
import type { SleepOptions } from "./sleep.action";

export const sleep: Command<SleepOptions> = {
  name: "sleep",
  summary: "destroy an environment's cluster and keep all that `wake` needs",
  description:
    "It costs nothing then. Its settings, age, expiry and the digests of its images are kept; what is in its volumes is not.",
  arguments: [STACK],
  options: [YES, ...LOCK_OPTIONS],
  examples: [{ does: "over the weekend", command: "doks-env sleep alice-dev" }],
  schema: "sleep/v1",
  load: () => import("./sleep.action.js"),
};
