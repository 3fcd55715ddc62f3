import { z } from "zod";
import { count, flag, listOf, text, texts, timestamp } from "../terminal/data";
import { WORKLOAD_KINDS } from "./workload-kinds";

export const imageSchema = z.object({
  reference: text("Reference in the pod's spec."),
  digest: text("Digest that the nodes pulled, sha256:<64 hex>. Absent before the pull.").optional(),
});

/** A workload: an object that runs pods, or a pod. */
export const workloadSchema = z.object({
  kind: z
    .enum(WORKLOAD_KINDS)
    .describe("Kind; ReplicaSet or Pod only if no other listed workload owns it."),
  name: text("Name of the object."),
  ready: count("Number of ready pods; for a Job, of succeeded pods."),
  desired: count("Number of desired pods."),
  images: listOf(imageSchema, "Images of the pods."),
  state: z
    .enum(["ready", "progressing", "failed"])
    .describe("failed: waiting longer does not help."),
  reason: text("Reason why it is not ready, in a sentence. Absent when it is.").optional(),
});

export const nodeSchema = z.object({
  name: text("Name of the node."),
  pool: text("Name of its node pool. Absent outside a pool.").optional(),
  size: text("Slug of its Droplet size. Absent without the label.").optional(),
  ready: flag("Whether its condition Ready is true."),
  reason: text("Reason why it is not ready, in a sentence. Absent when it is.").optional(),
  version: text("Version of its kubelet, e.g. v1.35.4."),
  createdAt: timestamp("Time at which it joined the cluster."),
});

export const fixSchema = z.object({
  text: text("Fix, in a sentence."),
  command: text(
    "Command for it, with <placeholders>. Absent when no command can fix it.",
  ).optional(),
});

export const eventSchema = z.object({
  about: text("Kind and name of the object of the newest event."),
  reason: text("Kubernetes' reason."),
  message: text("Kubernetes' message."),
  count: count("Number of occurrences."),
  lastSeen: timestamp("Time of the last occurrence."),
});

export const logSchema = z.object({
  pod: text("Name of the pod."),
  container: text("Name of its container."),
  run: z.enum(["current", "previous"]).describe("previous: the run before the last restart."),
  lines: texts("Last lines of the log, oldest first."),
  unreadable: text("Reason why the log cannot be read. Absent when it can.").optional(),
});

export const findingSchema = z.object({
  kind: text("Kind of the object, which may be a custom resource."),
  name: text("Name of the object."),
  state: z.enum(["progressing", "failed"]).describe("failed: waiting longer does not help."),
  reason: text("Kubernetes' reason if it has one, e.g. ImagePullBackOff."),
  text: text("Problem, in a sentence."),
  facts: texts("Further facts, a sentence each."),
  pods: texts("Names of the affected pods."),
  likelyFix: fixSchema.describe("Likely fix. Absent when none is known.").optional(),
  events: listOf(eventSchema, "Warnings about the object and objects that it owns, newest first."),
  logs: listOf(logSchema, "Logs of its failing containers."),
});

/** A namespace's use of one resource of its quota. */
export const quotaSchema = z.object({
  resource: text("Kubernetes' word: requests.cpu, pods, services.loadbalancers."),
  used: text("A quantity, as Kubernetes writes it."),
  hard: text("The most that it may be."),
});
