import { z } from "zod";
import { count, flag, listOf, text, texts, timestamp } from "../terminal/data";
import { WORKLOAD_KINDS } from "./workload-kinds";

export const imageSchema = z.object({
  reference: text("As the pods name it."),
  digest: text(
    "sha256:<64 hex> of what the nodes have pulled. Absent before they have.",
  ).optional(),
});

/** Something that runs pods. */
export const workloadSchema = z.object({
  kind: z
    .enum(WORKLOAD_KINDS)
    .describe("ReplicaSet and Pod only where nothing else that is listed has made it."),
  name: text("Name of the object."),
  ready: count("Pods that are ready; of a Job, those that have done their work."),
  desired: count("Pods that there should be."),
  images: listOf(imageSchema, "What they run."),
  state: z
    .enum(["ready", "progressing", "failed"])
    .describe("failed: waiting longer does not fix it."),
  reason: text("Why it is not ready, in a sentence. Absent when it is.").optional(),
});

export const nodeSchema = z.object({
  name: text("Name of the node."),
  pool: text("Name of its node pool. Absent on a node of no pool.").optional(),
  size: text("Slug of its Droplet's size. Absent when not labelled.").optional(),
  ready: flag("Whether Kubernetes takes it for ready."),
  reason: text("Why it is not, in a sentence. Absent when it is.").optional(),
  version: text("Version of its kubelet, e.g. v1.35.4."),
  createdAt: timestamp("When it joined."),
});

export const fixSchema = z.object({
  text: text("What to do, in a sentence."),
  command: text("What it takes, with <placeholders>. Absent when it is not a command.").optional(),
});

export const eventSchema = z.object({
  about: text("Kind and name of what the newest one is about."),
  reason: text("Kubernetes' word."),
  message: text("Its message."),
  count: count("How often it was seen."),
  lastSeen: timestamp("When it was seen last."),
});

export const logSchema = z.object({
  pod: text("Name of the pod."),
  container: text("Name of its container."),
  run: z.enum(["current", "previous"]).describe("previous: before its last restart."),
  lines: texts("The last lines that it wrote, oldest first."),
  unreadable: text("Why there are none. Absent when they could be read.").optional(),
});

export const findingSchema = z.object({
  kind: text("Kind of the object, which may be a custom resource."),
  name: text("Its name."),
  state: z.enum(["progressing", "failed"]).describe("failed: waiting longer does not fix it."),
  reason: text("Kubernetes' word where it has one, e.g. ImagePullBackOff."),
  text: text("What is wrong, in a sentence."),
  facts: texts("What else is known, a sentence each."),
  pods: texts("Names of the pods that it was seen on."),
  likelyFix: fixSchema.describe("Absent when none is known.").optional(),
  events: listOf(eventSchema, "Warnings about the object and what it owns, newest first."),
  logs: listOf(logSchema, "What its failing containers wrote."),
});

/** How much a namespace uses of one thing that its quota bounds. */
export const quotaSchema = z.object({
  resource: text("Kubernetes' word: requests.cpu, pods, services.loadbalancers."),
  used: text("A quantity, as Kubernetes writes it."),
  hard: text("The most that it may be."),
});
