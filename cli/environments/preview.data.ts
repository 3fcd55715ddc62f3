import { z } from "zod";
import { stackName } from "../stacks/environment-status.data";
import { count, type DataOf, flag, listOf, number, text, texts } from "../terminal/data";

const changeSchema = z.object({
  operation: text("Pulumi's word: create, update, replace, delete."),
  type: text("Pulumi's type token of the resource."),
  name: text("Its name in the program."),
});

const objectSchema = z.object({
  kind: text("Kubernetes kind."),
  name: text("Name of the object."),
  images: texts("References of the images that it runs, sorted. Empty when it runs none."),
});

const usdPerHour = (when: string) => number(`US dollars an hour ${when}.`);

export const previewSchema = z.object({
  stack: stackName,
  isNew: flag("Whether there is no cluster yet, or no namespace of a shared one."),
  changes: listOf(changeSchema, "What would happen, but to those that stay the same."),
  unchanged: count("How many resources stay the same."),
  pricePerHourUsd: z
    .object({
      before: usdPerHour("as it is; 0 when nothing is there"),
      after: usdPerHour("as it would be"),
    })
    .describe("What the environment costs."),
  workloads: listOf(
    objectSchema,
    "What kustomize renders, where Pulumi cannot show it because there is no cluster yet. Absent when there is one.",
  ).optional(),
  warnings: texts("What could not be checked, or should be known, a sentence each."),
});
export type PreviewData = DataOf<typeof previewSchema>;
export type ResourceChange = DataOf<typeof changeSchema>;
export type RenderedObject = DataOf<typeof objectSchema>;
