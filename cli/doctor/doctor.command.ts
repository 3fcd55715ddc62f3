import type { CommandDefinition } from "../terminal/command";

export const doctor = {
  name: "doctor",
  summary: "look for what is missing on this machine and in the account, with the fix",
  description:
    "Changes nothing. Tools, plugins, token, backend, registry, settings of each profile.",
  arguments: [],
  options: [],
  examples: [{ does: "the first thing to run", command: "doks-env doctor" }],
  schema: "doctor/v1",
} as const satisfies CommandDefinition;
