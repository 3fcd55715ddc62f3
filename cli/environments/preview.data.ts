import { z } from "zod";
import { stackName } from "../stacks/environment-status.data";
import { count, type DataOf, flag, listOf, number, text, texts } from "../terminal/data";

const changeSchema = z.object({
  operation: text("Pulumi's operation: create, update, replace, delete."),
  type: text("Pulumi's type token of the resource."),
  name: text("Logical name of the resource."),
});

const objectSchema = z.object({
  kind: text("Kubernetes kind."),
  name: text("Name of the object."),
  images: texts("Image references of the object, sorted. Empty without any."),
});

const usdPerHour = (when: string) => number(`US dollars an hour ${when}.`);

export const previewSchema = z.object({
  stack: stackName,
  isNew: flag("Whether the environment has no cluster or namespace yet."),
  changes: listOf(changeSchema, "Resources that would change."),
  unchanged: count("Number of resources that stay the same."),
  pricePerHourUsd: z
    .object({
      before: usdPerHour("now; 0 if nothing exists"),
      after: usdPerHour("after the update"),
    })
    .describe("Price of the environment."),
  workloads: listOf(
    objectSchema,
    "Objects that kustomize renders, because Pulumi cannot preview them before the cluster exists. Absent afterwards.",
  ).optional(),
  warnings: texts("Failed checks and other warnings, a sentence each."),
});
export type PreviewData = DataOf<typeof previewSchema>;
export type ResourceChange = DataOf<typeof changeSchema>;
export type RenderedObject = DataOf<typeof objectSchema>;
