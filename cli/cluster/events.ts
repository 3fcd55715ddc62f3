import type { CoreV1Event, KubernetesObject } from "@kubernetes/client-node";
import type { EventGroup } from "./diagnosis";
import { excerpt } from "./excerpt";

/** Maximum number of groups for an object. */
const MOST_GROUPS = 5;

/** Returns the events about some objects, newest first. */
export function eventsAbout(
  objects: readonly KubernetesObject[],
  events: readonly CoreV1Event[],
): CoreV1Event[] {
  const uids = new Set(objects.map(({ metadata }) => metadata?.uid));
  return events
    .filter(({ involvedObject: { uid } }) => uid !== undefined && uids.has(uid))
    .sort((a, b) => lastSeen(b) - lastSeen(a));
}

export function newestOf(
  events: readonly CoreV1Event[],
  ...reasons: readonly string[]
): CoreV1Event | undefined {
  return events.find(({ reason = "" }) => reasons.includes(reason));
}

/** Groups warnings with the same text, apart from names and ids of pods. */
export function groupWarnings(events: readonly CoreV1Event[]): EventGroup[] {
  const groups = new Map<string, EventGroup>();
  for (const event of events.filter(isTelling)) {
    const { involvedObject, reason = "", message = "" } = event;
    const key = `${reason} ${withoutNames(message, event)}`;
    const known = groups.get(key);
    groups.set(
      key,
      known
        ? { ...known, count: known.count + countOf(event) }
        : {
            about: `${involvedObject.kind ?? ""}/${involvedObject.name ?? ""}`,
            reason,
            message: excerpt(message),
            count: countOf(event),
            lastSeen: new Date(lastSeen(event)).toISOString(),
          },
    );
  }
  return [...groups.values()].slice(0, MOST_GROUPS);
}

/** Whether an event has information of its own: `Error: ImagePullBackOff` only repeats a container's state. */
function isTelling({ type, message = "" }: CoreV1Event): boolean {
  return type === "Warning" && !/^Error: \w+$/.test(message);
}

/**
 * The scheduler's events are of the newer kind, which has a series and no `lastTimestamp`. The client library (1.4.0) returns
 * their times as text, unlike its types.
 */
function lastSeen({ series, lastTimestamp, eventTime, metadata }: CoreV1Event): number {
  const time: Date | string | undefined =
    series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata.creationTimestamp;
  return time === undefined ? 0 : new Date(time).getTime();
}

function countOf({ series, count }: CoreV1Event): number {
  return series?.count ?? count ?? 1;
}

/** Removes names of pods, also the name in a controller's failure to create one: `pods "web-5d8f-abcde" is forbidden`. */
function withoutNames(message: string, { involvedObject: { name, uid } }: CoreV1Event): string {
  return [name, uid]
    .reduce<string>((rest, id) => (id ? rest.replaceAll(id, "") : rest), message)
    .replaceAll(/pods "[^"]*"/g, "pods");
}
