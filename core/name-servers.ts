import { Resolver } from "node:dns/promises";

/** The name servers that a domain must be delegated to. @see https://docs.digitalocean.com/products/networking/dns/getting-started/dns-registrars/ */
export const NAME_SERVERS: readonly string[] = ["ns1", "ns2", "ns3"].map(
  (host) => `${host}.digitalocean.com`,
);

/** DNS servers to use instead of the machine's own, separated by commas. */
const SERVERS_VARIABLE = "DOKS_ENV_DNS_SERVERS";
const TIMEOUT_MS = 2_000;

/**
 * Whether a domain is delegated to DigitalOcean. Only queries NS records, so that it caches no other negative answer.
 */
export async function isDelegated(domain: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 2 });
  const servers = env[SERVERS_VARIABLE];
  if (servers) {
    resolver.setServers(servers.split(",").map((server) => server.trim()));
  }
  const answered = await resolver.resolveNs(domain).catch((): string[] => []);
  return answered.some((server) => NAME_SERVERS.includes(server.toLowerCase()));
}
