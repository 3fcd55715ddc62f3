import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { get } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Authority } from "../../account/authority";
import type { ApiClient } from "../../kubernetes/api/client";
import type { Service } from "../../kubernetes/api/objects";
import { eventually } from "./support/eventually";
import {
  awaitEvent,
  awaitGone,
  DEPLOYMENTS,
  deployment,
  loadBalancerService,
  SERVICES,
} from "./support/manifests";
import { START_TIMEOUT_MS, TestCluster, testNode } from "./support/test-cluster";

const TYPE = "service.beta.kubernetes.io/do-loadbalancer-type";
const ANNOTATION = "service.beta.kubernetes.io/do-loadbalancer-";
const NAME = "service.beta.kubernetes.io/do-loadbalancer-name";

/** The answer to a GET: its status, or the code of the error. */
function probe(url: string): Promise<number | string> {
  return fetch(url, { headers: { connection: "close" } }).then(
    ({ status }) => status,
    (error: Error) => (error.cause as NodeJS.ErrnoException).code ?? "failed",
  );
}

/** The answer to a GET over TLS: its status, or the code of the error. */
function encryptedAnswer(host: string, port: number): Promise<number | string | undefined> {
  return new Promise((resolve) => {
    get({ host, port, rejectUnauthorized: false, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on("error", (error: NodeJS.ErrnoException) => resolve(error.code));
  });
}

/** The answer of a client that trusts an authority only: its status and where it is sent to, or the code of the error. */
function trustedAnswer(address: string, host: string, ca: string): Promise<number | string> {
  return new Promise((resolve) => {
    const server = { host: address, port: 443, servername: host };
    get({ ...server, headers: { host }, ca, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    }).on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

jest.setTimeout(START_TIMEOUT_MS);

/** Waits until a GET answers so. */
async function expectAnswer(url: string, expected: number | string): Promise<void> {
  await eventually(
    () => probe(url),
    (answer) => answer === expected,
  );
}

describe("a Service of type LoadBalancer", () => {
  let cluster: TestCluster;
  let client: ApiClient;

  beforeAll(async () => {
    cluster = await TestCluster.start();
    client = cluster.client();
  });

  afterAll(() => cluster.dispose());

  async function addressOf(name: string): Promise<string> {
    const service = await eventually(
      () => client.get<Service>(`${SERVICES}/${name}`),
      ({ status }) => status?.loadBalancer?.ingress !== undefined,
    );
    return service.status?.loadBalancer?.ingress?.[0]?.ip ?? "";
  }

  function loadBalancerOf(name: string) {
    return [...cluster.cloud.loadBalancers.values()].find((one) => one.name === name);
  }

  test("gets a network load balancer in the account, and shows its id", async () => {
    const { metadata } = await client.create<Service>(SERVICES, loadBalancerService("plain", 8080));
    const address = await addressOf("plain");
    const name = `a${metadata.uid.replaceAll("-", "")}`.slice(0, 32);
    expect(loadBalancerOf(name)).toMatchObject({
      clusterId: cluster.spec.clusterId,
      type: "REGIONAL_NETWORK",
      region: "nyc1",
      ip: address,
      dropletIds: [1001],
      forwardingRules: [
        { entryProtocol: "tcp", entryPort: 8080, targetProtocol: "tcp", targetPort: 8080 },
      ],
    });
    const service = await client.get<Service>(`${SERVICES}/plain`);
    expect(service.metadata.annotations).toEqual({
      "kubernetes.digitalocean.com/load-balancer-id": loadBalancerOf(name)?.id,
      [TYPE]: "REGIONAL_NETWORK",
    });
    expect(service.metadata.finalizers).toEqual(["service.kubernetes.io/load-balancer-cleanup"]);
  });

  test("answers 503 until there are ready endpoints, and 503 again without them", async () => {
    await client.create(SERVICES, loadBalancerService("served", 8080, { [NAME]: "served" }));
    const url = `http://${await addressOf("served")}:8080/`;
    await expectAnswer(url, 503);
    await client.create(DEPLOYMENTS, deployment("served"));
    await expectAnswer(url, 200);
    const response = await fetch(url);
    expect(response.headers.get("x-emulated-by")).toBe("digitalocean-emulator");
    expect(await response.text()).toContain("default/served");
    await client.patch(`${DEPLOYMENTS}/served`, { spec: { replicas: 0 } });
    await expectAnswer(url, 503);
    const requests = cluster.cloud.requests.get(loadBalancerOf("served")?.id ?? "");
    expect(requests).toBeGreaterThanOrEqual(4);
  });

  test("answers at a TCP port with TLS or without, as the client begins", async () => {
    await client.create(SERVICES, loadBalancerService("both", 8443, { [NAME]: "both" }));
    const address = await addressOf("both");
    await expectAnswer(`http://${address}:8443/`, 503);
    expect(await encryptedAnswer(address, 8443)).toBe(503);
  });

  test("answers at an HTTPS port with TLS only, at an HTTP port without only", async () => {
    const annotations = {
      [NAME]: "https",
      [TYPE]: "REGIONAL",
      "service.beta.kubernetes.io/do-loadbalancer-protocol": "http",
      "service.beta.kubernetes.io/do-loadbalancer-tls-ports": "8443",
      "service.beta.kubernetes.io/do-loadbalancer-certificate-id": "c-1",
    };
    const service = loadBalancerService("https", 8080, annotations);
    const ports = [
      { name: "http", port: 8080 },
      { name: "https", port: 8443 },
    ];
    await client.create(SERVICES, { ...service, spec: { ...service.spec, ports } });
    const address = await addressOf("https");
    await expectAnswer(`http://${address}:8080/`, 503);
    expect(await encryptedAnswer(address, 8443)).toBe(503);
    expect(await encryptedAnswer(address, 8080)).toBe("ECONNRESET");
    expect(await probe(`http://${address}:8443/`)).not.toBe(503);
  });

  describe("that ends TLS with a certificate of the account", () => {
    const HOST = "alice-dev.dev.example.com";
    const directory = mkdtempSync(join(tmpdir(), "authority-"));
    const authority = new Authority(directory);
    const service = loadBalancerService("encrypted", 80, {
      [NAME]: "encrypted",
      [TYPE]: "REGIONAL",
      [`${ANNOTATION}protocol`]: "http",
      [`${ANNOTATION}certificate-name`]: "wildcard",
      [`${ANNOTATION}redirect-http-to-https`]: "true",
    });
    const ports = [
      { name: "http", port: 80 },
      { name: "https", port: 443 },
    ];

    afterAll(() => rmSync(directory, { recursive: true }));

    function issue(id: string, name = "*.dev.example.com"): void {
      const { leaf, privateKey } = authority.issue([name], new Date(Date.now() + 86_400_000));
      cluster.cloud.certificates.clear();
      cluster.cloud.certificates.set(id, {
        id,
        name: "wildcard",
        type: "lets_encrypt",
        cert: leaf,
        key: privateKey,
      });
    }

    const answer = async () =>
      trustedAnswer(
        await addressOf("encrypted"),
        HOST,
        readFileSync(join(directory, "authority.pem"), "utf8"),
      );

    test("gets no load balancer without a certificate of that name, and reports it", async () => {
      await client.create(SERVICES, { ...service, spec: { ...service.spec, ports } });
      expect(await awaitEvent(client, "SyncLoadBalancerFailed")).toContain(
        'certificate with name: "wildcard" not found',
      );
      expect(loadBalancerOf("encrypted")).toBeUndefined();
      issue("c-1");
      await eventually(answer, (status) => status === 503);
      await client.delete(`/api/v1/namespaces/default/events`);
    });

    test("redirects HTTP to HTTPS", async () => {
      const response = await fetch(`http://${await addressOf("encrypted")}/a?b=c`, {
        redirect: "manual",
      });
      expect(response.status).toBe(301);
      expect(response.headers.get("location")).toBe(
        `https://${await addressOf("encrypted")}/a?b=c`,
      );
    });

    test("serves the current certificate at each connection", async () => {
      const loadBalancer = loadBalancerOf("encrypted");
      const [plain, tls] = loadBalancer?.forwardingRules ?? [];
      if (!loadBalancer || !plain || !tls) {
        throw new Error("the load balancer has no two rules");
      }
      expect(await answer()).toBe(503);
      issue("c-2", "other.example.com");
      cluster.cloud.loadBalancers.set(loadBalancer.id, {
        ...loadBalancer,
        forwardingRules: [plain, { ...tls, certificateId: "c-2" }],
      });
      expect(await answer()).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
    });

    test("writes the id of a renewed certificate into the annotation with the id", async () => {
      issue("c-2");
      const id = `${ANNOTATION}certificate-id`;
      await client.patch(`${SERVICES}/encrypted`, { metadata: { annotations: { [id]: "c-1" } } });
      const { metadata } = await eventually(
        () => client.get<Service>(`${SERVICES}/encrypted`),
        (found) => found.metadata.annotations?.[id] === "c-2",
      );
      expect(metadata.annotations?.[id]).toBe("c-2");
    });

    test("admits only the configured networks", async () => {
      const rules = `${ANNOTATION}allow-rules`;
      const allow = (value: string) =>
        client.patch(`${SERVICES}/encrypted`, { metadata: { annotations: { [rules]: value } } });
      await allow("cidr:203.0.113.0/24");
      expect(await eventually(answer, (status) => status !== 503)).toBe("ECONNRESET");
      await allow("cidr:203.0.113.0/24,cidr:127.0.0.0/8");
      expect(await eventually(answer, (status) => status === 503)).toBe(503);
    });
  });

  test("releases a disowned Service, and keeps its load balancer", async () => {
    await client.create(SERVICES, loadBalancerService("disowned", 8080, { [NAME]: "disowned" }));
    const url = `http://${await addressOf("disowned")}:8080/`;
    await client.patch(`${SERVICES}/disowned`, {
      metadata: { annotations: { "service.kubernetes.io/do-loadbalancer-disown": "true" } },
    });
    await client.delete(`${SERVICES}/disowned`);
    await awaitGone(client, `${SERVICES}/disowned`);
    expect(loadBalancerOf("disowned")).toBeDefined();
    await expectAnswer(url, 503);
  });

  test("has no reachable address when it is internal", async () => {
    const annotations = {
      [NAME]: "private",
      "service.beta.kubernetes.io/do-loadbalancer-network": "INTERNAL",
    };
    await client.create(SERVICES, loadBalancerService("private", 8080, annotations));
    await addressOf("private");
    expect(loadBalancerOf("private")).toMatchObject({ network: "INTERNAL" });
  });

  test("uses the type in an annotation, with the node port as target", async () => {
    const annotations = { [TYPE]: "REGIONAL", [NAME]: "regional" };
    await client.create(SERVICES, loadBalancerService("regional", 8080, annotations));
    await addressOf("regional");
    const { spec } = await client.get<Service>(`${SERVICES}/regional`);
    const [rule] = loadBalancerOf("regional")?.forwardingRules ?? [];
    expect(rule?.targetPort).toBe(spec.ports?.[0]?.nodePort);
  });

  test("follows a change of the ports", async () => {
    await client.create(SERVICES, loadBalancerService("moved", 8080, { [NAME]: "moved" }));
    const address = await addressOf("moved");
    await expectAnswer(`http://${address}:8080/`, 503);
    await client.patch(`${SERVICES}/moved`, { spec: { ports: [{ port: 9090 }] } });
    await expectAnswer(`http://${address}:9090/`, 503);
    expect(await probe(`http://${address}:8080/`)).toBe("ECONNREFUSED");
    expect(loadBalancerOf("moved")?.forwardingRules[0]?.entryPort).toBe(9090);
  });

  test("loses its load balancer when its type changes", async () => {
    await client.create(SERVICES, loadBalancerService("internal", 8080, { [NAME]: "internal" }));
    await addressOf("internal");
    await client.patch(`${SERVICES}/internal`, { spec: { type: "ClusterIP" } });
    const service = await eventually(
      () => client.get<Service>(`${SERVICES}/internal`),
      ({ metadata }) => metadata.finalizers === undefined,
    );
    expect(loadBalancerOf("internal")).toBeUndefined();
    expect(service.status?.loadBalancer).toEqual({});
  });

  test("is deleted with its load balancer", async () => {
    await client.create(SERVICES, loadBalancerService("deleted", 8080, { [NAME]: "deleted" }));
    const url = `http://${await addressOf("deleted")}:8080/`;
    await expectAnswer(url, 503);
    await client.delete(`${SERVICES}/deleted`);
    await awaitGone(client, `${SERVICES}/deleted`);
    expect(loadBalancerOf("deleted")).toBeUndefined();
    expect(await probe(url)).toBe("ECONNREFUSED");
  });

  test("follows the nodes of the cluster", async () => {
    await client.create(SERVICES, loadBalancerService("nodes", 8080, { [NAME]: "nodes" }));
    await addressOf("nodes");
    for (const nodes of [[testNode(1), testNode(2)], [testNode(1)]]) {
      await cluster.setNodes(nodes);
      const dropletIds = await eventually(
        () => loadBalancerOf("nodes")?.dropletIds,
        (dropletIds) => dropletIds?.length === nodes.length,
      );
      expect(dropletIds).toEqual(nodes.map(({ dropletId }) => dropletId));
    }
  });

  test("reports an annotation with a value that is not allowed", async () => {
    await client.create(SERVICES, loadBalancerService("wrong", 8080, { [TYPE]: "GLOBAL" }));
    expect(await awaitEvent(client, "SyncLoadBalancerFailed", "wrong")).toContain(
      `annotation ${TYPE} is "GLOBAL", allowed are REGIONAL, REGIONAL_NETWORK`,
    );
    await client.delete(`${SERVICES}/wrong`);
    await client.delete(`/api/v1/namespaces/default/events`);
  });

  test("reports a port that is in use, with a fix, and listens once it is free", async () => {
    await client.create(SERVICES, loadBalancerService("taken", 8080, { [NAME]: "taken" }));
    const address = await addressOf("taken");
    const other = createServer((_, response) => response.writeHead(418).end());
    other.listen({ host: address, port: 9090 });
    await once(other, "listening");
    await client.patch(`${SERVICES}/taken`, { spec: { ports: [{ port: 9090 }] } });
    const message = await awaitEvent(client, "SyncLoadBalancerFailed", "taken");
    other.close();
    expect(message).toContain(`fix: end the program that listens on ${address}:9090`);
    await expectAnswer(`http://${address}:9090/`, 503);
  });

  test("stops serving when the account deletes the load balancer", async () => {
    await client.create(SERVICES, loadBalancerService("lost", 8080, { [NAME]: "lost" }));
    const url = `http://${await addressOf("lost")}:8080/`;
    await expectAnswer(url, 503);
    cluster.cloud.deleteLoadBalancer(loadBalancerOf("lost")?.id ?? "");
    await expectAnswer(url, "ECONNREFUSED");
  });

  test("leaves its load balancer behind when the cluster is removed, with nothing to serve", async () => {
    const url = `http://${await addressOf("plain")}:8080/`;
    await client.create(DEPLOYMENTS, deployment("plain"));
    await expectAnswer(url, 200);
    await cluster.controlPlanes.remove(cluster.spec.clusterId);
    const left = cluster.cloud.loadBalancersOf(cluster.spec.clusterId);
    expect(left.length).toBeGreaterThan(0);
    expect(await probe(url)).toBe(503);
    for (const { id } of left) {
      cluster.cloud.deleteLoadBalancer(id);
    }
    await expectAnswer(url, "ECONNREFUSED");
  });
});
