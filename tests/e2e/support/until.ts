import { setTimeout as wait } from "node:timers/promises";

/** DigitalOcean allows 250 requests a minute. */
const POLL_MS = 500;

/** Asks until there is an answer. @throws an Error that names what was waited for, after a minute by default */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  deadlineMs = 60_000,
): Promise<T> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) {
      return answer;
    }
    if (Date.now() > deadline) {
      throw new Error(`after ${deadlineMs / 1000} s it is still not so that ${what}`);
    }
    await wait(POLL_MS);
  }
}
