import type { DataOf } from "../terminal/data";
import type {
  eventSchema,
  findingSchema,
  fixSchema,
  imageSchema,
  logSchema,
  nodeSchema,
  quotaSchema,
  workloadSchema,
} from "./cluster.data";
import type { diagnosisSchema } from "./diagnose.data";

/** The problems in an environment's namespace, with their evidence. No text contains a secret. */
export type Diagnosis = DataOf<typeof diagnosisSchema>;
/** One problem of one object; an object may have several. */
export type Finding = DataOf<typeof findingSchema>;
export type LikelyFix = DataOf<typeof fixSchema>;
/** Equal events of one object, or of several objects of one owner. */
export type EventGroup = DataOf<typeof eventSchema>;
/** The last lines of a container's log. */
export type LogExcerpt = DataOf<typeof logSchema>;
/** An object that runs pods. */
export type Workload = DataOf<typeof workloadSchema>;
export type WorkloadKind = Workload["kind"];
/** `failed`: waiting longer does not help. */
export type WorkloadState = Workload["state"];
export type RunningImage = DataOf<typeof imageSchema>;
export type ClusterNode = DataOf<typeof nodeSchema>;
export type QuotaUse = DataOf<typeof quotaSchema>;
