/** Where one of Pulumi's backends keeps its files: a folder, or a part of an S3 bucket. Keys have slashes. */
export interface Bucket {
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
