import { z } from "zod";
import { stackName } from "../stacks/environment-status.data";
import { type DataOf, flag } from "../terminal/data";

export const protectSchema = z.object({
  stack: stackName,
  protected: flag("Whether teardown is refused from now on."),
});
export type ProtectData = DataOf<typeof protectSchema>;
