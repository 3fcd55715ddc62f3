/**
 * Whether an address is on this machine: there registries speak plain HTTP, and no proxy can help. Go's clients, Pulumi's
 * providers among them, leave a proxy out for it by themselves; axios does not.
 */
export function isLoopback(url: string): boolean {
  if (!URL.canParse(url)) {
    return false;
  }
  const { hostname } = new URL(url);
  return hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
}
