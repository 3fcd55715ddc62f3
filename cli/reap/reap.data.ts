import { z } from "zod";
import { leftoverSchema } from "../environments/down.data";
import { stackName } from "../stacks/environment-status.data";
import { count, type DataOf, listOf, number, text, texts, timestamp } from "../terminal/data";
import { ACTIONS, CAUSES } from "./policy/situation";

const causeSchema = z
  .enum(CAUSES)
  .describe("Rule that applies. unknownCluster: no stack's state contains the cluster.");
const actionSchema = z.enum(ACTIONS);
const kindSchema = z
  .enum(["stack", "cluster", "droplet", "load balancer", "volume", "volume snapshot"])
  .describe("Kind of subject: an environment, or a resource in the account without one.");
const subject = text("Name of the stack, or kind and id: volume/506f78a4-...");

const dueSchema = z.object({
  action: actionSchema.describe("Action to come."),
  cause: causeSchema,
  at: timestamp("Time of the action."),
  why: text("Reason, as text."),
});

export const verdictFields = {
  kind: z
    .enum(["active", "idle", "expiring", "expired", "orphaned", "protected", "unknown"])
    .describe("Verdict. unknown: it may be idle, but some evidence could not be read."),
  at: timestamp(
    "Time since which it is idle, expired or orphaned, or at which it expires. Absent for other kinds.",
  ).optional(),
  reasons: texts("Reasons as text, the decisive one first."),
  dues: listOf(dueSchema, "Actions to come, now or later."),
};
export const verdictSchema = z.object(verdictFields);

const entrySchema = z.object({
  subject,
  kind: kindSchema,
  ids: texts("DigitalOcean's ids of the affected resources."),
  action: z
    .enum(["destroy", "sleep", "wake", "warn", "skip"])
    .describe("Action. skip: the reaper deliberately does nothing."),
  cause: causeSchema.optional(),
  deadline: timestamp("Earliest time of the announced action. Only for a warning.").optional(),
  why: text("Reason, as text."),
  usdPerMonth: number("Current price in US dollars a month."),
});

const outcomeSchema = z.object({
  subject,
  kind: kindSchema,
  action: z.enum(["destroy", "sleep", "wake", "warn"]).describe("Planned action."),
  state: z
    .enum(["done", "failed", "skipped", "abandoned"])
    .describe("skipped: its reason no longer held. abandoned: the run was interrupted."),
  why: text("Reason, or a problem despite success.").optional(),
  left: listOf(
    leftoverSchema,
    "Receipt: resources that DigitalOcean still has. Only after a teardown.",
  ).optional(),
  costSoFarUsd: number("Estimated cost in US dollars.").optional(),
  channels: listOf(
    z.enum(["webhook", "comment", "log"]),
    "Channels that delivered the warning.",
  ).optional(),
});

const agreementSchema = z.object({
  state: z
    .enum(["agree", "differ", "unknown"])
    .describe("Whether stacks and account agree. unknown: they could not be compared."),
  differences: texts("Differences, or the reason why they are unknown."),
});

const runSchema = z.object({
  mode: z.enum(["plan", "run", "rehearse"]).describe("plan and rehearse do nothing."),
  result: z
    .enum(["planned", "refused", "capped", "done", "partly", "interrupted"])
    .describe(
      "refused: nothing was done, because the lists could not be compared. capped: nothing was done, because it would destroy too many. partly: some actions failed.",
    ),
  project: text("Name of the Pulumi project."),
  shard: text("Part of the environments that this run covers: 2/5."),
  at: timestamp("Time of the verdicts."),
  reasons: texts("Reasons why nothing was done. Empty otherwise."),
  channels: listOf(
    z.enum(["webhook", "comment", "log"]),
    "Channels for warnings. Empty: no warnings.",
  ),
  environments: listOf(
    z.object({ stack: stackName, ...verdictFields }),
    "Environments of this shard with their verdicts.",
  ),
  plan: z
    .object({
      hash: text("Hash for `reap run --plan`."),
      entries: listOf(entrySchema, "Actions, in the order of execution."),
      savesUsdPerMonth: number("Savings in US dollars a month."),
      mostDestroys: count("Number of destroys that a run without --plan may make."),
    })
    .describe("Plan of the run."),
  outcomes: listOf(outcomeSchema, "Outcome of each entry. Empty when nothing was done."),
  agreement: agreementSchema.describe("Comparison of stacks and account after the run."),
  requests: z
    .object({
      all: count("Requests of this run."),
      perEnvironment: number("Requests per environment of this shard."),
    })
    .describe("Number of requests to DigitalOcean, retries included."),
});

const reviewSchema = z.object({
  wouldHaveDestroyed: count("Number of environments that rehearsals would have destroyed."),
  usedAfterwards: count("Number of those that were used afterwards."),
  falsePositiveRate: number("usedAfterwards divided by wouldHaveDestroyed, 0 to 1."),
  falsePositives: listOf(
    z.object({
      stack: stackName,
      cause: text("Rule that applied."),
      at: timestamp("Time at which it would have been destroyed."),
      usedAt: timestamp("Time of its first use afterwards."),
    }),
    "Environments that were used afterwards, in the order of the decisions.",
  ),
});

const explainSchema = z.object({
  stack: stackName,
  ...verdictFields,
  timeline: texts("Evidence as text, one line each, the verdict first."),
});

export const reapSchema = z.object({
  run: runSchema
    .describe("Findings and outcomes of a plan, run or rehearsal. Absent otherwise.")
    .optional(),
  review: reviewSchema.describe("Result of `reap review`. Absent otherwise.").optional(),
  explanation: explainSchema.describe("Result of `reap explain`. Absent otherwise.").optional(),
});
export type VerdictData = DataOf<typeof verdictSchema>;
export type EntryData = DataOf<typeof entrySchema>;
export type RunData = DataOf<typeof runSchema>;
export type ReviewData = DataOf<typeof reviewSchema>;
export type ReapData = DataOf<typeof reapSchema>;
