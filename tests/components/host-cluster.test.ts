import * as pulumi from "@pulumi/pulumi";
import { HostCluster, type HostClusterArgs } from "../../components/host-cluster";
import { tlsAnnotations } from "../../core/overlay/https";
import { CLUSTER, computedByDigitalOcean } from "../helpers/doks-mocks";
import { asInStates, HOST } from "../helpers/names-in-states";
import { lines, only, promiseOf, Recording } from "../helpers/record-mocks";

const ARGS: HostClusterArgs = {
  cluster: { clusterName: "team-shared", tags: ["stack:team-shared"], poolTags: [] },
  labels: { "ephemeral-doks/stack": "team-shared" },
  region: "fra1",
  kubernetesVersion: "1.35.1-do.0",
  nodePool: { size: "s-2vcpu-4gb", count: 2, minNodes: 2, maxNodes: 5 },
  usdPerHour: { "s-1vcpu-2gb": 0.01786, "s-2vcpu-4gb": 0.03571 },
  registry: { access: "integration", registryName: "acme" },
  domain: "dev.example.com",
  allowedKinds: ["Certificate.cert-manager.io"],
  protect: true,
};
const computed = {
  ...computedByDigitalOcean,
  "kubernetes:gateway.networking.k8s.io/v1:Gateway": () => ({
    status: { addresses: [{ type: "IPAddress", value: "203.0.113.7" }] },
  }),
};
const GATEWAY = "kubernetes:gateway.networking.k8s.io/v1:Gateway";
const OWN = "ephemeral-doks:components";
const ADMISSION = "kubernetes:admissionregistration.k8s.io/v1";

/** Their logical names are contract. */
const POLICIES = [
  "bounds",
  "finalizers",
  "kinds",
  "load-balancers",
  "namespaces",
  "network-policies",
  "pods",
  "role-bindings",
  "roles",
  "routes",
  "secrets",
  "services",
  "volumes",
];

describe("HostCluster", () => {
  it("keeps the type, name and parent of all resources in older states", async () => {
    const recording = await Recording.start({ computed });
    new HostCluster("host", ARGS);
    expect(asInStates(await recording.resources())).toEqual(expect.arrayContaining(HOST));
  });

  it("is a cluster with policy and an entrance, without workloads", async () => {
    const recording = await Recording.start({ computed });
    new HostCluster("host", ARGS);
    const resources = await recording.resources();
    expect(lines(resources)).toEqual([
      `${CLUSTER} host-cluster`,
      "digitalocean:index/kubernetesNodePool:KubernetesNodePool host-cluster-workers",
      `${OWN}:DoksCluster host-cluster`,
      `${OWN}:Entrance host-entrance`,
      `${OWN}:HostCluster host`,
      `${OWN}:RegistryAccess host-registry`,
      `${OWN}:SharedPolicy host-policy`,
      ...POLICIES.map((name) => `${ADMISSION}:ValidatingAdmissionPolicy host-policy-${name}`),
      ...POLICIES.map(
        (name) => `${ADMISSION}:ValidatingAdmissionPolicyBinding host-policy-${name}`,
      ),
      "kubernetes:core/v1:Namespace host-entrance",
      `${GATEWAY} host-entrance`,
      "pulumi:providers:kubernetes host-kubernetes",
    ]);
    const inside = resources.filter(({ type }) => type.startsWith("kubernetes:"));
    expect(new Set(inside.map(({ options }) => options.deletedWith))).toEqual(
      new Set(["host-cluster"]),
    );
    expect(only(resources, CLUSTER)).toMatchObject({
      options: { protect: true },
      inputs: { registryIntegration: true },
    });
  });

  it("accepts all hosts below its domain, only from environments", async () => {
    const recording = await Recording.start({ computed });
    const host = new HostCluster("host", ARGS);
    expect(await promiseOf(pulumi.output(host.entrance))).toBe("203.0.113.7");
    expect(only(await recording.resources(), GATEWAY).inputs.spec).toEqual({
      gatewayClassName: "cilium",
      listeners: [
        {
          name: "http",
          protocol: "HTTP",
          port: 80,
          hostname: "*.dev.example.com",
          allowedRoutes: {
            namespaces: {
              from: "Selector",
              selector: {
                matchExpressions: [{ key: "ephemeral-doks/stack", operator: "Exists" }],
              },
            },
          },
        },
      ],
    });
  });

  it("admits only the configured networks", async () => {
    const recording = await Recording.start({ computed });
    new HostCluster("host", { ...ARGS, networks: ["203.0.113.0/24", "198.51.100.7/32"] });
    expect(only(await recording.resources(), GATEWAY).inputs.spec).toMatchObject({
      infrastructure: {
        annotations: {
          "service.beta.kubernetes.io/do-loadbalancer-allow-rules":
            "cidr:203.0.113.0/24,cidr:198.51.100.7/32",
        },
      },
    });
  });

  it("ends TLS at the entrance's load balancer, and points the wildcard there, with a certificate", async () => {
    const recording = await Recording.start({ computed });
    const host = new HostCluster("host", { ...ARGS, https: { certificate: "cert" } });
    const resources = await recording.resources();
    const spec = only(resources, GATEWAY).inputs.spec as {
      listeners: { port: number; protocol: string }[];
    };
    expect(spec).toMatchObject({ infrastructure: { annotations: tlsAnnotations("cert") } });
    expect(spec.listeners.map(({ port, protocol }) => [port, protocol])).toEqual([
      [80, "HTTP"],
      [443, "HTTP"],
    ]);
    const record = only(resources, "digitalocean:index/dnsRecord:DnsRecord");
    expect(record.inputs).toMatchObject({ name: "*", value: "203.0.113.7" });
    expect(record.options.deletedWith).toBeFalsy();
    // 0.01786 + 2 * 0.03571 + 12 / 672
    expect(host.pricePerHour).toBe(0.1071);
  });

  it("has no entrance without a domain", async () => {
    const recording = await Recording.start({ computed });
    const host = new HostCluster("host", { ...ARGS, domain: undefined });
    expect(await promiseOf(pulumi.output(host.entrance))).toBeUndefined();
    const declared = lines(await recording.resources());
    expect(declared.filter((line) => /entrance|Gateway|routes/.test(line))).toEqual([]);
  });

  it("costs its minimum of nodes, and the entrance's load balancer", async () => {
    await Recording.start({ computed });
    // 0.01786 + 2 * 0.03571 + 15 / 672
    expect(new HostCluster("host", ARGS).pricePerHour).toBe(0.1116);
    expect(new HostCluster("more", { ...ARGS, domain: undefined }).pricePerHour).toBe(0.0893);
  });
});
