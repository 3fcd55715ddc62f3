import { z } from "zod";
import { PLACEMENTS } from "../../core/settings/placement";
import { count, flag, listOf, number, text, timestamp } from "../terminal/data";

export const stackName = text(
  "Name of the environment and of its Pulumi stack: <owner>-<profile>.",
);

export const lockSchema = z.object({
  user: text("Who runs it."),
  host: text("On which machine."),
  pid: z.int().describe("As which process."),
  since: timestamp("When it took the stack."),
  id: text("Name of the lock in the backend."),
});

export const environmentSchema = z.object({
  stack: stackName,
  owner: text("All before the last dash of the name: a person, pr-123."),
  profile: text("All after it. Empty when there is no dash."),
  state: z
    .enum(["up", "incomplete", "going", "updating", "asleep", "empty", "damaged"])
    .describe(
      "up: its last update has declared everything. incomplete: something is there, and no update has finished. going: a `down` has failed or was interrupted, and goes on when it is run again. " +
        "updating: an update holds the stack. asleep: a stack that waits to be woken. empty: a stack and nothing else. damaged: its state cannot be read.",
    ),
  createdAt: timestamp(
    "When its first cluster was created; sleeping and waking leave that as it is, and so does a destroy that keeps the stack. Absent before the first `up`.",
  ).optional(),
  asleepSince: timestamp("Since when it sleeps. Absent while it does not.").optional(),
  lastUpdateAt: timestamp("When its state was last written. Absent when it never was.").optional(),
  expiresAt: timestamp(
    "When it expires, extensions included. Absent before the first update.",
  ).optional(),
  expired: flag("Whether that is over."),
  protected: flag("Whether it is refused to take it down."),
  pricePerHourUsd: number(
    "US dollars an hour; nothing while it sleeps. Absent before the first update.",
  ).optional(),
  costSoFarUsd: number(
    "US dollars since its creation, estimated; of the time that it slept, for what was kept of its data. Absent before the " +
      "first update.",
  ).optional(),
  url: text(
    "Where it answers. Absent when no load balancer or several are in its overlay.",
  ).optional(),
  hosts: z
    .record(z.string(), z.string())
    .describe("Where its further names answer, by the setting's keys. Absent when it has none.")
    .optional(),
  namespace: text(
    "Kubernetes namespace of the workloads. Absent before the first update.",
  ).optional(),
  clusterId: text("Id of its DOKS cluster. Absent before the first update.").optional(),
  clusterName: text("Name of its DOKS cluster. Absent before the first update.").optional(),
  placement: z
    .enum(PLACEMENTS)
    .describe(
      "cluster: its cluster is its own. namespace: it has a namespace of a shared cluster. " +
        "host: it is such a cluster. Absent before the first update.",
    )
    .optional(),
  hostStack: stackName
    .describe("The stack on whose cluster it lives. Absent unless its settings name one.")
    .optional(),
  baseline: stackName
    .describe(
      "The stack whose services stand in for those that are not deployed. Absent when all are.",
    )
    .optional(),
  pullRequest: text(
    "Number of the pull request that it is for. Absent when `up` did not get one.",
  ).optional(),
  commit: text(
    "Commit that was checked out at the last `up`. Absent outside a git repository.",
  ).optional(),
  lockedBy: listOf(lockSchema, "Who holds the stack. Empty also where the backend does not tell."),
  fault: text(
    "Why its state, or part of it, cannot be read. Then nothing follows from what is absent here. Absent when it can be read.",
  ).optional(),
});

/** One update of a stack, as Pulumi's history has it. */
export const pastUpdateSchema = z.object({
  kind: text("Pulumi's word: update, destroy, refresh, ..."),
  result: text("Pulumi's word: succeeded, failed, in-progress."),
  startedAt: timestamp("When it began."),
  endedAt: timestamp("When it ended."),
  changes: z
    .partialRecord(z.string(), count("Resources."))
    .describe("How many resources it has treated how, by Pulumi's word: create, same, ..."),
});
