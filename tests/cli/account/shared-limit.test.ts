import {
  type AxiosAdapter,
  AxiosError,
  AxiosHeaders,
  type InternalAxiosRequestConfig,
} from "axios";
import { retryingAdapter } from "../../../cli/account/retrying-adapter";
import { retryContext } from "../../../core/retry";
import { RateLimiter } from "../../../packages/emulator/api/rate-limit";

/** Commands that share a token and know nothing of each other, with DigitalOcean's limit as the emulator counts it. */

const MINUTE_MS = 60_000;
const GET = { method: "get", url: "/volumes" } as InternalAxiosRequestConfig;

beforeEach(() => jest.useFakeTimers({ now: new Date("2026-11-23T10:00:00Z") }));
afterEach(() => jest.useRealTimers());

const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

/** DigitalOcean, which answers each request after 50 ms unless the token's limit is used up. */
function limited(limiter = new RateLimiter({ now: () => new Date() })) {
  const seen = { done: 0, refused: 0 };
  const send: AxiosAdapter = async (config) => {
    await sleep(50);
    const { allowed, headers } = limiter.take();
    if (allowed) {
      seen.done++;
      return { status: 200, statusText: "OK", data: {}, headers, config };
    }
    seen.refused++;
    const answer = {
      status: 429,
      statusText: "",
      data: {},
      headers: new AxiosHeaders(headers),
      config,
    };
    throw new AxiosError("refused", "ERR_BAD_REQUEST", config, {}, answer);
  };
  return { send, seen, limiter };
}

test("forty simultaneous commands wait for the minute's limit, and none fails", async () => {
  const { send, seen } = limited();
  const said: string[] = [];
  const commands = Array.from({ length: 40 }, async () => {
    const own = retryingAdapter(send, retryContext({ sleep, say: (line) => said.push(line) }));
    for (let count = 0; count < 10; count++) {
      await Promise.all([own(GET), own(GET), own(GET), own({ ...GET, method: "post" })]);
    }
  });
  const all = Promise.all(commands);
  await jest.advanceTimersByTimeAsync(9 * MINUTE_MS);
  await all;
  expect(seen.done).toBe(1_600);
  expect(seen.refused).toBeGreaterThan(0);
  // Each command about once for each minute that it waits, not for each request.
  expect(said.length).toBeLessThanOrEqual(40 * 7);
  expect(said[0]).toMatch(
    /^waiting \d+(\.\d)? s: DigitalOcean allows a token 250 requests a minute/,
  );
});
