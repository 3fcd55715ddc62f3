import type { CommandDefinition } from "../terminal/command";
import { STACK } from "../terminal/shared-options";

export const extend = {
  name: "extend",
  summary: "extend the life of an environment",
  description:
    "Moves the expiry, at most to `maxTtl` (a setting) after the environment's creation. An expired environment is extended from now.",
  arguments: [STACK, { syntax: "<duration>", description: "time to add: 4h, 2d" }],
  options: [],
  examples: [{ does: "four hours more", command: "doks-env extend alice-dev 4h" }],
  schema: "extend/v1",
} as const satisfies CommandDefinition;
