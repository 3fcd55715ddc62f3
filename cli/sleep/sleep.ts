import { UserError } from "../../core/errors";
import {
  type TakeDownOptions,
  type TakeDownTools,
  type TakenDown,
  takeDown,
} from "../environments/take-down";
import { asleepSinceIn, environmentOf } from "../stacks/environments";
import type { StackRecord } from "../stacks/record";
import { pinTagsIn, tagsOfPins } from "../stacks/sleeping-pins";
import { restoreConfig } from "../stacks/stack-config";
import { removeTags, setTags } from "../stacks/stack-tags";
import { requireStack } from "../stacks/stacks";
import type { Context } from "../terminal/context";
import { type SleepingImages, sleepingImages } from "./sleeping-images";

/** Who does it: that decides whether it counts as a use. */
export type By =
  | { readonly hand: true }
  /** @param lastUse - what is known of its last use, which the sleep would hide. @default - nothing */
  | { readonly hand: false; readonly lastUse?: Date };

export interface Slept extends TakenDown, SleepingImages {
  /** RFC 3339; none when something of it is left. */
  readonly asleepSince?: string;
}

/**
 * Puts an environment to sleep, without a question: keeps its settings, age, expiry and the digests of what it runs, then
 * destroys its cluster with all that is in it. Can be run again after whatever has ended it.
 *
 * @throws as {@link takeDown}; {@link UserError} when it has nothing that could sleep
 */
export async function putToSleep(
  context: Context,
  stack: string,
  tools: TakeDownTools,
  by: By,
  options: Omit<TakeDownOptions, "command">,
): Promise<Slept> {
  const { engine } = tools.workspace;
  let images: SleepingImages = { pins: {}, unpinned: [] };
  const taken = await takeDown(context, stack, tools, {
    ...options,
    command: "sleep",
    allow: async (record, clusterIds) => {
      await options.allow?.(record, clusterIds);
      images = await keep(context, record, tools, by);
    },
  });
  if (taken.left.length > 0) {
    return { ...taken, ...images };
  }
  // After the last word in its state, which was nobody's use of it.
  const asleepSince = context.now().toISOString();
  await setTags(engine, stack, { asleep: asleepSince }, (await requireStack(context, stack)).tags);
  return { ...taken, ...images, asleepSince };
}

/** All that a wake needs is in the backend before anything is destroyed. */
async function keep(
  context: Context,
  record: StackRecord,
  { workspace: { engine }, account }: TakeDownTools,
  by: By,
): Promise<SleepingImages> {
  const { stack, tags, hasResources } = record;
  const environment = environmentOf(record, context.now());
  if (!hasResources && asleepSinceIn(record) === undefined) {
    throw new UserError(
      `"${stack}" has nothing that could sleep: it is ${environment.state}`,
      `doks-env up ${stack}   # or doks-env down ${stack}`,
    );
  }
  // What the destroy writes into the history is what other checkouts get.
  await restoreConfig(context.project, record, engine);
  const images = await sleepingImages(context, record, account);
  const pins = tagsOfPins(images.pins);
  const { createdAt, expiresAt, costSoFarUsd } = environment;
  const said = {
    ...pins,
    created: createdAt,
    expires: expiresAt,
    spent: costSoFarUsd === undefined ? undefined : String(costSoFarUsd),
    lastUsed: lastUsed(by, tags.lastUsed, context.now()),
    asleep: context.now().toISOString(),
  };
  await setTags(engine, stack, said, tags);
  await removeTags(
    engine,
    stack,
    pinTagsIn(tags).filter((name) => !(name in pins)),
    tags,
  );
  return images;
}

function lastUsed(by: By, known: string | undefined, now: Date): string | undefined {
  const use = by.hand ? now : by.lastUse;
  return use === undefined || (known !== undefined && Date.parse(known) >= use.getTime())
    ? undefined
    : use.toISOString();
}
