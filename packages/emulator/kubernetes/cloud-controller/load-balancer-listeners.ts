import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { BlockList } from "node:net";
import type { CloudPort } from "../../account/cloud-port";
import { describeError } from "../../errors";
import { type Answer, PortListener, type Protocol, type ServedRequest } from "./port-listener";

/** Interval of checks whether the account still has the load balancers, in milliseconds. */
const SWEEP_INTERVAL_MS = 1_000;

/** A load balancer of the account, with its certificate and Service. */
export interface ServedLoadBalancer {
  readonly id: string;
  readonly clusterId: string;
  /** Its own loopback address. */
  readonly ip: string;
  readonly ports: readonly { readonly port: number; readonly protocol: Protocol }[];
  /** Whether HTTP requests are redirected to HTTPS. */
  readonly isRedirected: boolean;
  /** Rules such as `ip:203.0.113.7` and `cidr:203.0.113.0/24`; without allowed addresses all clients may connect. */
  readonly firewall: { readonly allow: readonly string[]; readonly deny: readonly string[] };
  /** Files of the certificate for ports that hand TLS through, PEM: the cluster's own, as any will do. */
  readonly certificateFile: string;
  readonly certificateKeyFile: string;
  /** `namespace/name` of the Service behind it. */
  readonly service: string;
}

/** The target of a request. */
type Requested = Pick<ServedRequest, "host" | "path">;

interface Entry {
  readonly served: ServedLoadBalancer;
  readonly listeners: Map<number, PortListener>;
  /** Returns the Service for a request. It is not ready if the load balancer's cluster is gone or stopped. */
  answer: (request: Requested) => Answer;
}

/**
 * Listens at the address of every load balancer, from its creation until the account has it no more: also while its
 * cluster starts, and after its cluster was deleted without it. Kept in a file, for the next start of the emulator.
 */
export class LoadBalancerListeners {
  private readonly entries = new Map<string, Entry>();
  private readonly sweeping: NodeJS.Timeout;

  public constructor(
    private readonly file: string,
    private readonly cloud: Pick<
      CloudPort,
      "loadBalancersOf" | "recordTraffic" | "servedCertificate"
    >,
    private readonly log: (line: string) => void,
  ) {
    this.sweeping = setInterval(() => {
      this.sweep().catch((error: unknown) => log(describeError(error)));
    }, SWEEP_INTERVAL_MS).unref();
  }

  /** Listens again at the addresses of the last run. */
  public async restore(): Promise<void> {
    if (!existsSync(this.file)) {
      return;
    }
    for (const served of JSON.parse(readFileSync(this.file, "utf8")) as ServedLoadBalancer[]) {
      await this.listen(served, () => unready(served)).catch((error: unknown) => {
        this.log(`load balancer of ${served.service}: ${describeError(error)}`);
      });
    }
  }

  /**
   * Listens at the ports of a load balancer, and no others.
   * @throws UserError when a port is not available; the other ports are served nevertheless.
   */
  public async listen(
    served: ServedLoadBalancer,
    answer: (request: Requested) => Answer,
  ): Promise<void> {
    const previous = this.entries.get(served.id);
    const listeners = previous?.listeners ?? new Map<number, PortListener>();
    const entry: Entry = { served, listeners, answer };
    this.entries.set(served.id, entry);
    this.save();
    const before = new Map(previous?.served.ports.map(({ port, protocol }) => [port, protocol]));
    for (const [port, listener] of listeners) {
      if (!served.ports.some((one) => one.port === port && one.protocol === before.get(port))) {
        listeners.delete(port);
        await listener.close();
      }
    }
    const failures: unknown[] = [];
    for (const { port, protocol } of served.ports.filter(({ port }) => !listeners.has(port))) {
      const listener = new PortListener(
        protocol,
        () => this.cloud.servedCertificate(served.id, port) ?? certificateOf(served),
        (address) => admits(this.entries.get(served.id)?.served.firewall, address),
        (request) => this.answer(served.id, request),
      );
      await listener.open(served.ip, port).then(
        () => listeners.set(port, listener),
        (error: unknown) => failures.push(error),
      );
    }
    if (failures.length > 0) {
      throw failures[0];
    }
  }

  /** Continues to listen for a cluster's load balancers, without any backend. */
  public disconnect(clusterId: string): void {
    for (const entry of this.entries.values()) {
      if (entry.served.clusterId === clusterId) {
        entry.answer = () => unready(entry.served);
      }
    }
  }

  /** Stops listening for a load balancer permanently. */
  public async close(id: string): Promise<void> {
    const entry = this.entries.get(id);
    this.entries.delete(id);
    this.save();
    await closeAll(entry ? [entry] : []);
  }

  /** Stops listening for all, and saves them for {@link restore}. */
  public async stop(): Promise<void> {
    clearInterval(this.sweeping);
    await closeAll([...this.entries.values()]);
  }

  private answer(id: string, request: ServedRequest): void {
    const entry = this.entries.get(id);
    const isRedirected = entry?.served.isRedirected === true && !request.isEncrypted;
    const answer: Answer = isRedirected
      ? { status: 301, location: `https://${request.host}${request.target}` }
      : (entry?.answer(request) ?? { status: 503, service: "" });
    const bytes = request.respond(answer);
    this.cloud.recordTraffic(id, { requests: 1, bytes });
  }

  private async sweep(): Promise<void> {
    for (const { served } of this.entries.values()) {
      const existing = this.cloud.loadBalancersOf(served.clusterId);
      if (!existing.some(({ id }) => id === served.id)) {
        await this.close(served.id);
      }
    }
  }

  private save(): void {
    const served = [...this.entries.values()].map((entry) => entry.served);
    writeFileSync(this.file, JSON.stringify(served, null, 2));
  }
}

function admits(firewall: ServedLoadBalancer["firewall"] | undefined, address: string): boolean {
  const { allow = [], deny = [] } = firewall ?? {};
  return !matches(deny, address) && (allow.length === 0 || matches(allow, address));
}

function matches(rules: readonly string[], address: string): boolean {
  const list = new BlockList();
  for (const rule of rules) {
    const [network = "", prefix = "32"] = rule.replace(/^(ip|cidr):/, "").split("/");
    list.addSubnet(network, Number(prefix));
  }
  return list.check(address);
}

/** Undefined when its cluster and the certificate are gone. */
function certificateOf({ certificateFile, certificateKeyFile }: ServedLoadBalancer) {
  return existsSync(certificateFile) && existsSync(certificateKeyFile)
    ? { cert: readFileSync(certificateFile), key: readFileSync(certificateKeyFile) }
    : undefined;
}

function unready({ service }: ServedLoadBalancer): Answer {
  return { status: 503, service };
}

async function closeAll(entries: readonly Entry[]): Promise<void> {
  const listeners = entries.flatMap((entry) => [...entry.listeners.values()]);
  await Promise.all(listeners.map((listener) => listener.close()));
}
