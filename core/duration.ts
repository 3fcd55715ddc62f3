/** A duration in settings: whole numbers with units, largest first, e.g. `14d`, `2h30m`. */
const GRAMMAR = /^(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;
const UNITS = [
  ["w", 604_800],
  ["d", 86_400],
  ["h", 3_600],
  ["m", 60],
  ["s", 1],
] as const;

/** The longest accepted duration: a year. An environment that lives longer is not ephemeral. */
export const LONGEST_DURATION_SECONDS = 365 * 86_400;

export const DURATION_GRAMMAR = "a duration such as 30m, 8h, 2h30m, 14d or 2w, from 1s to 365d";

/**
 * Parses a duration.
 *
 * @returns seconds, from 1 to {@link LONGEST_DURATION_SECONDS}, or undefined when the text is not such a duration
 */
export function parseDuration(text: string): number | undefined {
  const match = GRAMMAR.exec(text);
  if (!match) {
    return undefined;
  }
  const seconds = UNITS.reduce(
    (sum, [, size], index) => sum + Number(match[index + 1] ?? 0) * size,
    0,
  );
  return seconds >= 1 && seconds <= LONGEST_DURATION_SECONDS ? seconds : undefined;
}

/**
 * The seconds of a valid duration.
 *
 * @throws RangeError when the text is not a duration
 */
export function secondsOf(duration: string): number {
  const seconds = parseDuration(duration);
  if (seconds === undefined) {
    throw new RangeError(`"${duration}" is not ${DURATION_GRAMMAR}`);
  }
  return seconds;
}

/** Formats whole seconds in the largest units that lose nothing: 9000 is `2h30m`. */
export function formatDuration(seconds: number): string {
  let rest = Math.round(seconds);
  let text = "";
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    // Weeks are parsed but never printed: people write `14d`.
    if (count > 0 && unit !== "w") {
      text += `${count}${unit}`;
      rest -= count * size;
    }
  }
  return text === "" ? "0s" : text;
}
