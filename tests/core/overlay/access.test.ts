import { admitting } from "../../../core/overlay/access";
import { loadBalanced, object } from "../../helpers/kubernetes-objects";

const BASE = "service.beta.kubernetes.io/do-loadbalancer-";
const networks = ["203.0.113.0/24", "198.51.100.7/32"];
const nodePort = object("Service", { type: "NodePort", ports: [{ port: 80, nodePort: 30_080 }] });
const internal = loadBalanced("internal", [{ port: 80 }], { [`${BASE}network`]: "INTERNAL" });
const gateway = object(
  "Gateway",
  { gatewayClassName: "cilium", infrastructure: { annotations: { "a.example.com/b": "c" } } },
  "gateway.networking.k8s.io/v1",
);

describe("an environment with allowed networks", () => {
  const change = admitting(networks);

  it("sets them in the field of a Service, which takes precedence over the tree's annotation", () => {
    const service = loadBalanced("web", [{ port: 80 }], { [`${BASE}allow-rules`]: "ip:192.0.2.1" });
    expect(change(service)).toEqual({
      ...service,
      spec: { type: "LoadBalancer", ports: [{ port: 80 }], loadBalancerSourceRanges: networks },
    });
  });

  it("does not open the nodes' firewall for a NodePort", () => {
    expect(change(nodePort)?.metadata.annotations).toEqual({
      "kubernetes.digitalocean.com/firewall-managed": "false",
    });
  });

  it("sets them in annotations of a Gateway's load balancer, with the tree's own", () => {
    expect(change(gateway)?.spec).toMatchObject({
      infrastructure: {
        annotations: {
          "a.example.com/b": "c",
          [`${BASE}allow-rules`]: "cidr:203.0.113.0/24,cidr:198.51.100.7/32",
        },
      },
    });
  });
});

describe("an environment that admits no client", () => {
  const change = admitting([]);

  it("has Services that are only reachable in its cluster", () => {
    const balanced = loadBalanced("web", [{ port: 80, nodePort: 30_080 }], {}, { selector: {} });
    expect(change(balanced)?.spec).toEqual({
      type: "ClusterIP",
      ports: [{ port: 80 }],
      selector: {},
    });
    expect(change(nodePort)?.spec).toEqual({ type: "ClusterIP", ports: [{ port: 80 }] });
  });

  it("refuses a Gateway", () => {
    expect(() => change(gateway)).toThrow(
      'Gateway "gateway" creates a load balancer, but the setting access admits no client',
    );
  });
});

it.each([networks, []])(
  "does not change Services that are only reachable in the VPC or the cluster",
  (...some) => {
    const change = admitting(some);
    for (const one of [
      internal,
      object("Service", { ports: [{ port: 80 }] }),
      object("ConfigMap", undefined),
    ]) {
      expect(change(one)).toBe(one);
    }
  },
);
