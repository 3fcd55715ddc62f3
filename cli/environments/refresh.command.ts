import { SEED_NAME } from "../data/seeds.command";
import type { CommandDefinition } from "../terminal/command";
import { STACK, YES } from "../terminal/shared-options";

export const dataRefresh = {
  name: "data refresh",
  summary: "renew a seed: bring an environment up with it, run a command, save it, take it down",
  description:
    "The environment is one of the command's own, with the settings of its profile. The seed stays as it is unless all has " +
    "succeeded. Where there is no seed yet, the environment comes up empty, and the command makes the data.",
  arguments: [STACK],
  options: [
    SEED_NAME,
    {
      flags: "--run <command>",
      description:
        "a line for `sh -c` in the project's folder; KUBECONFIG leads to the environment, for an hour",
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
