import { z } from "zod";
import { PLACEMENTS } from "../../core/settings/placement";
import { count, flag, listOf, number, text, timestamp } from "../terminal/data";

export const stackName = text(
  "Name of the environment and of its Pulumi stack: <owner>-<profile>.",
);

export const lockSchema = z.object({
  user: text("User who runs the update."),
  host: text("Machine of the update."),
  pid: z.int().describe("Process id of the update."),
  since: timestamp("Time at which the update locked the stack."),
  id: text("Name of the lock in the backend."),
});

export const environmentSchema = z.object({
  stack: stackName,
  owner: text("Part of the name before its last dash: a person, pr-123."),
  profile: text("Part of the name after its last dash. Empty without a dash."),
  state: z
    .enum(["up", "incomplete", "going", "updating", "asleep", "empty", "damaged"])
    .describe(
      "up: its last update finished. incomplete: it has resources, but no update has finished. going: a `down` failed or was interrupted; run it again to continue. updating: an update holds the stack's lock. asleep: `wake` brings it back. empty: a stack without resources. damaged: its state cannot be read.",
    ),
  createdAt: timestamp(
    "Creation of its first cluster; sleep, wake and a destroy that keeps the stack do not change it. Absent before the first `up`.",
  ).optional(),
  asleepSince: timestamp("Start of its sleep. Absent while it is awake.").optional(),
  lastUpdateAt: timestamp("Last write of its state. Absent without a state.").optional(),
  expiresAt: timestamp("Expiry, extensions included. Absent before the first update.").optional(),
  expired: flag("Whether its expiry has passed."),
  protected: flag("Whether teardown is refused."),
  pricePerHourUsd: number(
    "US dollars an hour; 0 while it sleeps. Absent before the first update.",
  ).optional(),
  costSoFarUsd: number(
    "Estimated US dollars since its creation; while it slept, only its kept data counts. Absent before the first update.",
  ).optional(),
  url: text("Its URL. Absent unless its overlay has exactly one load balancer.").optional(),
  hosts: z
    .record(z.string(), z.string())
    .describe("URLs of its further names, by the keys of the setting `hosts`. Absent without any.")
    .optional(),
  namespace: text(
    "Kubernetes namespace of the workloads. Absent before the first update.",
  ).optional(),
  clusterId: text(
    "DigitalOcean's id of its DOKS cluster. Absent before the first update.",
  ).optional(),
  clusterName: text("Name of its DOKS cluster. Absent before the first update.").optional(),
  placement: z
    .enum(PLACEMENTS)
    .describe(
      "cluster: it has a cluster of its own. namespace: it has a namespace of a shared cluster. host: it is a shared cluster. Absent before the first update.",
    )
    .optional(),
  hostStack: stackName
    .describe("Stack of the shared cluster that it runs on. Absent unless its settings name one.")
    .optional(),
  baseline: stackName
    .describe(
      "Stack whose services replace those that this one does not deploy. Absent when it deploys all.",
    )
    .optional(),
  pullRequest: text("Number of its pull request. Absent unless `up` got one.").optional(),
  commit: text("Checked-out commit at the last `up`. Absent outside a git repository.").optional(),
  lockedBy: listOf(
    lockSchema,
    "Locks of the stack. Always empty if the backend does not show locks.",
  ),
  fault: text(
    "Reason why its state, or part of it, cannot be read; other fields may then be missing. Absent when it can be read.",
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
