import { z } from "zod";
import type { Value } from "../../core/settings/layers";
import { nodeSchema, quotaSchema, workloadSchema } from "../cluster/cluster.data";
import { keptSchema } from "../data/kept.data";
import { verdictFields } from "../reap/reap.data";
import { environmentSchema, pastUpdateSchema } from "../stacks/environment-status.data";
import { type DataOf, listOf, text, texts } from "../terminal/data";

const settingSchema = z.object({
  // A setting may have any value that JSON has.
  value: (z.any() as z.ZodType<Value>).describe(
    "Its value, checked, with defaults; [secret] for what the stack keeps encrypted.",
  ),
  origin: z
    .enum(["default", "project", "profile", "stack"])
    .describe(
      "Where it is set: core/settings/schema.ts, Pulumi.yaml, Pulumi.<profile>.yaml or the stack's own config.",
    ),
});

const unknown = (what: string) => z.object({ unknown: text(`Why ${what}.`) });

export const showSchema = z.object({
  environment: environmentSchema.describe("As `list` has it."),
  settings: z
    .union([
      z.record(text("Path, e.g. smokeTest.path."), settingSchema),
      unknown("the settings cannot be read"),
    ])
    .describe("By path."),
  images: texts("References that the last update has declared, sorted."),
  cluster: z
    .union([
      z.object({
        workloads: listOf(workloadSchema, "All that run in the namespace."),
        nodes: listOf(nodeSchema, "All of the cluster."),
        quota: listOf(
          quotaSchema,
          "What the namespace uses of what it may. Empty where there is no quota.",
        ),
      }),
      unknown("the cluster cannot be asked"),
    ])
    .describe("What runs there now."),
  verdict: z
    .union([
      z.object({
        ...verdictFields,
        timeline: texts("The evidence in words, a line each, the verdict first."),
      }),
      unknown("there is no verdict"),
    ])
    .describe("What the reaper thinks of it, by all evidence."),
  kept: keptSchema,
  updates: listOf(pastUpdateSchema, "The last five, newest first."),
});
export type ShowData = DataOf<typeof showSchema>;
/** The workloads of an environment's cluster, or the reason why they are unknown. */
export type InCluster = ShowData["cluster"];
