import { z } from "zod";
import { stackName } from "../stacks/environment-status.data";
import { type DataOf, timestamp } from "../terminal/data";

export const touchSchema = z.object({
  stack: stackName,
  lastUsedAt: timestamp("Time of the last recorded use: now, or within the last five minutes."),
});
export type TouchData = DataOf<typeof touchSchema>;
