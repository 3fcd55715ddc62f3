import { isIPv4 } from "node:net";

/** Whether a text is an IPv4 address, or a network of some: `0.0.0.0/0` is everybody, and so none. */
export function isNetwork(text: string): boolean {
  const [, address = "", prefix] = /^([\d.]+)(?:\/(\d{1,2}))?$/.exec(text) ?? [];
  const length = Number(prefix ?? 32);
  return isIPv4(address) && length >= 1 && length <= 32;
}
