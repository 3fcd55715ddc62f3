import { z } from "zod";
import { stackName } from "../stacks/environment-status.data";
import { count, type DataOf, listOf, text, texts, timestamp } from "../terminal/data";
import { findingSchema, workloadSchema } from "./cluster.data";

const diagnosis = {
  namespace: text("Diagnosed namespace."),
  takenAt: timestamp("Time of the diagnosis."),
  workloads: listOf(workloadSchema, "All workloads, healthy ones included."),
  findings: listOf(findingSchema, "Problems, failures first. Empty when everything is healthy."),
  untold: count("Number of findings that this list omits."),
  unread: texts(
    "Objects that could not be read and so are not judged, with the reason, a sentence each.",
  ),
};
/** The diagnosis of a namespace. */
export const diagnosisSchema = z.object(diagnosis);

export const diagnoseSchema = z.object({ stack: stackName, ...diagnosis });
export type DiagnoseData = DataOf<typeof diagnoseSchema>;
