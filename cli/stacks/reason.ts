/** Returns an error's message in one line. A connection refused at several addresses has only a code. */
export function reasonOf(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  return (message || code || String(error)).trim().replace(/\s*\n\s*/g, " ");
}
