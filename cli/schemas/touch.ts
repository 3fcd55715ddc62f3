import { z } from "zod";
import type { TouchData } from "../actions/touch";
import { describing, timestamp } from "./describing";
import { stackName } from "./environment";

export const touchSchema = describing<TouchData>()(
  z.object({
    stack: stackName,
    lastUsedAt: timestamp("When it was last said to be in use: now, or in the last five minutes."),
  }),
);
