import { z } from "zod";
import { type DataOf, listOf, text } from "../terminal/data";

const checkResultSchema = z.object({
  subject: text("Subject of the check; several findings may share one."),
  state: z
    .enum(["ok", "warning", "fault"])
    .describe("fault: `up` fails. warning: `up` works, but read this."),
  found: text("Actual value or state, as text."),
  wanted: text(
    "The expected value. Absent when `found` includes it, or when the check passes.",
  ).optional(),
  fix: text(
    "Fixes, one a line: commands to paste, or sentences. Any one of them is enough. Absent when there is nothing to fix.",
  ).optional(),
});

export const doctorSchema = z.object({
  findings: listOf(checkResultSchema, "Results of the checks, in the best order for fixing them."),
});
export type DoctorData = DataOf<typeof doctorSchema>;
export type CheckResult = DataOf<typeof checkResultSchema>;
