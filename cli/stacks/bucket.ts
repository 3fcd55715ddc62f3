/** The storage of one of Pulumi's backends: a folder, or a part of an S3 bucket. Keys have slashes. */
export interface ReadableBucket {
  /**
   * Keys that begin with a prefix, in any order.
   *
   * @throws {Error} when the bucket cannot be read
   */
  readonly list: (prefix: string) => Promise<string[]>;
  /**
   * An object's bytes, at most `limit` of them.
   *
   * @returns `undefined` when there is no such object
   * @throws {Error} when it cannot be read
   */
  readonly read: (key: string, limit?: number) => Promise<Buffer | undefined>;
}

/** A writable bucket: the reaper keeps its own objects next to Pulumi's. */
export interface Bucket extends ReadableBucket {
  /**
   * Writes or replaces an object atomically: a concurrent reader gets the old or the new content.
   *
   * @throws {Error} when it cannot be written
   */
  readonly write: (key: string, content: string) => Promise<void>;
  /**
   * Returns the time of the last write, by the bucket's own clock.
   *
   * @returns `undefined` when there is no such object
   * @throws {Error} when it cannot be read
   */
  readonly modified: (key: string) => Promise<Date | undefined>;
  /**
   * Removes an object, if it exists.
   *
   * @throws {Error} when it cannot be removed
   */
  readonly remove: (key: string) => Promise<void>;
}
