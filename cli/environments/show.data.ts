import { z } from "zod";
import type { SettingOrigin } from "../../core/settings";
import { nodeSchema, workloadSchema } from "../cluster/cluster.data";
import type { QuotaUse } from "../cluster/quota";
import { verdictFields } from "../reap/reap.data";
import { environmentSchema } from "../stacks/environment.data";
import type { PastUpdate } from "../stacks/history";
import { count, describing, texts, timestamp } from "../terminal/describing";
import type { ShowData } from "./show.action";

const settingSchema = describing<SettingOrigin>()(
  z.object({
    // A setting may have any value that JSON has.
    value: (z.any() as z.ZodType<SettingOrigin["value"]>).describe(
      "Its value, checked, with defaults; [secret] for what the stack keeps encrypted.",
    ),
    origin: z
      .enum(["default", "project", "profile", "stack"])
      .describe(
        "Who says it: core/settings/schema.ts, Pulumi.yaml, Pulumi.<profile>.yaml or the stack's own config.",
      ),
  }),
);

const updateSchema = describing<PastUpdate>()(
  z.object({
    kind: z.string().describe("Pulumi's word: update, destroy, refresh, ..."),
    result: z.string().describe("Pulumi's word: succeeded, failed, in-progress."),
    startedAt: timestamp("When it began."),
    endedAt: timestamp("When it ended."),
    changes: z
      .partialRecord(z.string(), count("Resources."))
      .describe("How many resources it has treated how, by Pulumi's word: create, same, ..."),
  }),
);

const quotaSchema = describing<QuotaUse>()(
  z.object({
    resource: z.string().describe("Kubernetes' word: requests.cpu, pods, services.loadbalancers."),
    used: z.string().describe("A quantity, as Kubernetes writes it."),
    hard: z.string().describe("The most that it may be."),
  }),
);

const unknown = (what: string) => z.object({ unknown: z.string().describe(`Why ${what}.`) });

export const showSchema = describing<ShowData>()(
  z.object({
    environment: environmentSchema.describe("As `list` has it."),
    settings: z
      .union([
        z.record(z.string().describe("Path, e.g. smokeTest.path."), settingSchema),
        unknown("the settings cannot be read"),
      ])
      .describe("By path."),
    images: texts("References that the last update has declared, sorted."),
    cluster: z
      .union([
        z.object({
          workloads: z.array(workloadSchema).describe("All that run in the namespace."),
          nodes: z.array(nodeSchema).describe("All of the cluster."),
          quota: z
            .array(quotaSchema)
            .describe("What the namespace uses of what it may. Empty where there is no quota."),
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
    updates: z.array(updateSchema).describe("The last five, newest first."),
  }),
);
