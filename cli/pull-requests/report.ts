import { describeError, UserError } from "../../core/errors";
import { parseImageReference } from "../../core/manifests/image-reference";
import { openClusterOf } from "../cluster/cluster-access";
import type { RunningImage } from "../cluster/diagnosis";
import { readWorkloads } from "../cluster/workloads";
import { type EnvironmentStatus, statusOf } from "../stacks/environment-status";
import type { StackRecord } from "../stacks/record";
import { findStack } from "../stacks/stacks";
import type { Context } from "../terminal/context";
import type { CiData } from "./ci.data";
import type { Decision } from "./decision";
import { type PullRequestEvent, stackOf } from "./event";
import { hasPassed } from "./gate/test-result";
import type { RunNotes, Seen } from "./run-notes";

/** The report about a pull request's environment. */
export type Report = Omit<CiData, "decision" | "comment">;
export type ReportState = Report["state"];
export type ImageChange = NonNullable<Report["changes"]>[number];

/** Reads an environment's state from the backend and the cluster. */
export async function lookAt(context: Context, stack: string): Promise<Seen> {
  const record = await findStack(context, stack);
  if (record === undefined) {
    return { images: [], declared: [] };
  }
  const declared = imagesIn(record);
  return {
    environment: statusOf(record, context.now()),
    images: await runningImages(context, record, declared),
    declared,
  };
}

/** Combines an environment's state with the notes of its run. */
export function reportOf(
  event: PullRequestEvent,
  decision: Decision,
  run: RunNotes | undefined,
  { environment, images, declared }: Seen,
): Report {
  const { laps = [], tests = [], before, failure, keptUntil, receipt } = run ?? {};
  return {
    stack: stackOf(event),
    pullRequest: event.number,
    commit: event.commit,
    state: stateOf(decision, run, environment),
    why: decision.why,
    environment,
    images,
    previousCommit: before?.commit,
    ...(before === undefined ? {} : { changes: changesBetween(before.images, declared) }),
    laps,
    tests,
    failure,
    keptUntil,
    receipt,
  };
}

function stateOf(
  decision: Decision,
  run: RunNotes | undefined,
  environment: EnvironmentStatus | undefined,
): ReportState {
  if (run?.receipt !== undefined) {
    return run.receipt.gone ? "gone" : "left behind";
  }
  if (run?.failure !== undefined) {
    return "failed";
  }
  if (run?.tests?.some((result) => !hasPassed(result))) {
    return "tests failed";
  }
  if (decision.waits) {
    return "waiting";
  }
  if (environment === undefined) {
    return decision.does === "up" && run !== undefined ? "coming up" : "none";
  }
  // After a killed update, the outputs are still those of the update before.
  const isOfThisCommit = environment.commit === run?.commit || run === undefined;
  return environment.state === "up" && isOfThisCommit ? "up" : "coming up";
}

/** Returns the image references of the last update, sorted. */
export function imagesIn(record: StackRecord | undefined): readonly string[] {
  const images = record?.outputs.images;
  return Array.isArray(images) ? (images as string[]) : [];
}

/** Adds the digests that the nodes have pulled, if the cluster reports them. */
async function runningImages(
  context: Context,
  record: StackRecord,
  declared: readonly string[],
): Promise<RunningImage[]> {
  const unknown = declared.map((reference) => ({ reference }));
  try {
    const { client, namespace } = await openClusterOf(context, record);
    const workloads = await readWorkloads(client, namespace);
    const running = workloads.flatMap(({ images }) => images);
    return running.length === 0 ? unknown : sortedOnce(running);
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    context.say(`its images' digests are unknown: ${describeError(error)}`);
    return unknown;
  }
}

function sortedOnce(images: readonly RunningImage[]): RunningImage[] {
  return [...new Map(images.map((image) => [image.reference, image])).values()].sort((a, b) =>
    a.reference.localeCompare(b.reference),
  );
}

/** Returns the images that were added, removed or changed, by name. */
export function changesBetween(before: readonly string[], after: readonly string[]): ImageChange[] {
  const [old, now] = [versionsOf(before), versionsOf(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])].sort();
  return names.flatMap((image) => {
    const [from, to] = [old.get(image), now.get(image)];
    return from === to ? [] : [{ image, from, to }];
  });
}

/** Lists all versions of an image. */
function versionsOf(references: readonly string[]): Map<string, string> {
  const versions = new Map<string, string>();
  for (const text of references) {
    const { name, tag = "latest", digest } = parseImageReference(text);
    const known = versions.get(name);
    const version = digest ?? tag;
    versions.set(name, known === undefined ? version : `${known}, ${version}`);
  }
  return versions;
}
