import type { CommandDefinition } from "../terminal/command";
import { STACK } from "../terminal/shared-options";

export const protect = {
  name: "protect",
  summary: "refuse to take an environment down until `unprotect`",
  arguments: [STACK],
  options: [],
  examples: [{ does: "keeps alice's, whatever happens", command: "doks-env protect alice-dev" }],
  schema: "protect/v1",
} as const satisfies CommandDefinition;

export const unprotect = {
  name: "unprotect",
  summary: "let an environment be taken down again",
  arguments: [STACK],
  options: [],
  examples: [{ does: "lets go of alice's", command: "doks-env unprotect alice-dev" }],
  schema: "protect/v1",
} as const satisfies CommandDefinition;
