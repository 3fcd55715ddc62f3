import { z } from "zod";
import { type DataOf, listOf, text } from "../terminal/data";

const checkResultSchema = z.object({
  subject: text("What was looked at; there may be several findings about it."),
  state: z
    .enum(["ok", "warning", "fault"])
    .describe("fault: `up` fails. warning: it works, and should be known."),
  found: text("What is there, in words."),
  wanted: text(
    "The expected value. Absent when `found` includes it, or when the check passes.",
  ).optional(),
  fix: text(
    "How to fix it: commands to paste, or sentences, one a line; any of them will do. Absent when there is nothing to fix.",
  ).optional(),
});

export const doctorSchema = z.object({
  findings: listOf(checkResultSchema, "In the order in which they are best fixed."),
});
export type DoctorData = DataOf<typeof doctorSchema>;
export type CheckResult = DataOf<typeof checkResultSchema>;
