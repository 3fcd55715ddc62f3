import { z } from "zod";
import { type DataOf, text } from "./data";

/** The `--json` output of any command that fails. */
export const errorSchema = z.object({
  message: text("Error, with the offending value and the allowed ones."),
  fix: text("Fix: a sentence or a command. Absent for an unexpected error.").optional(),
  exitCode: z
    .literal([0, 1, 2, 3, 130])
    .describe("1 failed, 2 usage (nothing was done), 3 partly done, 130 interrupted."),
});
export type ErrorData = DataOf<typeof errorSchema>;
