import { z } from "zod";
import { stackName } from "../stacks/environment.data";
import { describing, timestamp } from "../terminal/describing";
import type { ExtendData } from "./extend.action";

export const extendSchema = describing<ExtendData>()(
  z.object({
    stack: stackName,
    expiresAt: timestamp("When it expires now."),
    latestExpiryAt: timestamp("How far it can be extended, by its setting maxTtl."),
  }),
);
