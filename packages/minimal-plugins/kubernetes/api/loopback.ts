/** This plugin only accepts clusters on this machine. */
import { BlockList, isIP } from "node:net";
import { UserError } from "../../errors";

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

/** @throws {UserError} when the API server is not on this machine. */
export function requireLoopback(server: string): void {
  const host = new URL(server).hostname.replace(/^\[|\]$/g, "");
  const family = isIP(host);
  const isLoopback =
    family === 0 ? host === "localhost" : LOOPBACK.check(host, family === 4 ? "ipv4" : "ipv6");
  if (!isLoopback) {
    throw new UserError(
      `This is the minimal stand-in for Pulumi's kubernetes provider. It works with API servers on this machine only, and ${server} is not on it.`,
      "install the official plugin: pulumi plugin install resource kubernetes",
    );
  }
}
