import { get } from "node:http";
import type { ApiClient } from "../../kubernetes/api/client";
import type { Gateway, HttpRoute } from "../../kubernetes/gateway/objects";
import { eventually } from "./support/eventually";
import { awaitGone, deployment, SERVICES } from "./support/manifests";
import { START_TIMEOUT_MS, TestCluster } from "./support/test-cluster";

const API = "/apis/gateway.networking.k8s.io/v1";
const GATEWAYS = `${API}/namespaces/default/gateways`;
const PORT = 8090;

jest.setTimeout(START_TIMEOUT_MS);

/** The answer to a request that names a host. */
function answerOf(ip: string, host: string, path = "/"): Promise<number | undefined> {
  return new Promise((resolve) => {
    const headers = { host, connection: "close" };
    get({ host: ip, port: PORT, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on("error", () => resolve(undefined));
  });
}

const gateway = (name: string, from: object) => ({
  apiVersion: "gateway.networking.k8s.io/v1",
  kind: "Gateway",
  metadata: { name },
  spec: {
    gatewayClassName: "cilium",
    listeners: [
      {
        name: "http",
        protocol: "HTTP",
        port: PORT,
        hostname: "*.example.com",
        allowedRoutes: { namespaces: from },
      },
    ],
  },
});

const route = (name: string, host: string, service: string, path?: string) => ({
  apiVersion: "gateway.networking.k8s.io/v1",
  kind: "HTTPRoute",
  metadata: { name },
  spec: {
    parentRefs: [{ name: "entrance", namespace: "default" }],
    hostnames: [host],
    rules: [
      {
        ...(path === undefined ? {} : { matches: [{ path: { type: "PathPrefix", value: path } }] }),
        backendRefs: [{ name: service, port: 80 }],
      },
    ],
  },
});

const service = (name: string) => ({
  metadata: { name },
  spec: { selector: { app: name }, ports: [{ port: 80 }] },
});

/** Its Service, as far as it follows the Gateway. */
interface GatewayService {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: { readonly ports: readonly { readonly port: number }[] };
}

describe("a Gateway", () => {
  let cluster: TestCluster;
  let client: ApiClient;
  let ip: string;

  beforeAll(async () => {
    cluster = await TestCluster.start();
    client = cluster.client();
    for (const [name, labels] of [
      ["alice", { kind: "environment" }],
      ["mallory", {}],
    ] as const) {
      await client.create("/api/v1/namespaces", { metadata: { name, labels } });
    }
  });

  afterAll(() => cluster.dispose());

  /** Waits for an answer to a host. */
  const expectAnswer = (host: string, expected: number, path?: string) =>
    eventually(
      () => answerOf(ip, host, path),
      (answer) => answer === expected,
    );

  test("has a class in every new cluster", async () => {
    expect(await client.get(`${API}/gatewayclasses/cilium`)).toMatchObject({
      spec: { controllerName: "io.cilium/gateway-controller" },
    });
  });

  test("gets one load balancer, and shows its address", async () => {
    const selector = { matchLabels: { kind: "environment" } };
    await client.create(GATEWAYS, gateway("entrance", { from: "Selector", selector }));
    const { status } = await eventually(
      () =>
        client.get<Gateway & { status?: { addresses?: { value: string }[] } }>(
          `${GATEWAYS}/entrance`,
        ),
      (one) => one.status?.addresses?.[0] !== undefined,
    );
    ip = status?.addresses?.[0]?.value ?? "";
    expect([...cluster.cloud.loadBalancers.values()].map((one) => one.ip)).toEqual([ip]);
    expect(status).toMatchObject({
      conditions: expect.arrayContaining([
        expect.objectContaining({ type: "Programmed", status: "True" }),
      ]),
    });
    await expectAnswer("web.example.com", 404);
  });

  test("routes requests to the Service for their host and path", async () => {
    await client.create("/api/v1/namespaces/alice/services", service("web"));
    await client.create(
      `${API}/namespaces/alice/httproutes`,
      route("web", "web.example.com", "web"),
    );
    await expectAnswer("web.example.com", 503);
    await client.create("/apis/apps/v1/namespaces/alice/deployments", deployment("web"));
    await expectAnswer("web.example.com", 200);
    await expectAnswer(`web.example.com:${PORT}`, 200);
    await expectAnswer("other.example.com", 404);
    await expectAnswer("example.com", 404);

    const more = route("api", "web.example.com", "missing", "/api");
    await client.create(`${API}/namespaces/alice/httproutes`, more);
    await expectAnswer("web.example.com", 503, "/api/v1?q=1");
    await expectAnswer("web.example.com", 200, "/apis");
  });

  test("adds the headers of a route's filter to responses", async () => {
    const { spec, ...rest } = route("marked", "marked.example.com", "web");
    const set = [{ name: "x-mark", value: "alice" }];
    const filters = [{ type: "ResponseHeaderModifier", responseHeaderModifier: { set } }];
    const rules = spec.rules.map((rule) => ({ ...rule, filters }));
    await client.create(`${API}/namespaces/alice/httproutes`, {
      ...rest,
      spec: { ...spec, rules },
    });
    await expectAnswer("marked.example.com", 200);
    const headers = { host: "marked.example.com", connection: "close" };
    const mark = await new Promise((resolve) => {
      get({ host: ip, port: PORT, headers }, (response) => {
        response.resume();
        resolve(response.headers["x-mark"]);
      });
    });
    expect(mark).toBe("alice");
  });

  test("refuses routes of other namespaces, with a status", async () => {
    await client.create("/api/v1/namespaces/mallory/services", service("web"));
    const routes = `${API}/namespaces/mallory/httproutes`;
    await client.create(routes, route("web", "mallory.example.com", "web"));
    const { status } = await eventually(
      () => client.get<HttpRoute>(`${routes}/web`),
      (one) => one.status !== undefined,
    );
    expect(status).toMatchObject({
      parents: [
        {
          conditions: expect.arrayContaining([
            expect.objectContaining({ status: "False", reason: "NotAllowedByListeners" }),
          ]),
        },
      ],
    });
    await expectAnswer("mallory.example.com", 404);
  });

  test("applies changes of its listeners and annotations to its load balancer", async () => {
    const type = "service.beta.kubernetes.io/do-loadbalancer-type";
    const { spec } = gateway("entrance", { from: "All" });
    const [listener] = spec.listeners;
    await client.patch(`${GATEWAYS}/entrance`, {
      spec: {
        infrastructure: { annotations: { [type]: "REGIONAL" } },
        listeners: [listener, { ...listener, name: "other", port: PORT + 1 }],
      },
    });
    const { metadata } = await eventually(
      () => client.get<GatewayService>(`${SERVICES}/cilium-gateway-entrance`),
      (one) => one.spec.ports.length === 2,
    );
    expect(metadata.annotations?.[type]).toBe("REGIONAL");
    const [loadBalancer] = await eventually(
      () => [...cluster.cloud.loadBalancers.values()],
      ([one]) => one?.type === "REGIONAL",
    );
    expect(loadBalancer?.forwardingRules.map(({ entryPort }) => entryPort)).toEqual([
      PORT,
      PORT + 1,
    ]);
  });

  test("is deleted with its load balancer", async () => {
    await client.delete(`${GATEWAYS}/entrance`);
    // The garbage collector looks for new kinds every 30 s, and Gateways are one.
    await awaitGone(client, `${SERVICES}/cilium-gateway-entrance`, 90_000);
    expect([...cluster.cloud.loadBalancers.values()]).toEqual([]);
  }, 100_000);
});
