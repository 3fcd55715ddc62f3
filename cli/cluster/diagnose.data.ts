import { z } from "zod";
import { stackName } from "../stacks/environment-status.data";
import { count, type DataOf, listOf, text, texts, timestamp } from "../terminal/data";
import { findingSchema, workloadSchema } from "./cluster.data";

const diagnosis = {
  namespace: text("What was looked at."),
  takenAt: timestamp("When the cluster was asked."),
  workloads: listOf(workloadSchema, "All of them, also those that are well."),
  findings: listOf(findingSchema, "What is wrong, what has failed first. Empty when all is well."),
  untold: count("How many findings are left out of this list."),
  unread: texts("What could not be read and is therefore not judged, and why, a sentence each."),
};
/** A namespace as its cluster describes it. */
export const diagnosisSchema = z.object(diagnosis);

export const diagnoseSchema = z.object({ stack: stackName, ...diagnosis });
export type DiagnoseData = DataOf<typeof diagnoseSchema>;
