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

/** The problems in an environment's namespace, with their evidence. All texts are free of secrets. */
export type Diagnosis = DataOf<typeof diagnosisSchema>;
/** One thing that is wrong with one object; an object may have several. */
export type Finding = DataOf<typeof findingSchema>;
export type LikelyFix = DataOf<typeof fixSchema>;
/** Events that say the same, of one object or of several of one owner. */
export type EventGroup = DataOf<typeof eventSchema>;
/** The last lines that a container wrote. */
export type LogExcerpt = DataOf<typeof logSchema>;
/** Something that runs pods. */
export type Workload = DataOf<typeof workloadSchema>;
export type WorkloadKind = Workload["kind"];
/** `failed`: waiting longer does not fix it. */
export type WorkloadState = Workload["state"];
export type RunningImage = DataOf<typeof imageSchema>;
export type ClusterNode = DataOf<typeof nodeSchema>;
export type QuotaUse = DataOf<typeof quotaSchema>;
