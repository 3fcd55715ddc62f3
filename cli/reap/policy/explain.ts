import { SIGNALS, type Signal } from "./evidence";
import type { Verdict } from "./verdict";
import { formatSpan, formatTime } from "./wording";

interface Moment {
  /** Unix seconds. */
  readonly at: number;
  readonly text: string;
}

/**
 * Explains a verdict: past events, failed signals and actions to come, one line each.
 *
 * @param now - Unix seconds
 */
export function explain(verdict: Verdict, now: number): string[] {
  const { stack, kind, reasons, evidence, dues } = verdict;
  return [
    `${stack} is ${kind}: ${reasons.join("; ")}`,
    ...timeline(verdict, now).map(({ at, text }) => `  ${formatTime(at)}  ${text}`),
    ...evidence.filter(({ state }) => state !== "read").map((signal) => `  ${silence(signal)}`),
    ...evidence.flatMap((signal) =>
      signal.state === "read" && signal.at === undefined
        ? [`  ${nameOf(signal)}: ${signal.detail}${since(signal.from)}`]
        : [],
    ),
    ...(dues.length === 0 ? ["  nothing is due"] : []),
  ];
}

/** Past and future events, with the present between them. */
function timeline({ situation, evidence, dues }: Verdict, now: number): Moment[] {
  const { createdAt, asleepSince, wokenAt } = situation;
  const facts: [number | undefined, string][] = [
    [createdAt, "created"],
    [wokenAt, "woken by its working hours"],
    [asleepSince, "put to sleep"],
    [now, "now"],
    ...evidence.map((signal): [number | undefined, string] => [
      signal.state === "read" ? signal.at : undefined,
      nameOf(signal) + (signal.detail === "" ? "" : `: ${signal.detail}`),
    ]),
    ...dues.map(({ at, action, why }): [number, string] => [
      at,
      `${action} ${at > now ? `in ${formatSpan(at - now)}` : "due"}: ${why}`,
    ]),
  ];
  return facts
    .flatMap(([at, text]) => (at === undefined ? [] : [{ at, text }]))
    .sort((one, other) => one.at - other.at);
}

function silence(signal: Signal): string {
  return signal.state === "absent"
    ? `${nameOf(signal)}: none, ${signal.detail}`
    : `${nameOf(signal)}: not known, ${signal.detail}`;
}

function nameOf({ signal, source }: Signal): string {
  return `${SIGNALS[signal]} (${source})`;
}

function since(from: number | undefined): string {
  return from === undefined ? "" : ` since ${formatTime(from)}`;
}
