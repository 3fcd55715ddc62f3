import type { CommandDefinition } from "../terminal/command";
import { STACK, YES } from "../terminal/shared-options";

const SCHEMA = "data/v1";

export const SEED_NAME = {
  flags: "--as <seed>",
  description: "name of the seed: lower-case letters, digits, dashes",
} as const;

export const dataSave = {
  name: "data save",
  summary: "save what is in an environment's volumes as a seed, for new environments to start with",
  description:
    "Stops the pods that use the volumes for that time. A seed of that name is replaced when the new one is complete.",
  arguments: [STACK],
  options: [
    SEED_NAME,
    { flags: "--claims <names>", description: "only these claims, with commas (default: all)" },
    YES,
  ],
  examples: [
    { does: "alice's data as a seed", command: "doks-env data save alice-dev --as shop-small" },
  ],
  schema: SCHEMA,
} as const satisfies CommandDefinition;

export const dataList = {
  name: "data list",
  summary: "list the seeds: what is in them, how old and how large they are, and their price",
  arguments: [],
  options: [],
  examples: [{ does: "what environments can start with", command: "doks-env data list" }],
  schema: SCHEMA,
} as const satisfies CommandDefinition;

export const dataDelete = {
  name: "data delete",
  summary: "delete a seed; environments that started with it keep their volumes",
  arguments: [{ syntax: "<seed>", description: "its name, as `data list` prints it" }],
  options: [YES],
  examples: [{ does: "one that nobody needs", command: "doks-env data delete shop-small" }],
  schema: SCHEMA,
} as const satisfies CommandDefinition;
