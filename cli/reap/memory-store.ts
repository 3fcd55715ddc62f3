import { UserError } from "../../core/errors";
import type { Bucket } from "../stacks/bucket";
import { reasonOf } from "../stacks/reason";
import { formatRecord, parseRecord, type WrittenRecord } from "./memory-schema";
import {
  EMPTY_MEMORY,
  LONGEST_KEPT_SECONDS,
  mergeRecords,
  partOf,
  type ReaperMemory,
  withoutOld,
} from "./policy/memory";
import type { Shard } from "./policy/shard";

const OBJECT = /\/shards\/\d+-of-\d+\.json$/;

/** Folder of a project's reapers in a bucket. */
export function reaperFolder(project: string): string {
  return `.doks-env/reap/${project}/`;
}

/**
 * The reaper's record between runs, one object for each shard. A run reads all and writes only its own, so that shards do
 * not disturb each other, and a changed number of shards forgets nothing.
 */
export class MemoryStore {
  private others: ReadonlyMap<string, WrittenRecord> = new Map();
  private own: ReaperMemory = EMPTY_MEMORY;
  private writing: Promise<void> = Promise.resolve();

  private constructor(
    private readonly bucket: Bucket,
    private readonly folder: string,
    private readonly shard: Shard,
  ) {}

  /**
   * Reads the records of all shards.
   *
   * @throws {UserError} when one cannot be read, because no decision may rest on an incomplete record
   */
  public static async open(bucket: Bucket, project: string, shard: Shard): Promise<MemoryStore> {
    const store = new MemoryStore(bucket, `${reaperFolder(project)}shards/`, shard);
    const all = await store.all();
    const own = all.get(store.key)?.record ?? EMPTY_MEMORY;
    all.delete(store.key);
    store.others = all;
    // The shard adopts other shards' entries about its stacks, because those shards may no longer run.
    store.own = mergeRecords([own, partOf(store.record, shard)]);
    return store;
  }

  /** The records of all shards, with the new entries. */
  public get record(): ReaperMemory {
    return mergeRecords([this.own, ...[...this.others.values()].map(({ record }) => record)]);
  }

  /**
   * Remembers more: when this has ended it is written.
   *
   * @param now - Unix seconds
   * @throws {UserError} when it cannot be written
   */
  public remember(news: Partial<ReaperMemory>, now: number): Promise<void> {
    this.own = mergeRecords([this.own, { ...EMPTY_MEMORY, ...news }]);
    return this.write(now);
  }

  /**
   * Drops old entries, and removes objects in which all entries are old.
   *
   * @param stacks - names of all stacks
   */
  public async tidy(stacks: ReadonlySet<string>, now: number): Promise<void> {
    this.own = withoutOld(this.own, stacks, now);
    await this.write(now);
    for (const [key, { writtenAt }] of this.others) {
      if (now - writtenAt > LONGEST_KEPT_SECONDS) {
        await this.attempt("removed", key, () => this.bucket.remove(key));
      }
    }
  }

  private get key(): string {
    return `${this.folder}${this.shard.index}-of-${this.shard.of}.json`;
  }

  /** Writes one after the other, because of two parallel writes the older one could win. */
  private write(now: number): Promise<void> {
    const write = () =>
      this.attempt("written", this.key, () =>
        this.bucket.write(this.key, formatRecord({ writtenAt: now, record: this.own })),
      );
    this.writing = this.writing.then(write, write);
    return this.writing;
  }

  private async all(): Promise<Map<string, WrittenRecord>> {
    const keys = await this.attempt("listed", this.folder, () => this.bucket.list(this.folder));
    const all = new Map<string, WrittenRecord>();
    for (const key of keys.filter((one) => OBJECT.test(one))) {
      const written = await this.attempt("read", key, async () => {
        const bytes = await this.bucket.read(key);
        return bytes && parseRecord(bytes.toString());
      });
      if (written !== undefined) {
        all.set(key, written);
      }
    }
    return all;
  }

  private async attempt<T>(what: string, key: string, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (cause) {
      throw new UserError(
        `the reaper's memory cannot be ${what}: ${key}: ${reasonOf(cause)}`,
        "check the access rights there; if the object is damaged, delete it: its warnings and uses are then forgotten",
        { cause },
      );
    }
  }
}
