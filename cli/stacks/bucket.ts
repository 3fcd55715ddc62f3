/** Where one of Pulumi's backends keeps its files: a folder, or a part of an S3 bucket. Keys have slashes. */
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

/** The same, where the reaper keeps its own objects beside Pulumi's. */
export interface Bucket extends ReadableBucket {
  /**
   * Writes an object, or puts it in the place of the one of that key: a reader meanwhile gets the one or the other.
   *
   * @throws {Error} when it cannot be written
   */
  readonly write: (key: string, content: string) => Promise<void>;
  /**
   * When an object was last written, by the bucket's own clock.
   *
   * @returns `undefined` when there is no such object
   * @throws {Error} when it cannot be told
   */
  readonly modified: (key: string) => Promise<Date | undefined>;
  /**
   * Removes an object. One that is not there is no error.
   *
   * @throws {Error} when it cannot be removed
   */
  readonly remove: (key: string) => Promise<void>;
}
