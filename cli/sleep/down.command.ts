import type { CommandDefinition } from "../terminal/command";
import { LOCK_OPTIONS, STACK, YES } from "../terminal/shared-options";

export const down = {
  name: "down",
  summary: "take an environment down and prove that nothing is left",
  description:
    "Destroys and removes the stack, then asks DigitalOcean for everything that an environment can leave behind. Works from any " +
    "branch, also after an incomplete `up`. Deletes the data that a sleep kept. Breaks the lock of a process that no longer runs.",
  arguments: [STACK],
  options: [
    {
      flags: "--keep-data <seed>",
      description: "keep the environment's data as a seed",
    },
    YES,
    ...LOCK_OPTIONS,
  ],
  examples: [
    { does: "take it down, after a question", command: "doks-env down alice-dev" },
    {
      does: "keep its data for new environments",
      command: "doks-env down alice-dev --keep-data shop-small",
    },
    { does: "in CI", command: "doks-env down pr-123-ci --yes --json" },
  ],
  schema: "down/v1",
} as const satisfies CommandDefinition;
