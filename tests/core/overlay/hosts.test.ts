import { loadBalancersOf } from "../../../core/manifests/load-balancers";
import type { KubernetesObject } from "../../../core/manifests/manifest";
import { asStored } from "../../../core/overlay/as-stored";
import type { OverlayArgs } from "../../../core/overlay/generate";
import { NOTHING_ALLOWED } from "../../../core/overlay/kustomize";
import { complete } from "../../../core/overlay/rendering";
import { shortages } from "../../../core/rules/demand";
import { loadBalanced } from "../../helpers/kubernetes-objects";

const ARGS: OverlayArgs = {
  projectFolder: "/project",
  stack: "alice-dev",
  overlay: "kustomize/dev",
  target: ".rendered/alice-dev",
  namespace: "alice-dev",
  labels: {},
  images: {},
  pins: {},
  bounds: { trust: "own", podSecurity: "baseline" },
  build: NOTHING_ALLOWED,
};
const API: KubernetesObject = {
  apiVersion: "v1",
  kind: "Service",
  metadata: {
    name: "api",
    namespace: "alice-dev",
    annotations: { "prometheus.io/scrape": "true" },
  },
  spec: {
    selector: { app: "api" },
    ports: [
      { name: "grpc", port: 9000 },
      { name: "rest", port: 8080, targetPort: "http" },
    ],
  },
};
const WEB = loadBalanced("web", [{ port: 80 }], {}, { selector: { app: "web" } });
const hosts = { api: { service: "api" } };
const https = { entry: {}, certificate: "cert" };
const shared = { convertClusterRoles: false, throughEntrance: true, entry: {} };
const rendered = (changes: Partial<OverlayArgs>, objects = [WEB, API]) =>
  complete(objects, { ...ARGS, hosts, ...changes });
const named = (objects: readonly KubernetesObject[], name: string) =>
  objects.find(({ metadata }) => metadata.name === name);

describe("a further host of an environment in a cluster of its own", () => {
  it("has a load balancer of an additional Service, which ends TLS, and does not change the tree's Service", () => {
    const { objects, hosts: found, entry } = rendered({ https });
    expect(named(objects, "api")).toEqual(API);
    expect(named(objects, "host-api")).toMatchObject({
      metadata: {
        namespace: "alice-dev",
        annotations: {
          "service.beta.kubernetes.io/do-loadbalancer-certificate-name": "cert",
          "service.beta.kubernetes.io/do-loadbalancer-type": "REGIONAL",
        },
      },
      spec: {
        type: "LoadBalancer",
        selector: { app: "api" },
        ports: [
          { name: "http", port: 80, targetPort: "http" },
          { name: "https", port: 443, targetPort: "http" },
        ],
      },
    });
    expect(named(objects, "host-api")?.metadata.annotations).not.toHaveProperty([
      "prometheus.io/scrape",
    ]);
    expect(found).toEqual([
      { name: "api", entry: { service: "host-api", port: 443, scheme: "https" } },
    ]);
    expect(entry).toEqual({ service: "web", port: 443, scheme: "https" });
  });

  it("costs another load balancer, which the quota counts", () => {
    const { objects } = rendered({ https });
    expect(loadBalancersOf(objects).map(({ kind }) => kind)).toEqual(["http", "http"]);
    const quota = { ...{ cpu: "1", memory: "1Gi", storage: "1Gi" }, pods: 1, volumes: 1 };
    const limits = { defaultRequest: {}, default: {}, max: {} };
    const bounds = { quota: { ...quota, loadBalancers: 1 }, limits, nodes: 1, isShared: false };
    expect(shortages(objects, bounds)).toMatchObject([
      { remedy: { setting: "quota.loadBalancers", least: "2" } },
    ]);
  });

  it("uses its Service's load balancer in the tree, which is then not the entry", () => {
    const balanced = loadBalanced("api", [{ port: 80 }], {}, { selector: { app: "api" } });
    const { objects, hosts: found, entry, entries } = rendered({}, [WEB, balanced]);
    expect(objects).toEqual([WEB, balanced].map(asStored));
    expect(found).toEqual([{ name: "api", entry: { service: "api", port: 80, scheme: "http" } }]);
    expect(entry).toBeUndefined();
    expect(entries.map(({ service }) => service)).toEqual(["web"]);
    const withTls = rendered({ https }, [WEB, balanced]);
    expect(withTls.entry).toEqual({ service: "web", port: 443, scheme: "https" });
    expect(withTls.objects).toHaveLength(2);
  });

  it("is reached at the Service's port when the tree ends TLS", () => {
    const { objects, hosts: found } = rendered({});
    expect(named(objects, "host-api")?.spec).toMatchObject({
      ports: [{ name: "http", port: 8080, targetPort: "http" }],
    });
    expect(found?.[0]?.entry).toEqual({ service: "host-api", port: 8080, scheme: "http" });
  });

  it("allows the same networks as the entry", () => {
    const access = { entry: {}, networks: ["203.0.113.0/24"] };
    expect(named(rendered({ access }).objects, "host-api")?.spec).toMatchObject({
      loadBalancerSourceRanges: access.networks,
    });
  });

  it("is only in the cluster when access admits no client", () => {
    const balanced = loadBalanced("api", [{ port: 80 }], {}, { selector: { app: "api" } });
    const access = { entry: {}, networks: [] };
    const { hosts: found, entry, objects } = rendered({ access }, [WEB, balanced]);
    expect(found).toEqual([{ name: "api", entry: { service: "api", port: 80, scheme: "http" } }]);
    expect(entry?.service).toBe("web");
    expect(objects.map(({ spec }) => (spec as { type: string }).type)).toEqual([
      "ClusterIP",
      "ClusterIP",
    ]);
  });

  it.each<[string, Partial<OverlayArgs>, readonly KubernetesObject[], string]>([
    [
      "a Service that is not there",
      { hosts: { api: { service: "apl" } } },
      [WEB, API],
      'hosts.api.service "apl" is not a Service with pods in the overlay; the Services with pods are: web, api',
    ],
    [
      "a Service without pods",
      {},
      [{ ...API, spec: { type: "ExternalName", externalName: "a.example.com" } }],
      'hosts.api.service "api" is not a Service with pods',
    ],
    [
      "a port that it does not have",
      { hosts: { api: { service: "api", port: "81" } } },
      [API],
      'hosts.api.port "81" is not a TCP port of Service "api"; its ports are 8080 (rest), 9000 (grpc)',
    ],
    [
      "a port for another protocol",
      {},
      [{ ...API, spec: { selector: { app: "api" }, ports: [{ name: "grpc", port: 9000 }] } }],
      'hosts.api.service "api" has no port for HTTP',
    ],
    [
      "a port for HTTPS",
      { https, hosts: { api: { service: "api" } } },
      [{ ...API, spec: { selector: { app: "api" }, ports: [{ port: 443 }] } }],
      'port 443 of Service "host-api" is for HTTPS',
    ],
    [
      "a tree with a Service of the load balancer's name",
      {},
      [API, loadBalanced("host-api")],
      'hosts.api needs a Service "host-api" for its load balancer',
    ],
  ])("is refused with %s", (_, changes, objects, message) => {
    expect(() => rendered(changes, [...objects])).toThrow(message);
  });
});

describe("a further host of an environment on a shared cluster", () => {
  it("is routed through the entrance to the Service, which has no load balancer", () => {
    const balanced = loadBalanced("api", [{ port: 80 }], {}, { selector: { app: "api" } });
    for (const api of [API, balanced]) {
      const { objects, hosts: found, entry } = rendered({ shared }, [WEB, api]);
      expect(found?.[0]?.entry.service).toBe("api");
      expect(entry?.service).toBe("web");
      expect(objects.map(({ metadata }) => metadata.name)).toEqual(["web", "api"]);
      expect(JSON.stringify(objects)).not.toContain("LoadBalancer");
    }
  });

  it("is refused for a Service of the baseline", () => {
    const part = { services: ["web"], baseline: "team-dev" };
    const workload = (name: string): KubernetesObject => ({
      ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name } },
      spec: { template: { metadata: { labels: { app: name } } } },
    });
    expect(() =>
      rendered({ shared: { ...shared, part } }, [WEB, API, workload("web"), workload("api")]),
    ).toThrow(
      'hosts.api.service "api" is not a Service with pods in the overlay; the Services with pods are: web',
    );
  });
});
