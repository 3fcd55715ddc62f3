import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { certificate, privateKey } from "../bin/support/api-server";
import { ACCOUNT, type Member } from "./fleet";

const NODES = 3;
/** DigitalOcean's points of a day. */
const STEP_SECONDS = 216;
const MODES = ["idle", "user", "system", "iowait", "irq", "softirq", "steal", "nice"] as const;
/** About what DigitalOcean says of a Droplet or a cluster beside what is read of it, in bytes. */
const REST = "x".repeat(2_000);

/** An account with what the awake of a fleet have, and the API servers of their clusters; on loopback. */
export class FleetAccount {
  /** Of the API servers, in base64. */
  public readonly ca = Buffer.from(certificate).toString("base64");
  private members: readonly Member[] = [];
  private lists: Readonly<Record<string, readonly object[]>> = {};

  private constructor(
    private readonly account: Server,
    private readonly apiServer: Server,
  ) {}

  public static async open(): Promise<FleetAccount> {
    const answers: { of?: FleetAccount } = {};
    const account = createServer((request, response) => answers.of?.answer(request, response));
    const apiServer = createTlsServer({ cert: certificate, key: privateKey }, listObjects);
    for (const server of [account, apiServer]) {
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
    }
    answers.of = new FleetAccount(account, apiServer);
    return answers.of;
  }

  /** Origin of DigitalOcean's API. */
  public get url(): string {
    return `http://127.0.0.1:${portOf(this.account)}`;
  }

  public get apiServerUrl(): string {
    return `https://127.0.0.1:${portOf(this.apiServer)}`;
  }

  /** From now on holds what these have. */
  public hold(members: readonly Member[]): void {
    this.members = members;
    const awake = members.filter(({ life }) => life !== "asleep");
    this.lists = {
      kubernetes_clusters: awake.map((one) => ({ ...thing(one, one.clusterId), rest: REST })),
      droplets: awake.flatMap((one, index) =>
        Array.from({ length: NODES }, (_, node) => ({
          ...thing(one, index * NODES + node),
          size: { price_hourly: 0.03571 },
          networks: { v4: [] },
          rest: REST,
        })),
      ),
      load_balancers: awake.map((one) => ({
        ...thing(one, `lb-${one.clusterId}`),
        type: "REGIONAL_NETWORK",
        forwarding_rules: [{ entry_protocol: "tcp" }],
      })),
      volumes: awake.map((one, index) => ({
        ...thing(one, `volume-${one.clusterId}`),
        size_gigabytes: 10,
        droplet_ids: [index * NODES],
      })),
      snapshots: [],
    };
  }

  public close(): void {
    for (const server of [this.account, this.apiServer]) {
      server.close();
      server.closeAllConnections();
    }
  }

  private readonly answer: RequestListener = (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", this.url);
    const body = pathname.startsWith("/v2/monitoring/")
      ? this.measured(searchParams)
      : pathname.endsWith("/credentials")
        ? this.credentials()
        : pathname === "/v2/account"
          ? { account: { uuid: "user", email: "fleet@example.com", team: ACCOUNT } }
          : this.listed(pathname, searchParams);
    response.writeHead(body ? 200 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify(body ?? { message: "not found" }));
  };

  private listed(path: string, query: URLSearchParams): object | undefined {
    const key = path.replace("/v2/", "").replace("/", "_");
    const items = this.lists[key];
    const [page, size] = [Number(query.get("page")), Number(query.get("per_page"))];
    return (
      items && {
        [key]: items.slice((page - 1) * size, page * size),
        links: page * size < items.length ? { pages: { next: "more" } } : {},
        meta: { total: items.length },
      }
    );
  }

  private credentials(): object {
    return {
      server: this.apiServerUrl,
      certificate_authority_data: this.ca,
      token: "cluster-token",
      expires_at: new Date(Date.now() + 3_600_000).toISOString(),
    };
  }

  /** A monitor's trickle, and of who is visited a burst an hour ago; processors that idle. */
  private measured(query: URLSearchParams): object {
    const end = Number(query.get("end"));
    const times: number[] = [];
    for (let at = Number(query.get("start")); at <= end; at += STEP_SECONDS) {
      times.push(at);
    }
    const visited = this.members.find(({ clusterId }) => `lb-${clusterId}` === query.get("lb_id"));
    const isBurst = (at: number) => visited?.life === "visited" && Math.abs(end - 3_600 - at) < 600;
    const result = query.has("lb_id")
      ? [{ metric: {}, values: times.map((at) => [at, isBurst(at) ? "50000" : "70"]) }]
      : MODES.map((mode) => ({
          metric: { mode },
          values: times.map((at) => [at, String(at * (mode === "idle" ? 1.9 : 0.01))]),
        }));
    return { status: "success", data: { resultType: "matrix", result } };
  }
}

/** Some objects of two days ago, whatever is asked for. */
const listObjects: RequestListener = (_, response) => {
  const creationTimestamp = new Date(Date.now() - 2 * 86_400_000).toISOString();
  const items = Array.from({ length: 12 }, (_unused, index) => ({
    metadata: { name: `service-${index}`, uid: String(index), creationTimestamp },
  }));
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ kind: "List", metadata: {}, items }));
};

function thing({ stack, tags, createdAt }: Member, id: string | number) {
  return { id, name: stack, tags, created_at: createdAt };
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
