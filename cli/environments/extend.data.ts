import { z } from "zod";
import { stackName } from "../stacks/environment-status.data";
import { type DataOf, timestamp } from "../terminal/data";

export const extendSchema = z.object({
  stack: stackName,
  expiresAt: timestamp("When it expires now."),
  latestExpiryAt: timestamp("How far it can be extended, by its setting maxTtl."),
});
export type ExtendData = DataOf<typeof extendSchema>;
