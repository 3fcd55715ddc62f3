import type { KeptClaim } from "../../core/data/kept-claim";
import { UserError } from "../../core/errors";
import { type Keeping, keepData, keptNow, planKeepingOf } from "../data/keep-data";
import { keptItemOf, totalUsdPerMonth } from "../data/kept";
import { copyChanges } from "../data/missing-copies";
import {
  type TakeDownOptions,
  type TakeDownTools,
  type TakenDown,
  takeDown,
} from "../environments/take-down";
import { requireWhole } from "../stacks/awake";
import { asleepSinceIn, statusOf } from "../stacks/environment-status";
import type { StackRecord } from "../stacks/record";
import { recordSettings, settingsReader } from "../stacks/settings-record";
import { pinChanges } from "../stacks/sleeping-pins";
import { writeTags } from "../stacks/stack-tags";
import type { Context } from "../terminal/context";
import { type SleepingImages, sleepingImages } from "./sleeping-images";

/** The actor, which decides whether the sleep counts as use. */
export type Actor =
  | { readonly hand: true }
  /** @param lastUse - time of its last use, which the sleep would hide. @default - unknown */
  | { readonly hand: false; readonly lastUse?: Date };

export interface Slept extends TakenDown, SleepingImages {
  readonly kept: readonly KeptClaim[];
  /** Start of the sleep, RFC 3339. Absent while resources are left. */
  readonly asleepSince?: string;
}

/**
 * Puts an environment to sleep without asking: keeps its settings, age, expiry, image digests and the content of its volumes,
 * then destroys its cluster. After any interruption it can be run again.
 *
 * @throws as {@link takeDown}; {@link UserError} when it cannot sleep or its data cannot be kept, before the first change
 */
export async function putToSleep(
  context: Context,
  stack: string,
  tools: TakeDownTools,
  by: Actor,
  options: Omit<TakeDownOptions, "command">,
): Promise<Slept> {
  let images: SleepingImages = { pins: {}, unpinned: [] };
  let tags: StackRecord["tags"] = {};
  let kept: readonly KeptClaim[] = [];
  const taken = await takeDown(context, stack, tools, {
    ...options,
    command: "sleep",
    allow: async (record, clusterIds) => {
      await options.allow?.(record, clusterIds);
      requireWhole(record);
      const keeping = await planKeepingOf(context, tools.account, record);
      ({ images, tags } = await keep(context, record, tools, by, keeping));
      if (keeping !== undefined) {
        const { asleep: before } = record.tags;
        kept = await keepOrReturn(context, { stack, tags }, tools, keeping, before);
      }
    },
  });
  kept = await keptNow(tools.account, { stack, tags }, kept);
  if (taken.left.length > 0) {
    return { ...taken, ...images, kept };
  }
  // After the state's last change, which is not use.
  const asleepSince = context.now().toISOString();
  const keeping = kept.length === 0 ? null : String(totalUsdPerMonth(kept.map(keptItemOf)));
  await writeTags(context, { stack, tags }, { asleep: asleepSince, keeping });
  return { ...taken, ...images, kept, asleepSince };
}

/**
 * Keeps the data. After a failure the environment counts as awake again, because nothing has been deleted yet.
 *
 * @param before - start of an unfinished sleep, which may have deleted something. @default - there was none
 */
async function keepOrReturn(
  context: Context,
  record: Pick<StackRecord, "stack" | "tags">,
  { account, progress }: TakeDownTools,
  keeping: Keeping,
  before: string | undefined,
): Promise<readonly KeptClaim[]> {
  try {
    const kept = await progress.during(
      "data",
      () => keepData(context, account, record.stack, keeping),
      ({ length }) => `${length} ${length === 1 ? "snapshot" : "snapshots"}`,
    );
    return kept;
  } catch (error) {
    await writeTags(context, record, { asleep: before ?? null });
    throw error;
  }
}

/** Writes everything that a wake needs to the backend before the first deletion. */
async function keep(
  context: Context,
  record: StackRecord,
  { account }: TakeDownTools,
  by: Actor,
  keeping: Keeping | undefined,
): Promise<{ readonly images: SleepingImages; readonly tags: StackRecord["tags"] }> {
  const { stack, tags, hasResources } = record;
  const environment = statusOf(record, context.now());
  if (!hasResources && asleepSinceIn(record) === undefined) {
    throw new UserError(
      `"${stack}" cannot sleep: it is ${environment.state}`,
      `doks-env up ${stack}   # or doks-env down ${stack}`,
    );
  }
  const settings = await settingsReader(context)(record);
  const images = await sleepingImages(context, record, account);
  const { createdAt, expiresAt, costSoFarUsd } = environment;
  const written = await writeTags(context, record, {
    ...pinChanges(tags, images.pins),
    // The destroy deletes the outputs with the rest of the state.
    ...(settings && recordSettings(settings.own, record)),
    created: createdAt,
    expires: expiresAt,
    spent: costSoFarUsd === undefined ? undefined : String(costSoFarUsd),
    lastUsed: lastUsed(by, tags.lastUsed, context.now()),
    data: keeping?.dataId,
    ...copyChanges(tags, keeping && [...keeping.claims, ...keeping.kept]),
    asleep: context.now().toISOString(),
  });
  return { images, tags: written };
}

function lastUsed(by: Actor, known: string | undefined, now: Date): string | undefined {
  const use = by.hand ? now : by.lastUse;
  return use === undefined || (known !== undefined && Date.parse(known) >= use.getTime())
    ? undefined
    : use.toISOString();
}
