import type { CommandDefinition } from "../terminal/command";

export const list = {
  name: "list",
  summary: "list all environments: whose, in what state, until when, at what price",
  arguments: [],
  options: [
    { flags: "--owner <owner>", description: "only this owner's: alice, pr-123" },
    { flags: "--profile <profile>", description: "only those of one profile: dev, ci" },
    { flags: "--host <stack>", description: "only those on one shared cluster, and that itself" },
    { flags: "--expired", description: "only those past their expiry" },
  ],
  examples: [
    { does: "everybody's", command: "doks-env list" },
    { does: "what should have gone", command: "doks-env list --expired" },
    {
      does: "names only, for a script",
      command: "doks-env list --profile ci --json | jq -r '.environments[].stack'",
    },
  ],
  schema: "list/v1",
} as const satisfies CommandDefinition;
