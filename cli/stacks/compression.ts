const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
const ZSTD_MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** How one of Pulumi's files is compressed; what is zstd, Node cannot undo. */
export function compressionOf(bytes: Buffer): "none" | "gzip" | "zstd" {
  if (startsWith(bytes, ZSTD_MAGIC)) {
    return "zstd";
  }
  return startsWith(bytes, GZIP_MAGIC) ? "gzip" : "none";
}

function startsWith(bytes: Buffer, magic: Buffer): boolean {
  return bytes.subarray(0, magic.length).equals(magic);
}
