/** Why something failed, in one line. A connection that was refused at several addresses has a code and no message. */
export function reasonOf(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  return (message || code || String(error)).trim().replace(/\s*\n\s*/g, " ");
}
