import { z } from "zod";
import type { Value } from "../../core/settings/layers";
import { nodeSchema, quotaSchema, workloadSchema } from "../cluster/cluster.data";
import { keptSchema } from "../data/kept.data";
import { verdictFields } from "../reap/reap.data";
import { environmentSchema, pastUpdateSchema } from "../stacks/environment-status.data";
import { type DataOf, listOf, text, texts } from "../terminal/data";

const settingSchema = z.object({
  // A setting may have any JSON value.
  value: (z.any() as z.ZodType<Value>).describe(
    "Checked value, or the default; [secret] if the stack keeps it encrypted.",
  ),
  origin: z
    .enum(["default", "project", "profile", "stack"])
    .describe(
      "Source of the value: core/settings/schema.ts, Pulumi.yaml, Pulumi.<profile>.yaml or the stack's own config.",
    ),
});

const unknown = (what: string) => z.object({ unknown: text(`Reason why ${what}.`) });

export const showSchema = z.object({
  environment: environmentSchema.describe("Environment, as in the output of `list`."),
  settings: z
    .union([
      z.record(text("Path of the setting, e.g. smokeTest.path."), settingSchema),
      unknown("the settings cannot be read"),
    ])
    .describe("Settings by path."),
  images: texts("Image references of the last update, sorted."),
  cluster: z
    .union([
      z.object({
        workloads: listOf(workloadSchema, "Workloads in the namespace."),
        nodes: listOf(nodeSchema, "Nodes of the cluster."),
        quota: listOf(quotaSchema, "Quota of the namespace and its use. Empty without a quota."),
      }),
      unknown("the cluster does not answer"),
    ])
    .describe("Current contents of the cluster."),
  verdict: z
    .union([
      z.object({
        ...verdictFields,
        timeline: texts("Evidence as text, one line each, the verdict first."),
      }),
      unknown("there is no verdict"),
    ])
    .describe("The reaper's verdict, from all evidence."),
  kept: keptSchema,
  updates: listOf(pastUpdateSchema, "The last five updates, newest first."),
});
export type ShowData = DataOf<typeof showSchema>;
/** The workloads, nodes and quota of an environment, or the reason for which they are unknown. */
export type InCluster = ShowData["cluster"];
