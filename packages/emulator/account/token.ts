import { createHash, randomBytes } from "node:crypto";

/** Creates a token in DigitalOcean's form. */
export function newToken(): string {
  return `dop_v1_${randomBytes(32).toString("hex")}`;
}

/** The stored form of a token: its SHA-256, in hex. */
export function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
