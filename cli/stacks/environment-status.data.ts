import { z } from "zod";
import { PLACEMENTS } from "../../core/settings/placement";
import { timestamp } from "../terminal/data";

export const stackName = z
  .string()
  .describe("Name of the environment and of its Pulumi stack: <owner>-<profile>.");

export const lockSchema = z.object({
  user: z.string().describe("Who runs it."),
  host: z.string().describe("On which machine."),
  pid: z.int().describe("As which process."),
  since: timestamp("When it took the stack."),
  id: z.string().describe("Name of the lock in the backend."),
});

export const environmentSchema = z.object({
  stack: stackName,
  owner: z.string().describe("All before the last dash of the name: a person, pr-123."),
  profile: z.string().describe("All after it. Empty when there is no dash."),
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
  expired: z.boolean().describe("Whether that is over."),
  protected: z.boolean().describe("Whether it is refused to take it down."),
  pricePerHourUsd: z
    .number()
    .describe("US dollars an hour; nothing while it sleeps. Absent before the first update.")
    .optional(),
  costSoFarUsd: z
    .number()
    .describe(
      "US dollars since its creation, estimated; of the time that it slept, for what was kept of its data. Absent before the " +
        "first update.",
    )
    .optional(),
  url: z
    .string()
    .describe("Where it answers. Absent when no load balancer or several are in its overlay.")
    .optional(),
  hosts: z
    .record(z.string(), z.string())
    .describe("Where its further names answer, by the setting's keys. Absent when it has none.")
    .optional(),
  namespace: z
    .string()
    .describe("Kubernetes namespace of the workloads. Absent before the first update.")
    .optional(),
  clusterId: z
    .string()
    .describe("Id of its DOKS cluster. Absent before the first update.")
    .optional(),
  clusterName: z
    .string()
    .describe("Name of its DOKS cluster. Absent before the first update.")
    .optional(),
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
  pullRequest: z
    .string()
    .describe("Number of the pull request that it is for. Absent when `up` did not get one.")
    .optional(),
  commit: z
    .string()
    .describe("Commit that was checked out at the last `up`. Absent outside a git repository.")
    .optional(),
  lockedBy: z
    .array(lockSchema)
    .describe("Who holds the stack. Empty also where the backend does not tell."),
  fault: z
    .string()
    .describe(
      "Why its state, or part of it, cannot be read. Then nothing follows from what is absent here. Absent when it can be read.",
    )
    .optional(),
});
