import { z } from "zod";
import { stackName } from "../stacks/environment.data";
import { describing, timestamp } from "../terminal/describing";
import type { TouchData } from "./touch.action";

export const touchSchema = describing<TouchData>()(
  z.object({
    stack: stackName,
    lastUsedAt: timestamp("When it was last said to be in use: now, or in the last five minutes."),
  }),
);
