import { z } from "zod";
import type { ExtendData } from "../actions/extend";
import { describing, timestamp } from "./describing";
import { stackName } from "./environment";

export const extendSchema = describing<ExtendData>()(
  z.object({
    stack: stackName,
    expiresAt: timestamp("When it expires now."),
    latestExpiryAt: timestamp("How far it can be extended, by its setting maxTtl."),
  }),
);
