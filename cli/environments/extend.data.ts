import { z } from "zod";
import { stackName } from "../stacks/environment-status.data";
import { type DataOf, timestamp } from "../terminal/data";

export const extendSchema = z.object({
  stack: stackName,
  expiresAt: timestamp("New expiry."),
  latestExpiryAt: timestamp("Latest possible expiry, from its setting maxTtl."),
});
export type ExtendData = DataOf<typeof extendSchema>;
