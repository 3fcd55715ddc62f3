import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as Timers from "node:timers/promises";
import { setImmediate as turn } from "node:timers/promises";
import type { Shard } from "../../../cli/reap/policy/shard";

// Which of two goes on after five seconds depends on their random ids: no test is about how long that takes.
jest.mock("node:timers/promises", () => {
  const timers = jest.requireActual<typeof Timers>("node:timers/promises");
  return { ...timers, setTimeout: () => timers.setImmediate() };
});

import { takeReaperLock } from "../../../cli/reap/reaper-lock";
import type { Bucket } from "../../../cli/stacks/bucket";
import { openFolder } from "../../../cli/stacks/file-bucket";

const ALL: Shard = { index: 1, of: 1 };
const MINUTE = 60_000;

let folder: string;
let bucket: Bucket;
let time: number;
let bucketTime: () => number;
let said: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lock-"));
  const files = openFolder(folder);
  const written = new Map<string, number>();
  bucketTime = () => time;
  bucket = {
    ...files,
    write: async (key, content) => {
      await files.write(key, content);
      written.set(key, bucketTime());
    },
    // By a clock of its own, and of a file that only it knows now.
    modified: async (key) =>
      (await files.read(key)) === undefined
        ? undefined
        : new Date(written.get(key) ?? bucketTime()),
  };
  time = Date.parse("2026-11-23T12:00:00Z");
  said = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const take = (shard = ALL, from = bucket, env: NodeJS.ProcessEnv = {}) =>
  takeReaperLock(from, "shop", shard, {
    env,
    now: () => new Date(time),
    say: (line) => said.push(line),
    signal: new AbortController().signal,
  });
const locks = () => readdirSync(join(folder, ".doks-env/reap/shop/locks"));

type Change = (process: object) => object | undefined;

/** Changes what the one lock says of its process. */
function rewrite(change: Change): void {
  const [name = ""] = locks();
  const file = join(folder, ".doks-env/reap/shop/locks", name);
  const lock = JSON.parse(readFileSync(file, "utf8")) as { readonly process: object };
  writeFileSync(file, JSON.stringify({ ...lock, process: change(lock.process) }));
}

describe("the reaper's lock", () => {
  it("is held until it is released", async () => {
    const lock = await take();
    expect(locks()).toHaveLength(1);
    lock.requireHeld();
    await lock.release();
    expect(locks()).toEqual([]);
    await (await take()).release();
  });

  it("shows its holder and time to a second reaper, and removes the second lock", async () => {
    const first = await take();
    time += 3 * MINUTE;
    await expect(take()).rejects.toThrow(
      /another reaper works on shard 1\/1: .*@.+ \(pid \d+\) since .*, 3m ago/,
    );
    expect(locks()).toHaveLength(1);
    await first.release();
  });

  it("lets exactly one of many simultaneous reapers work", async () => {
    // Every step of each comes between the steps of the others.
    const slow: Bucket = {
      list: async (prefix) => turn().then(() => bucket.list(prefix)),
      read: async (key) => turn().then(() => bucket.read(key)),
      write: async (key, content) => turn().then(() => bucket.write(key, content)),
      modified: async (key) => turn().then(() => bucket.modified(key)),
      remove: async (key) => turn().then(() => bucket.remove(key)),
    };
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => take(ALL, slow)));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(locks()).toHaveLength(1);
    for (const outcome of outcomes) {
      await (outcome.status === "fulfilled" ? outcome.value.release() : undefined);
    }
  });

  it("covers a shard: other shards of the same number may run at the same time", async () => {
    const first = await take({ index: 1, of: 2 });
    const second = await take({ index: 2, of: 2 });
    await expect(take({ index: 1, of: 3 })).rejects.toThrow(
      /another reaper works on shard [12]\/2/,
    );
    await first.release();
    await second.release();
  });

  it("is ignored at once if its process on this machine has ended", async () => {
    await take();
    rewrite((process) => ({ ...process, startedAt: "1" }));
    await (await take()).release();
    expect(said.join("\n")).toContain("that process has ended");
  });

  // All of these name this machine's host name, and a process that it does not have.
  it.each<[string, Change, NodeJS.ProcessEnv]>([
    [
      "another container",
      (process) => ({ ...process, startedAt: "1", pidNamespace: "pid:[1]" }),
      {},
    ],
    ["a cloned machine", (process) => ({ ...process, startedAt: "1", boot: "another" }), {}],
    ["a machine that cannot tell", () => undefined, {}],
    ["a hosted runner", (process) => ({ ...process, startedAt: "1" }), { CI: "true" }],
  ])("of %s counts until ten minutes without a renewal", async (_, change, env) => {
    await take();
    rewrite(change);
    time += 10 * MINUTE;
    await expect(take(ALL, bucket, env)).rejects.toThrow("another reaper works");
    time += 1;
    await (await take(ALL, bucket, env)).release();
    expect(said.join("\n")).toContain("silent since 2026-11-23T12:00:00.000Z");
  });

  it("is given up by its holder after half of that time without a renewal", async () => {
    const lock = await take();
    time += 5 * MINUTE;
    lock.requireHeld();
    time += 1;
    expect(() => lock.requireHeld()).toThrow("another reaper may be running by now");
    await lock.release();
  });

  it.each([
    ["cut off", (text: string) => text.slice(0, 20)],
    ["empty", () => ""],
    ["of another version", () => '{"id":"1"}'],
    ["of the year 2036", (text: string) => text.replaceAll("2026-", "2036-")],
    ["of the year 1970", (text: string) => text.replaceAll("2026-", "1970-")],
    ["of no time", (text: string) => text.replaceAll(/2026-[^"]*/g, "yesterday")],
  ])("counts for ten minutes after it was written, even if it is %s", async (_, change) => {
    await take();
    const [name = ""] = locks();
    const file = join(folder, ".doks-env/reap/shop/locks", name);
    writeFileSync(file, change(readFileSync(file, "utf8")));
    time += 10 * MINUTE;
    await expect(take(ALL, bucket, { CI: "true" })).rejects.toThrow("another reaper works");
    time += 1;
    await (await take(ALL, bucket, { CI: "true" })).release();
    expect(locks()).toEqual([]);
  });

  it.each([30, -30, 365])(
    "uses the bucket's clock when the machine's is %i days off",
    async (days) => {
      const start = time;
      bucketTime = () => start;
      await take();
      time += days * 24 * 60 * MINUTE;
      bucketTime = () => start + MINUTE;
      await expect(take(ALL, bucket, { CI: "true" })).rejects.toThrow("another reaper works");
      bucketTime = () => start + 11 * MINUTE;
      await (await take(ALL, bucket, { CI: "true" })).release();
    },
  );
});

it("a folder returns a file's time, and undefined for a missing file", async () => {
  const before = Date.now() - 2_000;
  const files = openFolder(folder);
  await files.write("a/b.json", "x");
  expect((await files.modified("a/b.json"))?.getTime()).toBeGreaterThan(before);
  expect(await files.modified("a/c.json")).toBeUndefined();
});
