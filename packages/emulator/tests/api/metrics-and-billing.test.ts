import { TestEmulator } from "./support/test-emulator";
import type { ClusterBody, MatrixBody } from "./support/wire-types";

const METRICS = "/v2/monitoring/metrics";
const HOUR = 3600;

interface InvoiceBody {
  readonly invoice_items: readonly {
    readonly product: string;
    readonly description: string;
    readonly group_description: string;
    readonly amount: string;
    readonly duration: string;
    readonly resource_uuid?: string;
  }[];
}

let emulator: TestEmulator;
let cluster: ClusterBody;

beforeEach(async () => {
  emulator = await TestEmulator.start();
  // The middle of a month: an hour later it is still the same month.
  emulator.clock.advance(Date.parse("2027-03-10T12:00:00Z") - Date.now());
  cluster = await emulator.createCluster({ name: "shop" });
});
afterEach(() => emulator.close());

const advance = (seconds: number) =>
  emulator.call("POST", "/_emulator/clock", { advanceSeconds: seconds });
const now = () => Math.floor(emulator.clock.now().getTime() / 1000);

function balance(
  type: "REGIONAL" | "REGIONAL_NETWORK",
  protocol = type === "REGIONAL" ? "http" : "tcp",
) {
  return emulator.controlPlanes.cloud.ensureLoadBalancer({
    clusterId: cluster.id,
    serviceUid: type,
    name: type.toLowerCase(),
    type,
    region: "fra1",
    forwardingRules: [
      { entryProtocol: protocol, entryPort: 80, targetProtocol: protocol, targetPort: 30_080 },
    ],
    dropletIds: [],
    sizeUnit: 1,
    network: "EXTERNAL",
  });
}

async function series(kind: string, metric: string, selector: string) {
  const range = `start=${now() - HOUR}&end=${now()}`;
  const { body } = await emulator.get<MatrixBody>(
    `${METRICS}/${kind}/${metric}?${selector}&${range}`,
  );
  return body.data.result;
}

describe("load balancer metrics", () => {
  const total = (values: readonly (readonly [number, string])[], step = 120) =>
    values.reduce((sum, [, value]) => sum + Number(value) * step, 0);

  test("measure the traffic in requests and bytes per second", async () => {
    const http = balance("REGIONAL");
    emulator.controlPlanes.cloud.recordTraffic(http.id, {
      requests: 600,
      bytes: 12_000,
      connections: 7,
    });
    await advance(600);

    const of = (metric: string) => series("load_balancer", metric, `lb_id=${http.id}`);
    const [rate] = await of("frontend_http_requests_per_second");
    const [throughput] = await of("frontend_network_throughput_http");
    const [connections] = await of("frontend_connections_current");

    expect(rate?.metric).toEqual({ lb_id: http.id });
    expect(total(rate?.values ?? [])).toBeCloseTo(600);
    expect(total(throughput?.values ?? [])).toBeCloseTo(12_000);
    expect(Math.max(...(connections?.values ?? []).map(([, value]) => Number(value)))).toBe(7);
  });

  test("have no HTTP series for a network load balancer, and vice versa", async () => {
    const [http, network] = [balance("REGIONAL"), balance("REGIONAL_NETWORK")];
    emulator.controlPlanes.cloud.recordTraffic(network.id, { requests: 5, bytes: 2400 });
    await advance(600);

    const http2 = "frontend_http_requests_per_second";
    const tcp = "frontend_nlb_tcp_network_throughput";

    expect(await series("load_balancer", http2, `lb_id=${network.id}`)).toEqual([]);
    expect(await series("load_balancer", tcp, `lb_id=${http.id}`)).toEqual([]);
    const [throughput] = await series("load_balancer", tcp, `lb_id=${network.id}`);
    expect(total(throughput?.values ?? [])).toBeCloseTo(2400);
  });

  test("of one that forwards connections count bytes but no requests", async () => {
    const { id } = balance("REGIONAL", "tcp");
    emulator.controlPlanes.cloud.recordTraffic(id, { requests: 5, bytes: 2400 });
    await advance(600);

    const of = (metric: string) => series("load_balancer", metric, `lb_id=${id}`);
    const [throughput] = await of("frontend_network_throughput_tcp");

    expect(total(throughput?.values ?? [])).toBeCloseTo(2400);
    expect(await of("frontend_http_requests_per_second")).toEqual([]);
    expect(await of("frontend_network_throughput_udp")).toEqual([]);
  });

  test("come in steps of 216 s for a day, wider for more, and are kept for 14 days", async () => {
    const { id } = balance("REGIONAL_NETWORK");
    await advance(20 * 24 * HOUR);
    const of = async (days: number, until = 0) => {
      const [start, end] = [now() - (days + until) * 24 * HOUR, now() - until * 24 * HOUR];
      const path = `${METRICS}/load_balancer/frontend_nlb_tcp_network_throughput`;
      const { body } = await emulator.get<MatrixBody>(
        `${path}?lb_id=${id}&start=${start}&end=${end}`,
      );
      return body.data.result[0]?.values.map(([at]) => at) ?? [];
    };
    const step = (times: readonly number[]) => (times[1] ?? 0) - (times[0] ?? 0);

    expect(step(await of(1))).toBe(216);
    expect(step(await of(10))).toBe(2160);
    expect(now() - ((await of(20))[0] ?? 0)).toBeLessThanOrEqual(14 * 24 * HOUR);
    expect(await of(1, 15)).toEqual([]);
  });

  test("are zero without traffic, and empty for a missing load balancer", async () => {
    const { id } = balance("REGIONAL");
    await advance(600);

    const metric = "frontend_http_requests_per_second";
    const [quiet] = await series("load_balancer", metric, `lb_id=${id}`);

    expect(new Set(quiet?.values.map(([, value]) => value))).toEqual(new Set(["0"]));
    expect(await series("load_balancer", metric, "lb_id=none")).toEqual([]);
  });
});

describe("Droplet metrics", () => {
  const host = () => `host_id=${cluster.node_pools[0]?.nodes[0]?.droplet_id}`;

  /** The share of the processors that was in use in the last hour. */
  async function utilisation(): Promise<number> {
    const modes = await series("droplet", "cpu", host());
    const spent = new Map(
      modes.map(({ metric, values }) => {
        const counters = values.map(([, value]) => Number(value));
        return [metric.mode ?? "", (counters.at(-1) ?? 0) - (counters[0] ?? 0)];
      }),
    );
    const all = [...spent.values()].reduce((sum, seconds) => sum + seconds, 0);
    return 1 - (spent.get("idle") ?? 0) / all;
  }

  test("processor counters grow, are nearly idle without traffic and busier with it", async () => {
    const { id } = balance("REGIONAL");
    await advance(HOUR);
    const quiet = await utilisation();
    emulator.controlPlanes.cloud.recordTraffic(id, { requests: 20_000, bytes: 1 });
    await advance(HOUR);

    expect(quiet).toBeGreaterThan(0);
    expect(quiet).toBeLessThan(0.05);
    expect(await utilisation()).toBeGreaterThan(quiet * 2);
  });

  test("memory matches the size, and is partly free", async () => {
    await advance(600);
    const last = async (metric: string) => {
      const [one] = await series("droplet", metric, host());
      return Number(one?.values.at(-1)?.[1]);
    };

    expect(await last("memory_total")).toBe(4096 * 2 ** 20);
    expect(await last("memory_available")).toBeLessThan(4096 * 2 ** 20);
  });

  test.each(["", "host_id=1&start=1", "host_id=x&start=1&end=2", "host_id=1&start=3&end=2"])(
    "the query %j is refused",
    async (query) => {
      expect((await emulator.get(`${METRICS}/droplet/cpu?${query}`)).status).toBe(400);
    },
  );
});

describe("billing", () => {
  async function items(uuid?: string): Promise<InvoiceBody["invoice_items"]> {
    const { body } = await emulator.get<{ invoice_preview: { invoice_uuid: string } }>(
      "/v2/customers/my/invoices",
    );
    const id = uuid ?? body.invoice_preview.invoice_uuid;
    return (await emulator.get<InvoiceBody>(`/v2/customers/my/invoices/${id}`)).body.invoice_items;
  }

  test("every resource is billed for the hours it ran, under its cluster's name", async () => {
    const { id } = balance("REGIONAL");
    await advance(10 * HOUR);
    await emulator.call("DELETE", `/v2/kubernetes/clusters/${cluster.id}`);
    await advance(10 * HOUR);

    const invoice = await items();

    const of = (product: string) => invoice.find((item) => item.product === product);
    // 24 USD a month, by 672 hours
    expect(of("Kubernetes Clusters")).toMatchObject({
      group_description: "shop",
      amount: ((24 / 672) * 10).toFixed(2),
      duration: expect.stringMatching(/^1[01]$/),
    });
    expect(of("Load Balancers")).toMatchObject({
      resource_uuid: id,
      group_description: "shop",
      amount: ((12 / 672) * 20).toFixed(2),
    });
  });

  test("a load balancer of either kind, a volume and each node have DigitalOcean's prices", async () => {
    const [http, network] = [balance("REGIONAL"), balance("REGIONAL_NETWORK")];
    await emulator.call("POST", "/v2/volumes", { name: "v", region: "fra1", size_gigabytes: 50 });
    await emulator.createCluster({
      name: "pools",
      node_pools: [
        { name: "a", size: "s-1vcpu-2gb", count: 1 },
        { name: "b", size: "s-4vcpu-8gb", count: 2 },
      ],
    });
    await advance(336 * HOUR);

    const invoice = await items();

    const amounts = (group: string) =>
      invoice
        .filter((item) => item.group_description === group)
        .map(({ amount }) => Number(amount));
    const of = (id: string) => invoice.find((item) => item.resource_uuid === id)?.amount;
    // Half of the 672 hours of a month.
    expect([of(http.id), of(network.id)]).toEqual(["6.00", "7.50"]);
    expect(invoice.find(({ product }) => product === "Volumes")?.amount).toBe("2.50");
    expect(amounts("pools")).toEqual([6, 24, 24]);
  });

  test("a node is billed per second, other resources by whole hours, at least one", async () => {
    const { id } = balance("REGIONAL_NETWORK");
    const firstMinute = await items();
    await advance(90 * 60 + 900);
    const later = await items();

    const loadBalancer = (invoice: typeof later) =>
      invoice.find((item) => item.resource_uuid === id);
    const node = (invoice: typeof later) =>
      invoice.find(({ product }) => product === "Kubernetes Clusters");
    expect(node(firstMinute)?.amount).toBe("0.01");
    expect(loadBalancer(firstMinute)).toMatchObject({ amount: "0.02", duration: "1" });
    expect(node(later)?.amount).toBe(((24 / 672) * 1.75).toFixed(2));
    expect(loadBalancer(later)).toMatchObject({
      amount: ((15 / 672) * 2).toFixed(2),
      duration: "2",
    });
  });

  test("a cluster whose nodes never became ready costs nothing", async () => {
    await emulator.call("POST", "/_emulator/faults", { cluster: "stays-provisioning" });
    await emulator.call("POST", "/v2/kubernetes/clusters", {
      name: "stuck",
      region: "fra1",
      version: "1.35",
      ha: false,
      node_pools: [{ name: "p", size: "s-2vcpu-4gb", count: 3 }],
    });
    await advance(10 * HOUR);

    expect((await items()).map((item) => item.group_description)).toEqual(["shop"]);
  });

  test("HA costs 40 USD a month, and no resource exceeds a month's price", async () => {
    await emulator.createCluster({ name: "ha", ha: true });
    await advance(21 * 24 * HOUR);
    const { body } = await emulator.get<{ month_to_date_usage: string }>(
      "/v2/customers/my/balance",
    );

    const ha = (await items()).find(({ description }) =>
      description.startsWith("High availability"),
    );

    expect(ha?.amount).toBe(((40 / 672) * 21 * 24).toFixed(2));
    expect(Number(body.month_to_date_usage)).toBeCloseTo(
      (await items()).reduce((sum, item) => sum + Number(item.amount), 0),
    );
  });

  test("a past month has its own invoice, capped at 672 hours", async () => {
    await advance(60 * 24 * HOUR);

    const { body } = await emulator.get<{
      invoices: { invoice_uuid: string; invoice_period: string }[];
      invoice_preview: { invoice_period: string };
    }>("/v2/customers/my/invoices");

    expect(body.invoice_preview.invoice_period).toBe("2027-05");
    expect(body.invoices.map((invoice) => invoice.invoice_period)).toEqual(["2027-04", "2027-03"]);
    const [april] = await items(body.invoices[0]?.invoice_uuid);
    expect(april?.amount).toBe("24.00");
  });

  test("an unknown invoice answers 404", async () => {
    expect((await emulator.get("/v2/customers/my/invoices/none")).status).toBe(404);
  });
});
