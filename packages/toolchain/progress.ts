/** Seconds between two lines about a long step: often enough to be seen to live, seldom enough for a CI log. */
const INTERVAL_SECONDS = 12;

/**
 * Tells now and then how a long step gets on, until the step ends.
 *
 * @param describe what is being done at the moment, asked anew for every line
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

/** Milliseconds as people read them: `12s`, `3m05s`. */
export function formatElapsed(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds}s` : `${minutes}m${String(seconds % 60).padStart(2, "0")}s`;
}
