import { endingTls, httpsEntry } from "../../../core/overlay/https";
import { loadBalanced, object } from "../../helpers/kubernetes-objects";

const BASE = "service.beta.kubernetes.io/do-loadbalancer-";
const entry = { service: "web", port: 8080, scheme: "http" as const };
const change = endingTls(entry, "cert");

interface Spec {
  readonly ports: readonly Readonly<Record<string, unknown>>[];
}

const portsOf = (ports: object[]) => {
  const { spec } = change(loadBalanced("web", ports)) ?? {};
  return (spec as Spec).ports.map(({ name, port, targetPort }) => [name, port, targetPort]);
};

describe("an entry whose TLS DigitalOcean ends", () => {
  it("requests an HTTP load balancer with the certificate by name, a redirect, and no automatic record", () => {
    expect(change(loadBalanced("web", [{ port: 8080 }]))?.metadata.annotations).toEqual({
      [`${BASE}type`]: "REGIONAL",
      [`${BASE}http-ports`]: "80",
      [`${BASE}certificate-name`]: "cert",
      [`${BASE}redirect-http-to-https`]: "true",
      [`${BASE}disable-lets-encrypt-dns-records`]: "true",
    });
  });

  it.each([
    [
      "its number",
      [{ port: 8080 }],
      [
        ["http", 80, 8080],
        ["https", 443, 8080],
      ],
    ],
    [
      "its target",
      [{ port: 8080, targetPort: "web" }],
      [
        ["http", 80, "web"],
        ["https", 443, "web"],
      ],
    ],
    [
      "other ports, which stay",
      [{ port: 8080 }, { name: "grpc", port: 9000, targetPort: 9000 }],
      [
        ["http", 80, 8080],
        ["https", 443, 8080],
        ["grpc", 9000, 9000],
      ],
    ],
    [
      "ports in the place of 80 and 443",
      [
        { name: "a", port: 8080 },
        { name: "b", port: 80 },
        { name: "c", port: 443 },
      ],
      [
        ["http", 80, 8080],
        ["https", 443, 8080],
      ],
    ],
    [
      "another port of the same name",
      [
        { name: "a", port: 8080 },
        { name: "http", port: 9000, targetPort: 9 },
      ],
      [
        ["entry-http", 80, 8080],
        ["https", 443, 8080],
        ["http", 9000, 9],
      ],
    ],
  ])("has two ports with one target, by %s", (_, ports, expected) => {
    expect(portsOf(ports)).toEqual(expected);
  });

  it.each(["certificate-id", "protocol", "http-ports", "tls-ports", "tls-passthrough"])(
    "takes precedence over the tree's own %s",
    (name) => {
      const annotations = { [BASE + name]: "443", [`${BASE}size-unit`]: "2" };
      const changed = change(loadBalanced("web", [{ port: 8080 }], annotations));
      expect(changed?.metadata.annotations?.[BASE + name]).not.toBe("443");
      expect(changed?.metadata.annotations?.[`${BASE}size-unit`]).toBe("2");
    },
  );

  it("does not change anything else", () => {
    for (const other of [loadBalanced("api", [{ port: 80 }]), object("Deployment", {})]) {
      expect(change(other)).toBe(other);
    }
  });

  it("is refused when its pods speak TLS themselves", () => {
    expect(() => endingTls({ ...entry, port: 443, scheme: "https" }, "cert")).toThrow(
      'port 443 of Service "web" is for HTTPS',
    );
  });

  it("is reached at port 443", () => {
    expect(httpsEntry(entry)).toEqual({ service: "web", port: 443, scheme: "https" });
  });
});
