import { z } from "zod";
import { describing } from "../terminal/describing";
import type { DoctorData } from "./doctor.action";
import type { Finding } from "./finding";

const findingSchema = describing<Finding>()(
  z.object({
    subject: z.string().describe("What was looked at; there may be several findings about it."),
    state: z
      .enum(["ok", "warning", "fault"])
      .describe("fault: `up` fails. warning: it works, and should be known."),
    found: z.string().describe("What is there, in words."),
    wanted: z
      .string()
      .describe("What should be there. Absent when `found` says it, or it is as it should be.")
      .optional(),
    fix: z
      .string()
      .describe(
        "How to mend it: commands to paste, or sentences, one a line; any of them will do. Absent when there is nothing to mend.",
      )
      .optional(),
  }),
);

export const doctorSchema = describing<DoctorData>()(
  z.object({
    findings: z.array(findingSchema).describe("In the order in which they are best mended."),
  }),
);
