import { z } from "zod";
import { imageSchema } from "../cluster/cluster.data";
import { diagnosisSchema } from "../cluster/diagnose.data";
import { downSchema } from "../environments/down.data";
import { environmentSchema, stackName } from "../stacks/environment-status.data";
import { type DataOf, flag, listOf, number, text, texts, timestamp } from "../terminal/data";

const lapSchema = z.object({
  name: text("Name of the phase."),
  seconds: number("Duration in seconds."),
  succeeded: flag("Whether it succeeded."),
});

const testSchema = z.object({
  name: text("Name of the test in the setting `tests`."),
  outcome: z
    .enum(["passed", "failed", "timed out", "not run"])
    .describe("timed out: ended at its timeout. not run: it did not start."),
  seconds: number("Duration in seconds."),
  reason: text("Reason why it did not pass. Absent when it passed.").optional(),
  output: texts("Last lines of its output, with likely secrets removed."),
});

const changeSchema = z.object({
  image: text("Registry and repository."),
  from: text("Previous tag or digest. Absent when it did not run before.").optional(),
  to: text("Current tag or digest. Absent when it no longer runs.").optional(),
});

const failureSchema = z.object({
  message: text("Error and fix."),
  diagnosis: diagnosisSchema
    .describe("Diagnosis of the cluster. Absent when it did not answer.")
    .optional(),
});

export const ciSchema = z.object({
  stack: stackName,
  pullRequest: z.int().describe("Number of the pull request."),
  commit: text("Commit of the pull request, all 40 digits."),
  decision: z
    .enum(["up", "down", "nothing"])
    .describe("Command that the event calls for; any other `ci` command does nothing."),
  why: text("Reason for the decision, in a sentence."),
  state: z
    .enum(["waiting", "coming up", "up", "tests failed", "failed", "gone", "left behind", "none"])
    .describe(
      "waiting: a person must act first. left behind: taken down, but DigitalOcean still has resources of it. none: no environment.",
    ),
  environment: environmentSchema.describe("Current environment. Absent without one.").optional(),
  images: listOf(imageSchema, "Images of the environment, sorted."),
  previousCommit: text("Commit that ran before. Absent when none ran or it is unknown.").optional(),
  changes: listOf(
    changeSchema,
    "Images that changed since. Absent when nothing ran before.",
  ).optional(),
  laps: listOf(lapSchema, "Durations of this run's phases, in the order of their ends."),
  tests: listOf(testSchema, "Test results of the gate. Empty before it runs."),
  failure: failureSchema.describe("Reason why it is not up. Absent without a failure.").optional(),
  keptUntil: timestamp(
    "Earliest end of an environment whose gate failed. Absent when the gate did not fail.",
  ).optional(),
  receipt: z
    .object(downSchema.shape)
    .describe("Receipt of the teardown. Absent before.")
    .optional(),
  comment: text("URL of the comment. Absent when none was written.").optional(),
});
export type CiData = DataOf<typeof ciSchema>;
