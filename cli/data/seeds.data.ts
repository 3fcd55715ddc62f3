import { z } from "zod";
import { type DataOf, texts, timestamp } from "../terminal/data";
import { keptItemSchema } from "./kept.data";

export const seedSchema = z.object({
  name: z.string().describe("Its name."),
  claims: texts("Claims that it has data of."),
  createdAt: timestamp("When it was saved."),
  region: z.string().describe("The region whose environments can start with it."),
  giB: z.number().describe("GiB that are billed."),
  usdPerMonth: z.number().describe("US dollars that it costs in a month."),
  complete: z
    .boolean()
    .describe(
      "Whether environments can start with it: the command that saved it may have ended too early.",
    ),
});

export const seedsSchema = z.object({
  seeds: z
    .array(seedSchema)
    .describe("The seeds that there are; of `data delete` those that it has deleted."),
  kept: z
    .array(
      keptItemSchema.extend({
        stack: z.string().describe("Name of the environment, as tags have it."),
      }),
    )
    .describe("Of `data list`: what is kept of environments that sleep. Otherwise empty."),
});
export type SeedsData = DataOf<typeof seedsSchema>;
export type SeedData = SeedsData["seeds"][number];
