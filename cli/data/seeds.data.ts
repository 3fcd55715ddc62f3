import { z } from "zod";
import { type DataOf, texts, timestamp } from "../terminal/data";

export const seedsSchema = z.object({
  seeds: z
    .array(
      z.object({
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
      }),
    )
    .describe("The seeds that there are; of `data delete` those that it has deleted."),
  kept: z
    .array(
      z.object({
        stack: z.string().describe("Name of the environment, as tags have it."),
        claim: z.string().describe("Name of the PersistentVolumeClaim."),
        snapshot: z.string().describe("Name of the volume snapshot."),
        giB: z.number().describe("GiB that are billed."),
        usdPerMonth: z.number().describe("US dollars that it costs in a month."),
      }),
    )
    .describe("Of `data list`: what is kept of environments that sleep. Otherwise empty."),
});
export type SeedsData = DataOf<typeof seedsSchema>;
