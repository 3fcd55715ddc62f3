import type { Pins } from "../../core/manifests/image-overrides";
import type { StackRecord } from "./record";

/** Tags `pins1`, `pins2`, ... contain as many `<reference>=<digest>` as fit. */
const TAG = /^pins\d+$/;
/** Longest tag that Pulumi Cloud accepts. Source: pkg/util/validation/stack.go of Pulumi 3.259. */
const TAG_LENGTH = 256;

/** Returns the digests in a stack's tags, which a sleep writes and the next `up` removes. */
export function pinsIn(tags: StackRecord["tags"]): Pins {
  const entries = pinTagsIn(tags).flatMap((name) => (tags[name] ?? "").split(" "));
  return Object.fromEntries(
    entries.map((entry): [string, string] => {
      const equals = entry.lastIndexOf("=");
      return [entry.slice(0, equals), entry.slice(equals + 1)];
    }),
  );
}

export function pinTagsIn(tags: StackRecord["tags"]): string[] {
  return Object.keys(tags).filter((name) => TAG.test(name));
}

/** Returns the tags that store these digests. */
export function tagsOfPins(pins: Pins): Record<string, string> {
  const values: string[] = [];
  for (const [reference, digest] of Object.entries(pins)) {
    const entry = `${reference}=${digest}`;
    const extended = `${values.at(-1) ?? ""} ${entry}`;
    if (values.length > 0 && extended.length <= TAG_LENGTH) {
      values[values.length - 1] = extended;
    } else {
      values.push(entry);
    }
  }
  return Object.fromEntries(values.map((value, index) => [`pins${index + 1}`, value]));
}

/** Returns the pins without those that the sleep added. */
export function withoutSleepingPins(pins: Pins, tags: StackRecord["tags"]): Pins {
  const sleeping = pinsIn(tags);
  return Object.fromEntries(
    Object.entries(pins).filter(([reference, digest]) => sleeping[reference] !== digest),
  );
}
