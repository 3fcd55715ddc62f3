import type { Pins } from "../../core/manifests/image-overrides";
import type { StackRecord } from "./record";
import type { TagChanges } from "./stack-tags";
import { wordChanges, wordsIn } from "./word-tags";

/** Tags `pins1`, `pins2`, ... contain `<reference>=<digest>`. */
const LIST = "pins";

/** Returns the digests in a stack's tags, which a sleep writes and the next `up` removes. */
export function pinsIn(tags: StackRecord["tags"]): Pins {
  return Object.fromEntries(
    wordsIn(tags, LIST).map((entry): [string, string] => {
      const equals = entry.lastIndexOf("=");
      return [entry.slice(0, equals), entry.slice(equals + 1)];
    }),
  );
}

/** Returns the changes after which the tags contain exactly these digests. */
export function pinChanges(tags: StackRecord["tags"], pins: Pins): TagChanges {
  const entries = Object.entries(pins).map(([reference, digest]) => `${reference}=${digest}`);
  return wordChanges(tags, LIST, entries);
}

/** Returns the pins without those that the sleep added. */
export function withoutSleepingPins(pins: Pins, tags: StackRecord["tags"]): Pins {
  const sleeping = pinsIn(tags);
  return Object.fromEntries(
    Object.entries(pins).filter(([reference, digest]) => sleeping[reference] !== digest),
  );
}
