import { z } from "zod";
import { keptItemSchema } from "../data/kept.data";
import { seedSchema } from "../data/seeds.data";
import { stackName } from "../stacks/environment-status.data";
import { type DataOf, flag, listOf, number, text } from "../terminal/data";
import { RESOURCE_KINDS } from "./receipt";

export const leftoverSchema = z.object({
  kind: z.enum(RESOURCE_KINDS).describe("Kind of resource."),
  id: text("DigitalOcean's id of it; of a namespace its name."),
  name: text("Its name; the id where it has none."),
  removal: text("The command that removes it."),
});

/** Results of a teardown, by `down` or `sleep`. */
export const takenDownFields = {
  left: listOf(
    leftoverSchema,
    "What DigitalOcean, or the shared cluster, still has of it. Empty when it is gone.",
  ),
  strays: listOf(
    z.object({
      id: text("DigitalOcean's id of the cluster."),
      name: text("Its name."),
    }),
    "Clusters with the environment's id that an update that was killed had left, and that were deleted. Absent when there were none.",
  ).optional(),
  foreign: listOf(
    leftoverSchema,
    "Clusters that are called the same and do not carry the environment's id, and records of others that lead to its load balancers: they were not touched. Absent when there are none.",
  ).optional(),
  costSoFarUsd: number(
    "US dollars that it has cost, estimated. Absent when it never came up.",
  ).optional(),
  sharedCluster: z
    .object({
      id: text("DigitalOcean's id of the cluster."),
      namespace: text("The namespace that it had there."),
      gone: flag("Whether there was no such cluster any more."),
    })
    .describe("Shared cluster that it left. Absent when it had a cluster of its own, or none.")
    .optional(),
};

export const downSchema = z.object({
  stack: stackName,
  gone: flag("Whether nothing is left, and the stack is removed."),
  ...takenDownFields,
  deletedData: listOf(
    keptItemSchema,
    "What a sleep had kept of its data, and what is deleted. Absent when there was none.",
  ).optional(),
  seed: seedSchema
    .describe("Seed that --keep-data made of its data. Absent without that option.")
    .optional(),
  released: listOf(
    z.object({
      resource: text("Resource with its group, such as certificates.cert-manager.io."),
      name: text("Name of the object."),
      finalizers: listOf(z.string(), "The finalizers that were removed."),
    }),
    "Objects whose finalizers nobody had removed in time, so that the teardown removed them. Absent when there were none.",
  ).optional(),
});
export type DownData = DataOf<typeof downSchema>;
