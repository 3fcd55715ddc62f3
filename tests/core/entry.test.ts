import { UserError } from "../../core/errors";
import { candidatesOf, entryAt, entryServicesOf } from "../../core/manifests/entry";
import { loadBalanced, object } from "../helpers/kubernetes-objects";

const chosen = (ports: readonly object[]) => {
  const [service] = entryServicesOf([loadBalanced("web", ports)]);
  return service && entryAt(service, {});
};

describe("the Services that are reachable from outside", () => {
  it("are those of type LoadBalancer, of DigitalOcean's class, with an address outside the VPC", () => {
    const network = { "service.beta.kubernetes.io/do-loadbalancer-network": "INTERNAL" };
    expect(
      entryServicesOf([
        loadBalanced("web"),
        loadBalanced("private", [{ port: 80 }], network),
        loadBalanced("other", [{ port: 80 }], {}, { loadBalancerClass: "example.com/metal" }),
        loadBalanced("dns", [{ port: 53, protocol: "UDP" }]),
        object("Service", { type: "ClusterIP", ports: [{ port: 80 }] }),
        object("Service", { ports: [{ port: 80 }] }),
      ]).map(({ service }) => service),
    ).toEqual(["web"]);
  });
});

describe("the port of the entry", () => {
  const istio = [
    { name: "status-port", port: 15021 },
    { name: "http2", port: 80 },
    { name: "https", port: 443 },
  ];

  it.each<[string, readonly object[], number, string]>([
    ["the only one", [{ port: 5000 }], 5000, "http"],
    ["that for HTTPS", [{ port: 443 }], 443, "https"],
    ["not the first, which is for the status", istio, 80, "http"],
    ["not that for UDP", [{ port: 443, protocol: "UDP" }, { port: 8081 }], 8081, "http"],
    [
      "HTTP/3's TCP twin",
      [
        { port: 443, protocol: "UDP", name: "quic" },
        { port: 443, name: "https" },
      ],
      443,
      "https",
    ],
    ["by appProtocol", [{ port: 9000 }, { port: 9001, appProtocol: "http" }], 9001, "http"],
    ["encrypted by appProtocol", [{ port: 7000, appProtocol: "https" }], 7000, "https"],
    [
      "appProtocol over the name",
      [
        { port: 80, name: "http", appProtocol: "grpc" },
        { port: 81, name: "web" },
      ],
      81,
      "http",
    ],
    ["by the name", [{ port: 1 }, { port: 2, name: "https-web" }], 2, "https"],
    [
      "traefik's",
      [
        { port: 9000, name: "traefik" },
        { port: 80, name: "web" },
      ],
      80,
      "http",
    ],
    ["by the number", [{ port: 9090 }, { port: 8443 }], 8443, "https"],
    ["the first of those that tell nothing", [{ port: 5001 }, { port: 5000 }], 5001, "http"],
    ["not a broker's beside its page", [{ port: 5672 }, { port: 15672 }], 15672, "http"],
    ["not a database's, by its name", [{ port: 1, name: "tcp-db" }, { port: 2 }], 2, "http"],
    ["not that of metrics", [{ port: 9090, name: "metrics" }, { port: 5000 }], 5000, "http"],
    [
      "not that of metrics over HTTP",
      [
        { port: 9090, name: "http-metrics" },
        { port: 80, name: "http" },
      ],
      80,
      "http",
    ],
    [
      "not a proxy's own",
      [
        { port: 15090, name: "http-envoy-prom" },
        { port: 8443, name: "api" },
      ],
      8443,
      "https",
    ],
    ["that of administrators, if there is no other", [{ port: 1, name: "http-admin" }], 1, "http"],
  ])("is %s", (_, ports, port, scheme) => {
    expect(chosen(ports)).toEqual({ service: "web", port, scheme });
  });

  it("is the one in the settings, by number or name, with their scheme", () => {
    const [service] = entryServicesOf([loadBalanced("web", istio)]);
    const at = (wish: Parameters<typeof entryAt>[1]) => service && entryAt(service, wish);
    expect(at({ port: "443" })).toMatchObject({ port: 443, scheme: "https" });
    expect(at({ port: "status-port" })).toMatchObject({ port: 15021, scheme: "http" });
    expect(at({ port: "status-port", scheme: "https" })).toMatchObject({ scheme: "https" });
    expect(() => at({ port: "grpc" })).toThrow(UserError);
    expect(() => at({ port: "grpc" })).toThrow(
      'smokeTest.port "grpc" is not a TCP port of Service "web"; its ports are 80 (http2), 443 (https), 15021 (status-port)',
    );
  });
});

describe("a Service that does not speak HTTP", () => {
  const entries = entryServicesOf([
    loadBalanced("queue", [{ port: 1883 }, { port: 1, appProtocol: "mqtt" }]),
    loadBalanced("web"),
    loadBalanced("dial", [{ port: 443, name: "grpc" }]),
  ]);
  const names = (wish: Parameters<typeof candidatesOf>[1]) =>
    candidatesOf(entries, wish).map(({ service }) => service);

  it("is the entry only with a port or a scheme in the settings", () => {
    expect(names({})).toEqual(["web"]);
    expect(names({ port: "1883" })).toEqual(["queue", "web", "dial"]);
    expect(names({ scheme: "https" })).toEqual(["queue", "web", "dial"]);
  });

  it("is tested when the settings name its port or scheme, and refused when they only name the Service", () => {
    const [queue] = entries;
    const at = (wish: Parameters<typeof entryAt>[1]) => queue && entryAt(queue, wish);
    expect(at({ service: "queue", port: "1883" })).toMatchObject({ port: 1883, scheme: "http" });
    expect(at({ service: "queue", scheme: "https" })).toMatchObject({ scheme: "https" });
    expect(() => at({ service: "queue" })).toThrow(
      'smokeTest.service "queue" has no port for HTTP; its ports are 1883, 1',
    );
  });
});
