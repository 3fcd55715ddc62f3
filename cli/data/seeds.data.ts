import { z } from "zod";
import { type DataOf, flag, listOf, number, text, texts, timestamp } from "../terminal/data";
import { keptItemSchema } from "./kept.data";

export const seedSchema = z.object({
  name: text("Its name."),
  claims: texts("Claims that it has data of."),
  createdAt: timestamp("When it was saved."),
  region: text("The region whose environments can start with it."),
  giB: number("GiB that are billed."),
  usdPerMonth: number("US dollars that it costs in a month."),
  complete: flag(
    "Whether environments can start with it: the command that saved it may have ended too early.",
  ),
});

export const seedsSchema = z.object({
  seeds: listOf(
    seedSchema,
    "The seeds that there are; of `data delete` those that it has deleted.",
  ),
  kept: listOf(
    keptItemSchema.extend({
      stack: text("Name of the environment, as tags have it."),
    }),
    "Of `data list`: what is kept of environments that sleep. Otherwise empty.",
  ),
});
export type SeedsData = DataOf<typeof seedsSchema>;
export type SeedData = SeedsData["seeds"][number];
