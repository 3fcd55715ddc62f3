/** Seconds between two progress lines of a long step: often enough to show life, seldom enough for a CI log. */
const INTERVAL_SECONDS = 12;

/**
 * Prints progress lines until a long step ends.
 *
 * @param describe the current activity, called for every line
 */
export async function withProgress<T>(
  say: (line: string) => void,
  describe: () => string,
  step: () => Promise<T>,
): Promise<T> {
  const started = Date.now();
  const timer = setInterval(
    () => say(`  ${formatElapsed(Date.now() - started)}  ${describe()}`),
    INTERVAL_SECONDS * 1000,
  );
  try {
    return await step();
  } finally {
    clearInterval(timer);
  }
}

/** Milliseconds for users: `12s`, `3m05s`. */
export function formatElapsed(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds}s` : `${minutes}m${String(seconds % 60).padStart(2, "0")}s`;
}
