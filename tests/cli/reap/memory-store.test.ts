import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MemoryStore } from "../../../cli/reap/memory-store";
import { EMPTY_MEMORY, LONGEST_KEPT_SECONDS } from "../../../cli/reap/policy/memory";
import type { Shard } from "../../../cli/reap/policy/shard";
import { openFolder } from "../../../cli/stacks/file-bucket";
import { DAY, NOW } from "./policy/fixtures";

const ALL: Shard = { index: 1, of: 1 };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "record-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const objects = () => join(folder, ".doks-env/reap/shop/shards");
const open = (shard: Shard = ALL) => MemoryStore.open(openFolder(folder), "shop", shard);
const use = (stack: string) => ({ stack, at: NOW, proof: "a test" });

describe("a reaper's record", () => {
  it("is empty at first, and then contains what was written", async () => {
    const store = await open();
    expect(store.record).toEqual(EMPTY_MEMORY);
    const begun = [
      {
        stack: "alice-dev",
        at: NOW,
        due: { action: "destroy", cause: "ttl", at: NOW, needsEvidence: false, why: "?" },
      },
    ] as const;
    await store.remember({ uses: [use("alice-dev")] }, NOW);
    await store.remember({ begun }, NOW);
    const known = { ...EMPTY_MEMORY, uses: [use("alice-dev")], begun };
    expect(store.record).toEqual(known);
    expect((await open()).record).toEqual(known);
    expect(readdirSync(objects())).toEqual(["1-of-1.json"]);
  });

  it("is written completely by simultaneous writers", async () => {
    const store = await open();
    const names = Array.from({ length: 20 }, (_, index) => `pr-${index}-ci`);
    await Promise.all(names.map((name) => store.remember({ uses: [use(name)] }, NOW)));
    expect((await open()).record.uses.map(({ stack }) => stack)).toEqual(names);
  });

  it("is separate for each shard, and readable by all shards of any number", async () => {
    const names = Array.from({ length: 30 }, (_, index) => `pr-${index}-ci`);
    for (const index of [1, 2, 3]) {
      const store = await open({ index, of: 3 });
      await store.remember({ uses: names.filter((_, at) => at % 3 === index - 1).map(use) }, NOW);
    }
    const one = await open({ index: 2, of: 5 });
    expect(new Set(one.record.uses.map(({ stack }) => stack))).toEqual(new Set(names));
    await one.remember({}, NOW);
    expect(readdirSync(objects()).sort()).toEqual([
      "1-of-3.json",
      "2-of-3.json",
      "2-of-5.json",
      "3-of-3.json",
    ]);
  });

  it("drops old entries, and deletes an abandoned record only when all its entries are old", async () => {
    await (await open({ index: 1, of: 2 })).remember({ uses: [use("gone-dev")] }, NOW);
    const store = await open();
    await store.tidy(new Set(), NOW + LONGEST_KEPT_SECONDS - DAY);
    expect(readdirSync(objects())).toHaveLength(2);
    await store.tidy(new Set(), NOW + LONGEST_KEPT_SECONDS + 1);
    expect(readdirSync(objects())).toEqual(["1-of-1.json"]);
    expect((await open()).record).toEqual(EMPTY_MEMORY);
  });

  it.each([
    ["no JSON", "{", /not valid JSON/],
    ["of another version", JSON.stringify({ version: 2 }), /version/],
    ["of another form", JSON.stringify({ version: 1, writtenAt: 1, record: { uses: 1 } }), /uses/],
  ])("fails when it is %s, and is not changed", async (_, text, why) => {
    await (await open()).remember({}, NOW);
    const file = join(objects(), "1-of-1.json");
    writeFileSync(file, text);
    await expect(open()).rejects.toThrow(why);
    await expect(open()).rejects.toThrow("shards/1-of-1.json");
    expect(readFileSync(file, "utf8")).toBe(text);
  });

  it("fails when it cannot be written, and leaves nothing half written", async () => {
    const bucket = openFolder(folder);
    const store = await MemoryStore.open(
      { ...bucket, write: () => Promise.reject(new Error("no space left")) },
      "shop",
      ALL,
    );
    await expect(store.remember({ uses: [use("a-dev")] }, NOW)).rejects.toThrow("no space left");
    expect(existsSync(objects())).toBe(false);
  });
});

describe("a folder as bucket", () => {
  it("writes an object atomically, replaces it, and removes it, even a missing one", async () => {
    const bucket = openFolder(folder);
    await bucket.write("a/b/c.json", "1");
    await bucket.write("a/b/c.json", "22");
    expect((await bucket.read("a/b/c.json"))?.toString()).toBe("22");
    expect(readdirSync(join(folder, "a/b"))).toEqual(["c.json"]);
    await bucket.remove("a/b/c.json");
    await bucket.remove("a/b/c.json");
    expect(await bucket.read("a/b/c.json")).toBeUndefined();
  });
});
