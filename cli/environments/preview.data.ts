import { z } from "zod";
import { stackName } from "../stacks/environment-status.data";
import { count, type DataOf, texts } from "../terminal/data";

const changeSchema = z.object({
  operation: z.string().describe("Pulumi's word: create, update, replace, delete."),
  type: z.string().describe("Pulumi's type token of the resource."),
  name: z.string().describe("Its name in the program."),
});

const objectSchema = z.object({
  kind: z.string().describe("Kubernetes kind."),
  name: z.string().describe("Name of the object."),
  images: texts("References of the images that it runs, sorted. Empty when it runs none."),
});

const usdPerHour = (when: string) => z.number().describe(`US dollars an hour ${when}.`);

export const previewSchema = z.object({
  stack: stackName,
  isNew: z.boolean().describe("Whether there is no cluster yet, or no namespace of a shared one."),
  changes: z.array(changeSchema).describe("What would happen, but to those that stay the same."),
  unchanged: count("How many resources stay the same."),
  pricePerHourUsd: z
    .object({
      before: usdPerHour("as it is; 0 when nothing is there"),
      after: usdPerHour("as it would be"),
    })
    .describe("What the environment costs."),
  workloads: z
    .array(objectSchema)
    .describe(
      "What kustomize renders, where Pulumi cannot show it because there is no cluster yet. Absent when there is one.",
    )
    .optional(),
  warnings: texts("What could not be checked, or should be known, a sentence each."),
});
export type PreviewData = DataOf<typeof previewSchema>;
export type ResourceChange = DataOf<typeof changeSchema>;
export type RenderedObject = DataOf<typeof objectSchema>;
