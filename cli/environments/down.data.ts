import { z } from "zod";
import { keptItemSchema } from "../data/kept.data";
import { seedSchema } from "../data/seeds.data";
import { stackName } from "../stacks/environment-status.data";
import { type DataOf, flag, listOf, number, text } from "../terminal/data";
import { RESOURCE_KINDS } from "./receipt";

export const leftoverSchema = z.object({
  kind: z.enum(RESOURCE_KINDS).describe("Kind of resource."),
  id: text("DigitalOcean's id; for a namespace, its name."),
  name: text("Name of the resource, or its id without a name."),
  removal: text("Command that removes it."),
});

/** Results of a teardown, by `down` or `sleep`. */
export const takenDownFields = {
  left: listOf(
    leftoverSchema,
    "Remaining resources in DigitalOcean or the shared cluster. Empty when nothing is left.",
  ),
  strays: listOf(
    z.object({
      id: text("DigitalOcean's id of the cluster."),
      name: text("Name of the cluster."),
    }),
    "Deleted clusters that a killed update had left with the environment's id. Absent when there were none.",
  ).optional(),
  foreign: listOf(
    leftoverSchema,
    "Untouched resources: clusters of the same name without the environment's id, and other owners' records that point to its load balancers. Absent when there are none.",
  ).optional(),
  costSoFarUsd: number(
    "Estimated cost so far in US dollars. Absent when it never came up.",
  ).optional(),
  sharedCluster: z
    .object({
      id: text("DigitalOcean's id of the cluster."),
      namespace: text("Namespace of the environment there."),
      gone: flag("Whether that cluster no longer exists."),
    })
    .describe("Shared cluster that it was on. Absent when it had its own cluster, or none.")
    .optional(),
};

export const downSchema = z.object({
  stack: stackName,
  gone: flag("Whether nothing is left and the stack is removed."),
  ...takenDownFields,
  deletedData: listOf(
    keptItemSchema,
    "Kept data that the teardown deleted. Absent when there was none.",
  ).optional(),
  seed: seedSchema
    .describe("Seed that --keep-data made of its data. Absent without that option.")
    .optional(),
  released: listOf(
    z.object({
      resource: text("Resource with its group, such as certificates.cert-manager.io."),
      name: text("Name of the object."),
      finalizers: listOf(z.string(), "Removed finalizers."),
    }),
    "Objects whose finalizers the teardown removed, because no controller did in time. Absent when there were none.",
  ).optional(),
});
export type DownData = DataOf<typeof downSchema>;
