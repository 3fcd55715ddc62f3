import type { CommandDefinition } from "../terminal/command";
import { STACK, YES } from "../terminal/shared-options";

const SCHEMA = "data/v1";

export const SEED_NAME = {
  flags: "--as <seed>",
  description: "name of the seed: lower-case letters, digits, dashes",
} as const;

export const dataSave = {
  name: "data save",
  summary: "save an environment's volumes as a seed, for new environments to start with",
  description:
    "Stops the pods that use the volumes meanwhile. An existing seed of that name is replaced once the new one is complete.",
  arguments: [STACK],
  options: [
    SEED_NAME,
    {
      flags: "--claims <names>",
      description: "only these claims, separated by commas (default: all)",
    },
    YES,
  ],
  examples: [
    {
      does: "save alice's data as a seed",
      command: "doks-env data save alice-dev --as shop-small",
    },
  ],
  schema: SCHEMA,
} as const satisfies CommandDefinition;

export const dataList = {
  name: "data list",
  summary: "list the seeds with claims, age, size and price",
  arguments: [],
  options: [],
  examples: [{ does: "seeds that environments can start with", command: "doks-env data list" }],
  schema: SCHEMA,
} as const satisfies CommandDefinition;

export const dataDelete = {
  name: "data delete",
  summary: "delete a seed; environments that started with it keep their volumes",
  arguments: [{ syntax: "<seed>", description: "name of the seed, as `data list` prints it" }],
  options: [YES],
  examples: [
    { does: "delete a seed that is no longer needed", command: "doks-env data delete shop-small" },
  ],
  schema: SCHEMA,
} as const satisfies CommandDefinition;
