import type { CommandDefinition } from "../terminal/command";

export const doctor = {
  name: "doctor",
  summary: "check this machine, the project and the account, with a fix for each fault",
  description:
    "Checks tools, plugins, token, backend, registry and the settings of each profile. Changes nothing.",
  arguments: [],
  options: [],
  examples: [{ does: "the first thing to run", command: "doks-env doctor" }],
  schema: "doctor/v1",
} as const satisfies CommandDefinition;
