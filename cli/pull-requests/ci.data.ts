import { z } from "zod";
import { imageSchema } from "../cluster/cluster.data";
import { diagnosisSchema } from "../cluster/diagnose.data";
import { downSchema } from "../environments/down.data";
import { environmentSchema, stackName } from "../stacks/environment-status.data";
import { type DataOf, flag, listOf, number, text, texts, timestamp } from "../terminal/data";

const lapSchema = z.object({
  name: text("What was done."),
  seconds: number("How long it took."),
  succeeded: flag("Whether it was done."),
});

const testSchema = z.object({
  name: text("Name in the setting tests."),
  outcome: z
    .enum(["passed", "failed", "timed out", "not run"])
    .describe("timed out: it was ended at its timeout. not run: it could not be started."),
  seconds: number("How long it took."),
  reason: text("Why it has not passed. Absent when it has.").optional(),
  output: texts("The last lines that it wrote, without what looks like a secret."),
});

const changeSchema = z.object({
  image: text("Registry and repository."),
  from: text("Tag or digest before. Absent when it did not run.").optional(),
  to: text("Tag or digest now. Absent when it does not run any more.").optional(),
});

const failureSchema = z.object({
  message: text("What has failed, and how to fix it."),
  diagnosis: diagnosisSchema
    .describe("What the cluster reports. Absent when it could not be asked.")
    .optional(),
});

export const ciSchema = z.object({
  stack: stackName,
  pullRequest: z.int().describe("Number of the pull request."),
  commit: text("Its commit that this is about, in full."),
  decision: z
    .enum(["up", "down", "nothing"])
    .describe("What the event asks for: what another command would do is not done."),
  why: text("Why, in a sentence."),
  state: z
    .enum(["waiting", "coming up", "up", "tests failed", "failed", "gone", "left behind", "none"])
    .describe(
      "waiting: somebody has to do something first. left behind: taken down, and DigitalOcean still has something of it. " +
        "none: there is nothing.",
    ),
  environment: environmentSchema
    .describe("The environment as it is now. Absent when there is none.")
    .optional(),
  images: listOf(imageSchema, "What it runs, sorted."),
  previousCommit: text(
    "The commit that ran before. Absent when none did, or that is not known.",
  ).optional(),
  changes: listOf(
    changeSchema,
    "Images that have changed since. Absent when nothing ran before.",
  ).optional(),
  laps: listOf(lapSchema, "What took how long in this run, in the order of its end."),
  tests: listOf(testSchema, "Results of the gate. Empty before it has run."),
  failure: failureSchema.describe("Why it is not up. Absent when nothing has failed.").optional(),
  keptUntil: timestamp(
    "At least so long it is kept because its gate has failed. Absent when it has not.",
  ).optional(),
  receipt: z
    .object(downSchema.shape)
    .describe("What taking it down has left. Absent before.")
    .optional(),
  comment: text("Address of the comment. Absent when none was written.").optional(),
});
export type CiData = DataOf<typeof ciSchema>;
