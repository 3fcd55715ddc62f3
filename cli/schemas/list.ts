import { z } from "zod";
import type { ListData } from "../actions/list";
import { describing } from "./describing";
import { environmentSchema } from "./environment";

export const listSchema = describing<ListData>()(
  z.object({
    environments: z
      .array(environmentSchema)
      .describe("Those that were asked for, sorted by name. Empty when there are none."),
  }),
);
