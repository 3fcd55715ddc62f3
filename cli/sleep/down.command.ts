import type { CommandDefinition } from "../terminal/command";
import { LOCK_OPTIONS, STACK, YES } from "../terminal/shared-options";

export const down = {
  name: "down",
  summary: "take an environment down and show that nothing is left",
  description:
    "Destroys and removes the stack, then asks DigitalOcean for everything that an environment can leave behind. Works from any " +
    "branch, also for one that was never finished. What a sleep has kept of its data goes, too. The lock of a process that is certainly gone is broken.",
  arguments: [STACK],
  options: [
    {
      flags: "--keep-data <seed>",
      description: "keep what is in its volumes as a seed, as a sleep would keep it",
    },
    YES,
    ...LOCK_OPTIONS,
  ],
  examples: [
    { does: "asks, then takes it down", command: "doks-env down alice-dev" },
    {
      does: "and lets new ones start with its data",
      command: "doks-env down alice-dev --keep-data shop-small",
    },
    { does: "in CI", command: "doks-env down pr-123-ci --yes --json" },
  ],
  schema: "down/v1",
} as const satisfies CommandDefinition;
