import type { CommandDefinition } from "../terminal/command";

export const list = {
  name: "list",
  summary: "list all environments with owner, state, expiry and price",
  arguments: [],
  options: [
    { flags: "--owner <owner>", description: "only environments of this owner: alice, pr-123" },
    { flags: "--profile <profile>", description: "only environments of this profile: dev, ci" },
    { flags: "--host <stack>", description: "only this shared cluster and the environments on it" },
    { flags: "--expired", description: "only expired environments" },
  ],
  examples: [
    { does: "all environments", command: "doks-env list" },
    { does: "expired environments", command: "doks-env list --expired" },
    {
      does: "names only, for a script",
      command: "doks-env list --profile ci --json | jq -r '.environments[].stack'",
    },
  ],
  schema: "list/v1",
} as const satisfies CommandDefinition;
