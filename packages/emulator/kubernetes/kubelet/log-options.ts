import type { LogLine } from "./container-log";

/**
 * Returns the requested part of a log, as text.
 * @see PodLogOptions in https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.35/
 */
export function selectLog(lines: readonly LogLine[], query: URLSearchParams): string {
  const since = sinceOf(query);
  const tail = query.get("tailLines");
  const recent = lines.filter(({ time }) => Date.parse(time) >= since);
  const text = (tail === null ? recent : recent.slice(Math.max(recent.length - Number(tail), 0)))
    .map(({ time, text }) =>
      query.get("timestamps") === "true" ? `${time} ${text}\n` : `${text}\n`,
    )
    .join("");
  const limit = query.get("limitBytes");
  return limit === null ? text : Buffer.from(text).subarray(0, Number(limit)).toString();
}

/** Unix time in milliseconds. */
function sinceOf(query: URLSearchParams): number {
  const time = query.get("sinceTime");
  const seconds = query.get("sinceSeconds");
  if (time !== null) {
    return Date.parse(time);
  }
  return seconds === null ? Number.NEGATIVE_INFINITY : Date.now() - Number(seconds) * 1000;
}
