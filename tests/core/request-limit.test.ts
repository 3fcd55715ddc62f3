import { RequestLimit } from "../../core/request-limit";

/** With the second that is allowed for a request to arrive. */
const MINUTE = 61_000;
const HOUR = 3_601_000;
const PATIENCE = 600_000;
/** Within it those come back who were refused together. */
const SPREAD = 2_000;

/** A limit with a clock of its own, which stands still while requests wait. */
function limitAt(start: number) {
  const clock = { now: start };
  const slept: number[] = [];
  const said: string[] = [];
  const limit = new RequestLimit({
    now: () => new Date(clock.now),
    sleep: async (ms) => void slept.push(ms),
    say: (line) => said.push(line),
  });
  /** How long each of some requests that are sent together has to wait. */
  const take = async (count: number): Promise<number[]> => {
    slept.length = 0;
    const all = Array.from({ length: count }, () =>
      limit.send(
        async () => {},
        () => undefined,
      ),
    );
    await Promise.all(all);
    return [...Array<number>(count - slept.length).fill(0), ...slept];
  };
  return { limit, clock, take, slept, said };
}

describe("the requests of one process", () => {
  it("are 250 at once, and the next one a minute after the first", async () => {
    const { clock, take, said } = limitAt(0);
    expect(await take(250)).toEqual(Array(250).fill(0));
    expect(said).toEqual([]);
    clock.now = 10_000;
    expect(await take(1)).toEqual([MINUTE - 10_000]);
    expect(said).toEqual([
      "waiting 51 s: DigitalOcean allows a token 250 requests a minute and 5,000 an hour; gives up after 10 minutes",
    ]);
  });

  it("count for a minute each, not for full minutes", async () => {
    const { clock, take } = limitAt(0);
    await take(100);
    clock.now = 50_000;
    await take(150);
    clock.now = MINUTE;
    expect(await take(100)).toEqual(Array(100).fill(0));
    expect(await take(1)).toEqual([50_000]);
  });

  it("count as well when they are still to be sent", async () => {
    const { take } = limitAt(0);
    await take(250);
    expect((await take(251)).slice(-2)).toEqual([MINUTE, 2 * MINUTE]);
  });

  it("are 5,000 an hour: what would wait longer than ten minutes fails and does not count", async () => {
    const { clock, limit, take, slept } = limitAt(0);
    for (let minute = 0; minute < 20; minute++) {
      clock.now = minute * MINUTE;
      expect((await take(250)).at(-1)).toBe(0);
    }
    clock.now = 20 * MINUTE;
    const send = jest.fn(async () => {});
    for (let count = 0; count < 3; count++) {
      await expect(limit.send(send, () => undefined)).rejects.toMatchObject({
        message: "the requests that DigitalOcean allows this token are used up",
        fix: "try again in 40 minutes, or give some commands a token of their own: a token has 250 requests a minute and 5,000 an hour",
      });
    }
    expect(send).not.toHaveBeenCalled();
    expect(slept).toEqual([]);
    clock.now = HOUR - PATIENCE;
    expect(await take(1)).toEqual([PATIENCE]);
  });
});

describe("a request that is refused for a limit", () => {
  const refused = new Error("refused");

  it("is sent again when the limit resets, and all others wait, too", async () => {
    const { clock, limit, take, slept, said } = limitAt(0);
    const answers = [
      () => Promise.reject(refused),
      () => Promise.reject(refused),
      async () => "answer",
    ];
    const send = jest.fn(() => (answers.shift() ?? (async () => "more"))());
    expect(await limit.send(send, () => new Date(clock.now + 40_000))).toBe("answer");
    expect(slept).toHaveLength(2);
    for (const ms of [...slept, ...(await take(2))]) {
      expect(ms).toBeGreaterThanOrEqual(40_000);
      expect(ms).toBeLessThanOrEqual(40_000 + SPREAD);
    }
    // Once, however many wait.
    expect(said).toHaveLength(1);
  });

  it("is not sent again when that is later than ten minutes after it was first tried", async () => {
    const { clock, limit } = limitAt(0);
    const send = jest.fn(() => Promise.reject(refused));
    const late = limit.send(send, () => new Date(PATIENCE + 1));
    await expect(late).rejects.toBe(refused);
    expect(send).toHaveBeenCalledTimes(1);
    const again = limit.send(send, () => {
      clock.now += 60_000;
      return new Date(clock.now);
    });
    await expect(again).rejects.toBe(refused);
    expect(send).toHaveBeenCalledTimes(1 + 10);
  });

  it("ends with the command while it waits", async () => {
    const abort = new AbortController();
    const limit = new RequestLimit({
      now: () => new Date(0),
      sleep: () => Promise.reject(abort.signal.reason as Error),
      say: () => abort.abort(new Error("Ctrl-C")),
    });
    const send = jest.fn(() => Promise.reject(refused));
    await expect(limit.send(send, () => new Date(60_000))).rejects.toThrow("Ctrl-C");
    expect(send).toHaveBeenCalledTimes(1);
  });
});
