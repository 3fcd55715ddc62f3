import { z } from "zod";
import { type DataOf, flag, listOf, number, text, texts, timestamp } from "../terminal/data";
import { keptItemSchema } from "./kept.data";

export const seedSchema = z.object({
  name: text("Name of the seed."),
  claims: texts("Names of its PersistentVolumeClaims."),
  createdAt: timestamp("Time of saving."),
  region: text("Region; only environments there can start with it."),
  giB: number("Billed GiB."),
  usdPerMonth: number("Price in US dollars a month."),
  complete: flag(
    "Whether environments can start with it. False if the command that saves it did not finish.",
  ),
});

export const seedsSchema = z.object({
  seeds: listOf(
    seedSchema,
    "All seeds; for `data save`, `refresh` and `delete` only the seed in question.",
  ),
  kept: listOf(
    keptItemSchema.extend({
      stack: text("Name of the environment, from the tags in the account."),
    }),
    "For `data list`, the kept data of sleeping environments. Otherwise empty.",
  ),
});
export type SeedsData = DataOf<typeof seedsSchema>;
export type SeedData = SeedsData["seeds"][number];
