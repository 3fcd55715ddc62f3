import type { CommandDefinition } from "../terminal/command";
import { LOCK_OPTIONS, STACK, YES } from "../terminal/shared-options";

export const sleep = {
  name: "sleep",
  summary: "destroy an environment's cluster and keep all that `wake` needs",
  description:
    "It costs nothing then. Its settings, age, expiry and the digests of its images are kept; what is in its volumes is not.",
  arguments: [STACK],
  options: [YES, ...LOCK_OPTIONS],
  examples: [{ does: "over the weekend", command: "doks-env sleep alice-dev" }],
  schema: "sleep/v1",
} as const satisfies CommandDefinition;
