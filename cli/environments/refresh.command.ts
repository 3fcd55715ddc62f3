import { SEED_NAME } from "../data/seeds.command";
import type { CommandDefinition } from "../terminal/command";
import { STACK, YES } from "../terminal/shared-options";

export const dataRefresh = {
  name: "data refresh",
  summary: "renew a seed: bring an environment up with it, run a command, save it, take it down",
  description:
    "Uses a stack of its own, with the settings of its profile. The seed changes only if every step succeeds. Without an existing " +
    "seed the environment starts empty, and the command creates the data.",
  arguments: [STACK],
  options: [
    SEED_NAME,
    {
      flags: "--run <command>",
      description:
        "a line for `sh -c` in the project's folder; KUBECONFIG gives access to the environment for one hour",
    },
    YES,
  ],
  examples: [
    {
      does: "every night, after the team's migrations",
      command: 'doks-env data refresh seed-ci --as shop-small --run "npm run migrate" --yes',
    },
  ],
  schema: "data/v1",
} as const satisfies CommandDefinition;
