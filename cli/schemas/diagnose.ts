import { z } from "zod";
import type { DiagnoseData } from "../actions/diagnose";
import type { Diagnosis } from "../services/cluster/diagnosis";
import { findingSchema, workloadSchema } from "./cluster";
import { count, describing, texts, timestamp } from "./describing";
import { stackName } from "./environment";

const diagnosis = {
  namespace: z.string().describe("What was looked at."),
  takenAt: timestamp("When the cluster was asked."),
  workloads: z.array(workloadSchema).describe("All of them, also those that are well."),
  findings: z
    .array(findingSchema)
    .describe("What is wrong, what has failed first. Empty when all is well."),
  untold: count("How many more findings there are than are told."),
  unread: texts("What could not be read and is therefore not judged, and why, a sentence each."),
};
/** What a cluster says of a namespace. */
export const diagnosisSchema = describing<Diagnosis>()(z.object(diagnosis));

export const diagnoseSchema = describing<DiagnoseData>()(
  z.object({ stack: stackName, ...diagnosis }),
);
