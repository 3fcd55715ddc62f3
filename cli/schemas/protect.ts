import { z } from "zod";
import type { ProtectData } from "../actions/protect";
import { describing } from "./describing";
import { stackName } from "./environment";

export const protectSchema = describing<ProtectData>()(
  z.object({
    stack: stackName,
    protected: z.boolean().describe("Whether it is refused to take it down from now on."),
  }),
);
