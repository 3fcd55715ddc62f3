import { z } from "zod";
import { stackName } from "../stacks/environment.data";
import { describing } from "../terminal/describing";
import type { ProtectData } from "./protect.action";

export const protectSchema = describing<ProtectData>()(
  z.object({
    stack: stackName,
    protected: z.boolean().describe("Whether it is refused to take it down from now on."),
  }),
);
