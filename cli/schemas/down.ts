import { z } from "zod";
import type { DownData } from "../actions/down";
import type { Leftover } from "../services/receipt";
import { describing } from "./describing";
import { stackName } from "./environment";

export const leftoverSchema = describing<Leftover>()(
  z.object({
    kind: z
      .enum(["clusters", "droplets", "load balancers", "volumes", "volume snapshots"])
      .describe("What it is."),
    id: z.string().describe("DigitalOcean's id of it."),
    name: z.string().describe("Its name; the id where it has none."),
    removal: z.string().describe("The command that removes it."),
  }),
);

export const downSchema = describing<DownData>()(
  z.object({
    stack: stackName,
    gone: z.boolean().describe("Whether nothing is left, and the stack is removed."),
    left: z
      .array(leftoverSchema)
      .describe("What DigitalOcean still has of it. Empty when it is gone."),
    costSoFarUsd: z
      .number()
      .describe("US dollars that it has cost, estimated. Absent when it never came up.")
      .optional(),
  }),
);
