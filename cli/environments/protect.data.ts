import { z } from "zod";
import { stackName } from "../stacks/environment-status.data";
import { type DataOf, flag } from "../terminal/data";

export const protectSchema = z.object({
  stack: stackName,
  protected: flag("Whether it is refused to take it down from now on."),
});
export type ProtectData = DataOf<typeof protectSchema>;
