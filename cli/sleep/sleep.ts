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

/** The actor, which decides whether it counts as a use. */
export type Actor =
  | { readonly hand: true }
  /** @param lastUse - what is known of its last use, which the sleep would hide. @default - nothing */
  | { readonly hand: false; readonly lastUse?: Date };

export interface Slept extends TakenDown, SleepingImages {
  readonly kept: readonly KeptClaim[];
  /** RFC 3339; none when something of it is left. */
  readonly asleepSince?: string;
}

/**
 * Puts an environment to sleep, without a question: keeps its settings, age, expiry, the digests of what it runs and what is
 * in its volumes, then destroys its cluster with all that is in it. Can be run again after whatever has ended it.
 *
 * @throws as {@link takeDown}; {@link UserError} when it has nothing that could sleep, or data that cannot be kept: then
 *   nothing has changed
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
        kept = await keepOrReturn(context, { stack, tags }, tools, keeping);
      }
    },
  });
  kept = await keptNow(tools.account, { stack, tags }, kept);
  if (taken.left.length > 0) {
    return { ...taken, ...images, kept };
  }
  // After the last word in its state, which was nobody's use of it.
  const asleepSince = context.now().toISOString();
  const keeping = kept.length === 0 ? null : String(totalUsdPerMonth(kept.map(keptItemOf)));
  await writeTags(context, { stack, tags }, { asleep: asleepSince, keeping });
  return { ...taken, ...images, kept, asleepSince };
}

/** A failure before anything is destroyed leaves the environment awake. */
async function keepOrReturn(
  context: Context,
  record: Pick<StackRecord, "stack" | "tags">,
  { account, progress }: TakeDownTools,
  keeping: Keeping,
): Promise<readonly KeptClaim[]> {
  try {
    const kept = await progress.during(
      "data",
      () => keepData(context, account, record.stack, keeping),
      ({ length }) => `${length} ${length === 1 ? "snapshot" : "snapshots"}`,
    );
    return kept;
  } catch (error) {
    await writeTags(context, record, { asleep: null });
    throw error;
  }
}

/** All that a wake needs is in the backend before anything is destroyed. */
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
    // The outputs go with the rest of the state.
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
