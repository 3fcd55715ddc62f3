import type { Pins } from "../../core/manifests/image-overrides";
import { readConfiguration } from "../../core/settings/configuration";
import type { Layer, Value } from "../../core/settings/layers";
import { type OwnSettings, revisionOf } from "../../core/settings/revision";
import type { Context } from "../terminal/context";
import { isObject, parseObject } from "./json";
import { lastConfigReader } from "./last-config";
import type { StackRecord } from "./record";
import { withoutSleepingPins } from "./sleeping-pins";
import type { TagChanges } from "./stack-tags";
import { sourceOf } from "./stacks";

/** Tags `settings1`, `settings2`, ... contain the text in parts. */
const TAG = /^settings(\d+)$/;
/** Longest tag that Pulumi Cloud accepts. Source: pkg/util/validation/stack.go of Pulumi 3.259. */
const TAG_LENGTH = 256;

/** The settings that an update is about to apply. */
interface Intended extends OwnSettings {
  /** Revision of the settings in the outputs before that update. @default - no outputs */
  readonly over?: string;
}

/**
 * Returns an environment's own settings from its stack: those of the last `doks-env` update, successful or not, or those
 * of a later plain `pulumi up`, which writes no tags.
 *
 * @returns undefined for a stack without an update since this record was introduced
 */
export function recordedSettings({
  tags,
  outputs,
}: Pick<StackRecord, "tags" | "outputs">): OwnSettings | undefined {
  const intended = intendedIn(tags);
  const applied = appliedIn(outputs);
  if (intended === undefined || applied === undefined) {
    return intended ?? applied;
  }
  return [intended.revision, intended.over].includes(applied.revision) ? intended : applied;
}

/** Returns the tag changes that record a stack's new own settings. */
export function recordSettings(
  own: Layer,
  { tags, outputs }: Pick<StackRecord, "tags" | "outputs">,
): TagChanges {
  const text = JSON.stringify({ own, over: appliedIn(outputs)?.revision });
  const parts = text.match(new RegExp(`.{1,${TAG_LENGTH}}`, "gsu")) ?? [];
  return {
    ...Object.fromEntries(namesIn(tags).map((name) => [name, null])),
    ...Object.fromEntries(parts.map((part, index) => [`settings${index + 1}`, part])),
  };
}

/** Returns a reader of environments' own settings. It uses Pulumi's history for environments without this record. */
export function settingsReader(
  context: Pick<Context, "project" | "env">,
): (record: StackRecord) => Promise<OwnSettings | undefined> {
  const { project } = context;
  let history: ReturnType<typeof lastConfigReader> | undefined;
  return async (record) => {
    const recorded = recordedSettings(record);
    if (recorded !== undefined) {
      return recorded;
    }
    history ??= lastConfigReader(sourceOf(context));
    const config = await (await history)(record.stack);
    if (config === undefined) {
      return undefined;
    }
    const { stack } = record;
    const configured = { projectFolder: project.folder, project: project.name, stack, config };
    const { pins, ...rest } = readConfiguration(configured).layers.stack;
    const kept = isObject(pins) ? withoutSleepingPins(pins as Pins, record.tags) : {};
    const own: Layer = { ...rest, ...(Object.keys(kept).length > 0 ? { pins: { ...kept } } : {}) };
    return { own, revision: revisionOf(own) };
  };
}

/** Returns the joined text of these tags. Stacks with the same text have the same settings. */
export function settingsPartsIn(tags: StackRecord["tags"]): string {
  return namesIn(tags)
    .map((name) => tags[name] ?? "")
    .join("");
}

function namesIn(tags: StackRecord["tags"]): string[] {
  const number = (name: string) => Number(TAG.exec(name)?.[1]);
  return Object.keys(tags)
    .filter((name) => TAG.test(name))
    .sort((one, other) => number(one) - number(other));
}

function intendedIn(tags: StackRecord["tags"]): Intended | undefined {
  const text = settingsPartsIn(tags);
  if (text === "") {
    return undefined;
  }
  const { own, over } = parseObject(text);
  if (!isObject(own)) {
    throw new Error("the stack tags that should contain its settings do not");
  }
  const layer = own as Layer;
  return {
    own: layer,
    revision: revisionOf(layer),
    ...(typeof over === "string" ? { over } : {}),
  };
}

function appliedIn({ settings }: StackRecord["outputs"]): OwnSettings | undefined {
  if (!isObject(settings) || !isObject(settings.own) || typeof settings.revision !== "string") {
    return undefined;
  }
  const { own, revision } = settings;
  return { own: own as Readonly<Record<string, Value>>, revision };
}
