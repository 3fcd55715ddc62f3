import type { Service } from "../../kubernetes/api/objects";
import { loadBalancerRequest } from "../../kubernetes/cloud-controller/load-balancer-request";

const PREFIX = "service.beta.kubernetes.io/do-loadbalancer-";

function request(annotations: Record<string, string>, ports: Service["spec"]["ports"]) {
  const service: Service = {
    metadata: {
      name: "web",
      uid: "15606bea-840b-4d75-bd01-727591fed27a",
      resourceVersion: "1",
      annotations,
    },
    spec: { type: "LoadBalancer", ports: ports ?? [] },
  };
  const cluster = { clusterId: "cluster", region: "nyc1" };
  return loadBalancerRequest(service, cluster, [1, 2], (name) =>
    name === "web-cert" ? "c-1" : undefined,
  );
}

const rules = (protocol: string, entryPort: number, targetPort: number) => [
  { entryProtocol: protocol, entryPort, targetProtocol: protocol, targetPort },
];

describe("the load balancer of a Service", () => {
  test("hands on to the Service's port when it is one for networks, which is the default", () => {
    expect(request({}, [{ port: 80, nodePort: 30080 }])).toEqual({
      clusterId: "cluster",
      serviceUid: "15606bea-840b-4d75-bd01-727591fed27a",
      name: "a15606bea840b4d75bd01727591fed27",
      type: "REGIONAL_NETWORK",
      region: "nyc1",
      forwardingRules: rules("tcp", 80, 80),
      dropletIds: [1, 2],
      sizeUnit: 1,
      network: "EXTERNAL",
      options: {
        redirectHttpToHttps: false,
        enableProxyProtocol: false,
        enableBackendKeepalive: false,
        disableLetsEncryptDnsRecords: false,
        httpIdleTimeoutSeconds: 60,
        stickySessions: { type: "none" },
        firewall: { allow: [], deny: [] },
      },
    });
  });

  test.each([
    [{ "size-unit": "4" }, 4],
    [{ "size-slug": "lb-medium" }, 3],
    [{ "size-slug": "lb-large" }, 6],
    [{}, 1],
  ])("has with %j %i nodes", (size, nodes) => {
    const annotations = Object.entries(size).map(([key, value]) => [`${PREFIX}${key}`, value]);
    const { sizeUnit } = request(Object.fromEntries(annotations), [{ port: 80 }]);
    expect(sizeUnit).toBe(nodes);
  });

  test.each([
    [{ "size-unit": "0" }, 'size-unit is "0", allowed are whole numbers from 1 to 100'],
    [{ "size-unit": "two" }, 'size-unit is "two"'],
    [{ "size-slug": "huge" }, 'size-slug is "huge", allowed are lb-small, lb-medium, lb-large'],
    [{ "size-unit": "2", "size-slug": "lb-small" }, "only one of annotations"],
    [{ network: "PRIVATE" }, 'network is "PRIVATE", allowed are EXTERNAL, INTERNAL'],
    [{ type: "REGIONAL", "tls-ports": "80" }, "port 80 is for https: must set certificate id"],
    [{ type: "REGIONAL", "certificate-name": "gone" }, 'certificate with name: "gone" not found'],
    [
      { type: "REGIONAL", "http-ports": "80", "tls-ports": "80,443" },
      "cannot be shared but found: 80",
    ],
    [
      { type: "REGIONAL", "tls-ports": "80", "tls-passthrough": "true", "certificate-id": "c-1" },
      "either certificate id should be set or tls pass through enabled, not both",
    ],
    [{ "sticky-sessions-type": "cookies" }, "sticky session cookie name not specified"],
  ])("fails with %j", (said, message) => {
    const annotations = Object.entries(said).map(([key, value]) => [`${PREFIX}${key}`, value]);
    expect(() => request(Object.fromEntries(annotations), [{ port: 80 }])).toThrow(message);
  });

  test.each([
    [{ "certificate-name": "web-cert" }, "c-1"],
    [{ "certificate-name": "gone", "certificate-id": "c-2" }, "c-2"],
  ])("ends TLS at port 443 with %j, and hands on to the nodes' port of 443", (said, id) => {
    const annotations = Object.entries({ type: "REGIONAL", protocol: "http", ...said });
    const { forwardingRules } = request(
      Object.fromEntries(annotations.map(([key, value]) => [`${PREFIX}${key}`, value])),
      [
        { port: 80, nodePort: 30_080 },
        { port: 443, nodePort: 30_443 },
      ],
    );
    expect(forwardingRules).toEqual([
      ...rules("http", 80, 30_080),
      {
        entryProtocol: "https",
        entryPort: 443,
        targetProtocol: "http",
        targetPort: 30_443,
        certificateId: id,
      },
    ]);
  });

  test("looks at no certificate when it is one for networks", () => {
    const annotations = { [`${PREFIX}certificate-name`]: "gone", [`${PREFIX}tls-ports`]: "443" };
    expect(request(annotations, [{ port: 443 }]).forwardingRules).toEqual(rules("tcp", 443, 443));
  });

  test("takes its options from the annotations, and networks from the Service first", () => {
    const on = [
      "redirect-http-to-https",
      "enable-proxy-protocol",
      "disable-lets-encrypt-dns-records",
    ];
    const annotations = Object.fromEntries([
      ...on.map((name) => [`${PREFIX}${name}`, "true"]),
      [`${PREFIX}allow-rules`, "ip:192.0.2.1, cidr:198.51.100.0/24"],
      [`${PREFIX}deny-rules`, "cidr:203.0.113.0/24"],
    ]);
    const { options } = request(annotations, [{ port: 80 }]);
    expect(options).toMatchObject({
      redirectHttpToHttps: true,
      enableProxyProtocol: true,
      disableLetsEncryptDnsRecords: true,
      firewall: {
        allow: ["ip:192.0.2.1", "cidr:198.51.100.0/24"],
        deny: ["cidr:203.0.113.0/24"],
      },
    });
  });

  test("speaks HTTPS at the ports for TLS, for which it has a certificate or passes it through", () => {
    const annotations = {
      [`${PREFIX}type`]: "REGIONAL",
      [`${PREFIX}protocol`]: "http",
      [`${PREFIX}tls-ports`]: "443, 8443",
      [`${PREFIX}tls-passthrough`]: "true",
    };
    const ports = [80, 443, 8443].map((port) => ({ port, nodePort: 30_000 + port }));
    expect(
      request(annotations, ports).forwardingRules.map(({ entryProtocol }) => entryProtocol),
    ).toEqual(["http", "https", "https"]);
  });

  test("hands on to the nodes' port, in the protocol of the annotation, when it is regional", () => {
    const annotations = { [`${PREFIX}type`]: "REGIONAL", [`${PREFIX}protocol`]: "http" };
    const { type, forwardingRules } = request(annotations, [{ port: 80, nodePort: 30080 }]);
    expect(type).toBe("REGIONAL");
    expect(forwardingRules).toEqual(rules("http", 80, 30080));
  });

  test("carries UDP, too", () => {
    const { forwardingRules } = request({}, [{ port: 53, protocol: "UDP" }]);
    expect(forwardingRules).toEqual(rules("udp", 53, 53));
  });

  test("fails when the protocol is none of DigitalOcean's", () => {
    const annotations = { [`${PREFIX}type`]: "REGIONAL", [`${PREFIX}protocol`]: "gopher" };
    expect(() => request(annotations, [{ port: 70 }])).toThrow(
      `annotation ${PREFIX}protocol is "gopher", allowed are tcp, http, https, http2`,
    );
  });
});
