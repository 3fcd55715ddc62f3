import { constants, gunzipSync, type ZlibOptions } from "node:zlib";

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
const ZSTD_MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** The text of one of Pulumi's files; undefined for one that zstd has compressed, which Node cannot undo. */
export function plainText(bytes: Buffer, options?: ZlibOptions): string | undefined {
  const startsWith = (magic: Buffer) => bytes.subarray(0, magic.length).equals(magic);
  if (startsWith(ZSTD_MAGIC)) {
    return undefined;
  }
  return (startsWith(GZIP_MAGIC) ? gunzipSync(bytes, options) : bytes).toString();
}

/** Returns the beginning of a text from the beginning of its file, compressed or not; an empty text for zstd. */
export function plainHead(head: Buffer): string {
  return plainText(head, { finishFlush: constants.Z_SYNC_FLUSH }) ?? "";
}
