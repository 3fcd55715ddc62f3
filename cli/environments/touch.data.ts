import { z } from "zod";
import { stackName } from "../stacks/environment-status.data";
import { type DataOf, timestamp } from "../terminal/data";

export const touchSchema = z.object({
  stack: stackName,
  lastUsedAt: timestamp("When it was last said to be in use: now, or in the last five minutes."),
});
export type TouchData = DataOf<typeof touchSchema>;
