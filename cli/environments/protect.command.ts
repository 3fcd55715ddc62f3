import type { CommandDefinition } from "../terminal/command";
import { STACK } from "../terminal/shared-options";

export const protect = {
  name: "protect",
  summary: "prevent teardown of an environment until `unprotect`",
  arguments: [STACK],
  options: [],
  examples: [{ does: "protect alice's environment", command: "doks-env protect alice-dev" }],
  schema: "protect/v1",
} as const satisfies CommandDefinition;

export const unprotect = {
  name: "unprotect",
  summary: "allow teardown of an environment again",
  arguments: [STACK],
  options: [],
  examples: [
    { does: "allow teardown of alice's environment", command: "doks-env unprotect alice-dev" },
  ],
  schema: "protect/v1",
} as const satisfies CommandDefinition;
