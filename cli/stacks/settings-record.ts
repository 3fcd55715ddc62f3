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

/** Tags `settings1`, `settings2`, ... hold the text, as much as fits. */
const TAG = /^settings(\d+)$/;
/** Pulumi Cloud takes no longer ones. Source: pkg/util/validation/stack.go of Pulumi 3.259. */
const TAG_LENGTH = 256;

/** The settings that an update is about to give an environment, and those that it replaces. */
interface Intended extends OwnSettings {
  /** Revision in the outputs at that time. @default - there were none */
  readonly over?: string;
}

/**
 * The settings of an environment itself, as its stack has them: what the last update of `doks-env` was to bring, whatever came of
 * it; or what plain `pulumi up` has brought since, which writes no tags.
 *
 * @returns undefined for a stack that was never updated, or not since there is this record
 */
export function recordedSettings({
  tags,
  outputs,
}: Pick<StackRecord, "tags" | "outputs">): OwnSettings | undefined {
  const intended = intendedIn(tags);
  const brought = broughtIn(outputs);
  if (intended === undefined || brought === undefined) {
    return intended ?? brought;
  }
  return [intended.revision, intended.over].includes(brought.revision) ? intended : brought;
}

/** The changes of a stack's tags that record what it is to set from now on. */
export function recordSettings(
  own: Layer,
  { tags, outputs }: Pick<StackRecord, "tags" | "outputs">,
): TagChanges {
  const text = JSON.stringify({ own, over: broughtIn(outputs)?.revision });
  const parts = text.match(new RegExp(`.{1,${TAG_LENGTH}}`, "gsu")) ?? [];
  return {
    ...Object.fromEntries(namesIn(tags).map((name) => [name, null])),
    ...Object.fromEntries(parts.map((part, index) => [`settings${index + 1}`, part])),
  };
}

/** Reads what environments set; of those that were last updated before there was this record, from Pulumi's history. */
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

/** The texts of all these tags: two stacks with the same text have the same settings. */
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
    throw new Error("the tags that hold its settings hold something else");
  }
  const layer = own as Layer;
  return {
    own: layer,
    revision: revisionOf(layer),
    ...(typeof over === "string" ? { over } : {}),
  };
}

function broughtIn({ settings }: StackRecord["outputs"]): OwnSettings | undefined {
  if (!isObject(settings) || !isObject(settings.own) || typeof settings.revision !== "string") {
    return undefined;
  }
  const { own, revision } = settings;
  return { own: own as Readonly<Record<string, Value>>, revision };
}
