import { z } from "zod";
import { leftoverSchema } from "../environments/down.data";
import { stackName } from "../stacks/environment-status.data";
import { count, type DataOf, listOf, number, text, texts, timestamp } from "../terminal/data";
import { ACTIONS, CAUSES } from "./policy/situation";

const causeSchema = z
  .enum(CAUSES)
  .describe("By what rule. unknownCluster: a cluster that is in no stack's state.");
const actionSchema = z.enum(ACTIONS);
const kindSchema = z
  .enum(["stack", "cluster", "droplet", "load balancer", "volume", "volume snapshot"])
  .describe("Its subject: an environment, or something in the account that belongs to none.");
const subject = text("Name of the stack, or kind and id: volume/506f78a4-...");

const dueSchema = z.object({
  action: actionSchema.describe("What is to happen."),
  cause: causeSchema,
  at: timestamp("When."),
  why: text("In words."),
});

export const verdictFields = {
  kind: z
    .enum(["active", "idle", "expiring", "expired", "orphaned", "protected", "unknown"])
    .describe("What is to be thought of it. unknown: it may be idle, and not all could be read."),
  at: timestamp(
    "Since when it is idle, expired or orphaned, or when it expires. Absent of the others.",
  ).optional(),
  reasons: texts("Why, in words, the decisive one first."),
  dues: listOf(dueSchema, "What is to happen to it, now or later."),
};
export const verdictSchema = z.object(verdictFields);

const entrySchema = z.object({
  subject,
  kind: kindSchema,
  ids: texts("DigitalOcean's ids of what is meant."),
  action: z
    .enum(["destroy", "sleep", "wake", "warn", "skip"])
    .describe("What is done. skip: nothing, although it may look as if something should be."),
  cause: causeSchema.optional(),
  deadline: timestamp("When it happens at the earliest. Of a warning only.").optional(),
  why: text("In words."),
  usdPerMonth: number("What a month of it costs now, in US dollars."),
});

const outcomeSchema = z.object({
  subject,
  kind: kindSchema,
  action: z.enum(["destroy", "sleep", "wake", "warn"]).describe("What was to be done."),
  state: z
    .enum(["done", "failed", "skipped", "abandoned"])
    .describe("skipped: the reason was gone by then. abandoned: the run was interrupted."),
  why: text("Why not, or what was wrong all the same.").optional(),
  left: listOf(
    leftoverSchema,
    "The receipt: what DigitalOcean still has of it. Of what was taken down only.",
  ).optional(),
  costSoFarUsd: number("US dollars that it has cost, estimated.").optional(),
  channels: listOf(
    z.enum(["webhook", "comment", "log"]),
    "By which a warning was delivered.",
  ).optional(),
});

const agreementSchema = z.object({
  state: z
    .enum(["agree", "differ", "unknown"])
    .describe("Whether stacks and account agree. unknown: they could not be compared."),
  differences: texts("What does not agree, or why that is not known."),
});

const runSchema = z.object({
  mode: z.enum(["plan", "run", "rehearse"]).describe("plan: nothing was to be done."),
  result: z
    .enum(["planned", "refused", "capped", "done", "partly", "interrupted"])
    .describe(
      "refused: the lists could not be compared, and nothing was done. capped: it would destroy too many, and nothing was done. " +
        "partly: some of it has failed.",
    ),
  project: text("Name of the Pulumi project."),
  shard: text("Which part of the environments it was about: 2/5."),
  at: timestamp("By when everything was judged."),
  reasons: texts("Why nothing was done. Empty otherwise."),
  channels: listOf(
    z.enum(["webhook", "comment", "log"]),
    "How people are warned. Empty: not at all.",
  ),
  environments: listOf(
    z.object({ stack: stackName, ...verdictFields }),
    "All of this shard with the verdicts on them.",
  ),
  plan: z
    .object({
      hash: text("What `reap run --plan` takes."),
      entries: listOf(entrySchema, "In the order in which they are carried out."),
      savesUsdPerMonth: number("US dollars that are no longer paid in a month."),
      mostDestroys: count("How many it may destroy without being asked for it by its hash."),
    })
    .describe("What is to be done."),
  outcomes: listOf(
    outcomeSchema,
    "What has become of each entry. Empty when nothing was to be done.",
  ),
  agreement: agreementSchema.describe("The comparison of stacks and account, made afterwards."),
  requests: z
    .object({
      all: count("Of this run."),
      perEnvironment: number("Of this shard."),
    })
    .describe("Requests to DigitalOcean, repeated ones included."),
});

const reviewSchema = z.object({
  wouldHaveDestroyed: count("Environments that rehearsals would have destroyed."),
  usedAfterwards: count("How many of those were used afterwards."),
  falsePositiveRate: number("Share of the second in the first, from 0 to 1."),
  falsePositives: listOf(
    z.object({
      stack: stackName,
      cause: text("By what rule."),
      at: timestamp("When it would have been destroyed."),
      usedAt: timestamp("When it was first used afterwards."),
    }),
    "Those, by when that was decided.",
  ),
});

const explainSchema = z.object({
  stack: stackName,
  ...verdictFields,
  timeline: texts("The evidence in words, a line each, the verdict first."),
});

export const reapSchema = z.object({
  run: runSchema.describe("What a run has found and done. Absent with the others.").optional(),
  review: reviewSchema.describe("Of `reap review`: what comes of rehearsals.").optional(),
  explanation: explainSchema.describe("Of `reap explain`: the evidence on one.").optional(),
});
export type VerdictData = DataOf<typeof verdictSchema>;
export type EntryData = DataOf<typeof entrySchema>;
export type RunData = DataOf<typeof runSchema>;
export type ReviewData = DataOf<typeof reviewSchema>;
export type ReapData = DataOf<typeof reapSchema>;
