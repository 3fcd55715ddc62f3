import * as pulumi from "@pulumi/pulumi";
import { SharedEnvironment, type SharedEnvironmentArgs } from "../../components/shared-environment";
import { KUBERNETES_PROVIDER } from "../helpers/doks-mocks";
import { claimOf, loadBalanced, object } from "../helpers/kubernetes-objects";
import { asInStates, SHARED_ENVIRONMENT } from "../helpers/names-in-states";
import { lines, only, promiseOf, Recording } from "../helpers/record-mocks";

const WEB = { service: "web", port: 80, scheme: "http" } as const;
const CLAIM = object("PersistentVolumeClaim", claimOf("10Gi"));
const ARGS: SharedEnvironmentArgs = {
  cluster: {
    id: "the-cluster",
    name: "team-shared",
    kubeconfig: "{}",
    podSubnet: "10.108.0.0/16",
    serviceSubnet: "10.109.0.0/19",
    objects: { server: "https://cluster.example.com", certificateAuthorityData: "Q0E=" },
  },
  largest: {
    capacity: { millicores: 16_000, memoryMiB: 16_384, pods: 550 },
    pools: [],
    nodes: 5,
    usdPerHour: 0.4,
  },
  namespace: "alice-dev",
  id: "7c7dc0f5-7d3a-4b77-9d5e-7e9a5c1b0f44",
  labels: { "ephemeral-doks/owner": "alice" },
  ownerLabels: { "ephemeral-doks/project": "shop", "ephemeral-doks/stack": "alice-dev" },
  registry: { access: "none" },
  bounds: {
    quota: {
      cpu: "4",
      memory: "2Gi",
      pods: 50,
      loadBalancers: 1,
      volumes: 5,
      storage: "20Gi",
      objects: 100,
      memoryLimits: "4Gi",
      ephemeralStorage: "10Gi",
    },
    limits: { defaultRequest: { cpu: "50m" }, default: {}, max: {} },
    podSecurity: "baseline",
    databases: [],
  },
  developers: [],
  overlay: {
    directory: ".rendered/alice-dev",
    write: () => undefined,
    images: ["acme/web:1"],
    entries: [],
    objects: [loadBalanced("web"), CLAIM],
  },
  entry: WEB,
  smokeTest: { path: "/", expectedStatus: 200, timeoutSeconds: 300 },
  ttlSeconds: 3_600,
  protect: false,
};
const ENTRANCE = {
  name: "entrance",
  namespace: "entrance",
  address: "203.0.113.7",
  scheme: "http" as const,
};
const THROUGH_ENTRANCE = {
  overlay: { ...ARGS.overlay, objects: [CLAIM] },
  reached: { entrance: ENTRANCE, host: "alice-dev.example.com" },
};
const computed = {
  "kubernetes:kustomize/v2:Directory": () => ({ resources: [] }),
  "kubernetes:core/v1:Namespace": ({ metadata }: Record<string, unknown>) => ({
    metadata: { ...(metadata as object), creationTimestamp: "2026-11-27T06:00:00Z", uid: "0b1c" },
  }),
};
const OWN = "ephemeral-doks:components";

async function declare(overrides: Partial<SharedEnvironmentArgs> = {}) {
  const recording = await Recording.start({ computed });
  const environment = new SharedEnvironment("environment", { ...ARGS, ...overrides });
  return { environment, resources: await recording.resources() };
}

describe("SharedEnvironment", () => {
  it("keeps the type, name and parent of all resources in older states", async () => {
    const { resources } = await declare(THROUGH_ENTRANCE);
    expect(asInStates(resources)).toEqual(expect.arrayContaining(SHARED_ENVIRONMENT));
  });

  it("is a namespace with its limits, the developers' access, the workloads and a test", async () => {
    const { resources } = await declare();
    expect(lines(resources).filter((line) => !line.includes("rbac"))).toEqual([
      "command:local:Command environment-smoke-test",
      `${OWN}:DeveloperAccess environment-access`,
      `${OWN}:EnvironmentNamespace environment-namespace`,
      `${OWN}:KustomizeWorkloads environment-workloads`,
      `${OWN}:RegistryAccess environment-registry`,
      `${OWN}:SharedEnvironment environment`,
      `${OWN}:SmokeTest environment-smoke-test`,
      "kubernetes:cilium.io/v2:CiliumNetworkPolicy environment-namespace-egress",
      "kubernetes:core/v1:LimitRange environment-namespace-limits",
      "kubernetes:core/v1:Namespace environment-namespace",
      "kubernetes:core/v1:ResourceQuota environment-namespace-priority",
      "kubernetes:core/v1:ResourceQuota environment-namespace-quota",
      "kubernetes:core/v1:ServiceAccount environment-access-ci",
      "kubernetes:core/v1:ServiceAccount environment-access-developer",
      "kubernetes:kustomize/v2:Directory environment-workloads",
      "kubernetes:networking.k8s.io/v1:NetworkPolicy environment-namespace-isolation",
      `${KUBERNETES_PROVIDER} environment-kubernetes`,
    ]);
  });

  it("routes a further name through the entrance with its own route", async () => {
    const entry = { service: "api", port: 8080, scheme: "http" } as const;
    const hostName = { domain: "example.com", label: "api--alice-dev" };
    const { resources } = await declare({
      ...THROUGH_ENTRANCE,
      hosts: [{ name: "api", entry, hostName }],
    });
    const routes = resources.filter(({ type }) => type.endsWith(":HTTPRoute"));
    const facts = routes.map(({ name, inputs: { metadata, spec } }) => {
      const { hostnames, rules } = spec as {
        hostnames: string[];
        rules: [{ backendRefs: object[] }];
      };
      return [name, (metadata as { name: string }).name, hostnames, rules[0].backendRefs];
    });
    expect(facts).toEqual([
      ["environment-route", "environment", ["alice-dev.example.com"], [{ name: "web", port: 80 }]],
      [
        "environment-route-api",
        "host-api",
        ["api--alice-dev.example.com"],
        [{ name: "api", port: 8080 }],
      ],
    ]);
    expect(resources.filter(({ type }) => type.endsWith(":DnsRecord"))).toEqual([]);
    const test = only(resources, `${OWN}:SmokeTest`);
    expect(test.options.dependsOn).toContain("environment-route-api");
    const { environment } = only(resources, "command:local:Command").inputs;
    const { SMOKE_TEST_HOSTS: asked = "" } = environment as Record<string, string>;
    expect(JSON.parse(asked)).toEqual([
      {
        name: "api",
        service: "api",
        url: `${THROUGH_ENTRANCE.reached.entrance.scheme}://api--alice-dev.example.com`,
        address: THROUGH_ENTRANCE.reached.entrance.address,
      },
    ]);
  });

  it("is deleted with its namespace", async () => {
    const { resources } = await declare();
    const inside = resources.filter(({ type }) => /^(kubernetes|command):/.test(type));
    const namespace = inside.filter(({ type }) => type.endsWith(":Namespace"));
    expect(namespace.map(({ options }) => options.deletedWith)).toEqual([""]);
    const others = inside.filter(({ type }) => !type.endsWith(":Namespace"));
    expect(others.length).toBeGreaterThanOrEqual(12);
    expect(others.map(({ name, options }) => `${name}: ${options.deletedWith}`)).toEqual(
      others.map(({ name }) => `${name}: environment-namespace`),
    );
  });

  it("labels its namespace with its owner, and adopts the namespace of a killed update", async () => {
    const { resources } = await declare({ protect: true });
    const namespace = only(resources, "kubernetes:core/v1:Namespace");
    expect(namespace.options).toMatchObject({ provider: "environment-kubernetes", protect: true });
    expect(namespace.inputs.metadata).toEqual({
      name: "alice-dev",
      labels: {
        "ephemeral-doks/id": "7c7dc0f5-7d3a-4b77-9d5e-7e9a5c1b0f44",
        "ephemeral-doks/owner": "alice",
        "ephemeral-doks/project": "shop",
        "ephemeral-doks/stack": "alice-dev",
        "pod-security.kubernetes.io/enforce": "baseline",
      },
    });
    expect(only(resources, KUBERNETES_PROVIDER).inputs).toMatchObject({
      clusterIdentifier: "the-cluster",
      upsertExistingObjects: "true",
    });
  });

  it("also limits objects and priority", async () => {
    const { resources } = await declare();
    const quotas = resources.filter(({ type }) => type === "kubernetes:core/v1:ResourceQuota");
    const [priority, quota] = quotas.map(({ inputs }) => inputs.spec);
    expect(quota).toMatchObject({
      hard: { "requests.cpu": "4", "limits.memory": "4Gi", "count/secrets": "100" },
    });
    expect(only(resources, "kubernetes:core/v1:LimitRange").inputs.spec).toEqual({
      limits: [
        {
          type: "Container",
          defaultRequest: { cpu: "50m", "ephemeral-storage": "64Mi" },
          default: { "ephemeral-storage": "1Gi" },
        },
      ],
    });
    expect(priority).toEqual({
      hard: { pods: "0" },
      scopeSelector: {
        matchExpressions: [
          {
            scopeName: "PriorityClass",
            operator: "In",
            values: ["system-cluster-critical", "system-node-critical"],
          },
        ],
      },
    });
  });

  it("reaches only itself, DNS, the internet and its baseline", async () => {
    const { resources } = await declare({ baseline: "main-dev" });
    const policy = only(resources, "kubernetes:networking.k8s.io/v1:NetworkPolicy").inputs.spec;
    expect(policy).toEqual({
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
      ingress: [
        {
          from: [
            { podSelector: {} },
            { ipBlock: { cidr: "0.0.0.0/0", except: ["10.108.0.0/16"] } },
            { namespaceSelector: { matchLabels: { "ephemeral-doks/baseline": "alice-dev" } } },
          ],
        },
      ],
      egress: [
        {
          to: [
            { podSelector: {} },
            {
              namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "main-dev" } },
            },
            {
              ipBlock: {
                cidr: "0.0.0.0/0",
                except: [
                  "10.0.0.0/8",
                  "100.64.0.0/10",
                  "169.254.0.0/16",
                  "172.16.0.0/12",
                  "192.168.0.0/16",
                  "10.108.0.0/16",
                  "10.109.0.0/19",
                ],
              },
            },
          ],
        },
        {
          to: [
            {
              namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
              podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
            },
          ],
          ports: [
            { protocol: "UDP", port: 53 },
            { protocol: "TCP", port: 53 },
          ],
        },
      ],
    });
    const namespace = only(resources, "kubernetes:core/v1:Namespace").inputs.metadata;
    expect(namespace).toMatchObject({ labels: { "ephemeral-doks/baseline": "main-dev" } });
  });

  it("is reached by its host through the entrance, which may connect to it", async () => {
    const { environment, resources } = await declare(THROUGH_ENTRANCE);
    expect(await promiseOf(pulumi.output(environment.url))).toBe("http://alice-dev.example.com");
    const route = only(resources, "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute");
    expect(route.inputs.spec).toEqual({
      parentRefs: [{ name: "entrance", namespace: "entrance" }],
      hostnames: ["alice-dev.example.com"],
      rules: [
        {
          filters: [
            {
              type: "ResponseHeaderModifier",
              responseHeaderModifier: { set: [{ name: "x-environment-uid", value: "0b1c" }] },
            },
          ],
          backendRefs: [{ name: "web", port: 80 }],
        },
      ],
    });
    const policy = only(
      resources,
      "kubernetes:cilium.io/v2:CiliumNetworkPolicy",
      "environment-namespace-entrance",
    );
    expect(policy.inputs.spec).toEqual({
      endpointSelector: {},
      ingress: [{ fromEntities: ["ingress"] }],
    });
    const test = only(resources, "command:local:Command");
    expect(test.inputs.environment).toMatchObject({
      SMOKE_TEST_URL: "http://alice-dev.example.com/",
      SMOKE_TEST_ADDRESS: "203.0.113.7",
      SMOKE_TEST_SERVICE: "web",
      SMOKE_TEST_PLACE:
        '{"clusterId":"the-cluster","server":"https://cluster.example.com","certificateAuthorityData":"Q0E=","namespace":"alice-dev"}',
    });
    expect(only(resources, `${OWN}:SmokeTest`).options.dependsOn).toContain("environment-route");
  });

  it("costs its quota's share of the nodes, and its own resources", async () => {
    const { environment } = await declare();
    expect(await promiseOf(environment.createdAt)).toBe("2026-11-27T06:00:00.000Z");
    expect(await promiseOf(environment.expiresAt)).toBe("2026-11-27T07:00:00.000Z");
    // 4 of 16 cores of $0.4, a network load balancer of $15 a month, 10 GiB of $0.10
    expect(environment.pricePerHour).toBe(Math.round((0.1 + 16 / 672) * 10_000) / 10_000);
    expect((await declare(THROUGH_ENTRANCE)).environment.pricePerHour).toBe(
      Math.round((0.1 + 1 / 672) * 10_000) / 10_000,
    );
  });
});
