import { Environment, type EnvironmentArgs } from "../../components/environment";
import { CLUSTER, computedByDigitalOcean, KUBERNETES_PROVIDER } from "../helpers/doks-mocks";
import { claimOf, loadBalanced, object } from "../helpers/kubernetes-objects";
import { asInStates, ENVIRONMENT } from "../helpers/names-in-states";
import { lines, only, promiseOf, Recording } from "../helpers/record-mocks";

const ARGS: EnvironmentArgs = {
  physicalName: "alice-dev",
  id: "7c7dc0f5-7d3a-4b77-9d5e-7e9a5c1b0f44",
  cluster: { clusterName: "alice-dev", tags: ["stack:alice-dev"], poolTags: [] },
  labels: { "ephemeral-doks/stack": "alice-dev" },
  region: "fra1",
  kubernetesVersion: "1.35.1-do.0",
  nodePool: { size: "s-2vcpu-4gb", count: 2 },
  usdPerHour: { "s-1vcpu-2gb": 0.01786, "s-2vcpu-4gb": 0.03571 },
  registry: { access: "none" },
  bounds: {
    quota: {
      cpu: "16",
      memory: "32Gi",
      pods: 200,
      loadBalancers: 2,
      volumes: 20,
      storage: "200Gi",
    },
    limits: { defaultRequest: { cpu: "50m" }, default: {}, max: {} },
    networkIsolation: true,
    podSecurity: "baseline",
    databases: [],
  },
  developers: [{ kind: "User", name: "alice@example.com" }],
  overlay: {
    directory: ".rendered/alice-dev",
    write: () => undefined,
    images: ["acme/web:1"],
    entries: [],
    objects: [
      loadBalanced("web", [{ port: 80 }], {
        "service.beta.kubernetes.io/do-loadbalancer-type": "REGIONAL",
      }),
      object("PersistentVolumeClaim", claimOf("10Gi")),
    ],
  },
  entry: { service: "web", port: 80, scheme: "http" },
  smokeTest: { path: "/", expectedStatus: 200, timeoutSeconds: 300 },
  ttlSeconds: 3_600,
  protect: false,
};
const computed = {
  ...computedByDigitalOcean,
  "kubernetes:kustomize/v2:Directory": () => ({ resources: [] }),
};
const OWN = "ephemeral-doks:components";
const RECORD = "digitalocean:index/dnsRecord:DnsRecord";

describe("Environment", () => {
  it("composes all components, each a child of it", async () => {
    const recording = await Recording.start({ computed });
    new Environment("environment", ARGS);
    const resources = await recording.resources();
    const components = resources.filter(({ type }) => type.startsWith(OWN));
    expect(lines(components)).toEqual([
      `${OWN}:DeveloperAccess environment-access`,
      `${OWN}:DoksCluster environment-cluster`,
      `${OWN}:Environment environment`,
      `${OWN}:EnvironmentNamespace environment-namespace`,
      `${OWN}:KustomizeWorkloads environment-workloads`,
      `${OWN}:RegistryAccess environment-registry`,
      `${OWN}:SmokeTest environment-smoke-test`,
    ]);
    expect(new Set(components.map(({ parent }) => parent))).toEqual(new Set(["", "environment"]));
    for (const { name } of resources) {
      expect(name).toMatch(/^environment/);
    }
  });

  it("has a record for each of its names, after the workloads, that is not deleted with the cluster", async () => {
    const recording = await Recording.start({ computed });
    const named = (label: string) => ({ domain: "dev.example.com", label });
    const entry = { service: "host-api", port: 443, scheme: "https" } as const;
    new Environment("environment", {
      ...ARGS,
      hostName: named("alice-dev"),
      hosts: [{ name: "api", entry, hostName: named("api--alice-dev") }],
    });
    const records = (await recording.resources()).filter(({ type }) => type === RECORD);
    expect(records.map(({ name, parent, inputs }) => [name, parent, inputs.name])).toEqual([
      ["environment-record", "environment-record", "alice-dev"],
      ["environment-record-api", "environment-record-api", "api--alice-dev"],
    ]);
    expect(records.map(({ options }) => options.deletedWith)).toEqual(["", ""]);
  });

  it("tests each further name at its own load balancer's address", async () => {
    const recording = await Recording.start({ computed });
    const entry = { service: "host-api", port: 443, scheme: "https" } as const;
    const hostName = { domain: "dev.example.com", label: "api--alice-dev" };
    new Environment("environment", { ...ARGS, hosts: [{ name: "api", entry, hostName }] });
    const { environment } = only(await recording.resources(), "command:local:Command").inputs;
    const { SMOKE_TEST_HOSTS: asked = "" } = environment as Record<string, string>;
    expect(JSON.parse(asked)).toEqual([
      {
        name: "api",
        service: "host-api",
        url: "https://api--alice-dev.dev.example.com",
        address: "",
      },
    ]);
  });

  it("keeps the type, name and parent of all resources in older states", async () => {
    const recording = await Recording.start({ computed });
    new Environment("environment", ARGS);
    const resources = asInStates(await recording.resources());
    expect(resources).toEqual(expect.arrayContaining(ENVIRONMENT));
  });

  it("deletes all objects inside the cluster with the cluster", async () => {
    const recording = await Recording.start({ computed });
    new Environment("environment", ARGS);
    const resources = await recording.resources();
    const inside = resources.filter(({ type }) =>
      /^(kubernetes|command|digitalocean:index\/kubernetesNodePool|pulumi:providers:kubernetes)/.test(
        type,
      ),
    );
    expect(inside.length).toBeGreaterThanOrEqual(12);
    expect(inside.map(({ name, options }) => `${name}: ${options.deletedWith}`)).toEqual(
      inside.map(({ name }) => `${name}: environment-cluster`),
    );
  });

  it("declares workloads after the namespace's limits, and tests after the workloads", async () => {
    const recording = await Recording.start({ computed });
    new Environment("environment", ARGS);
    const resources = await recording.resources();
    const waitsFor = (name: string) => only(resources, `${OWN}:${name}`).options.dependsOn;
    expect(waitsFor("KustomizeWorkloads")).toEqual(
      expect.arrayContaining(["environment-namespace-quota", "environment-namespace-limits"]),
    );
    expect(waitsFor("SmokeTest")).toContain("environment-workloads");
  });

  it("uses only its own cluster", async () => {
    const recording = await Recording.start({ computed });
    const environment = new Environment("environment", ARGS);
    const kubeconfig = await promiseOf(environment.kubeconfig);
    const resources = await recording.resources();
    expect(only(resources, KUBERNETES_PROVIDER).inputs).toMatchObject({
      kubeconfig,
      clusterIdentifier: "environment-cluster-id",
      upsertExistingObjects: "true",
      enablePatchForce: "true",
    });
    const kubernetes = resources.filter(({ type }) => type.startsWith("kubernetes:"));
    expect(new Set(kubernetes.map(({ options }) => options.provider))).toEqual(
      new Set(["environment-kubernetes"]),
    );
  });

  it("outputs its identity, expiry and price", async () => {
    await Recording.start({ computed });
    const environment = new Environment("environment", ARGS);
    expect(await promiseOf(environment.namespace)).toBe("alice-dev");
    expect(await promiseOf(environment.clusterId)).toBe("environment-cluster-id");
    expect(await promiseOf(environment.expiresAt)).toBe("2026-11-23T07:00:00.000Z");
    // 0.01786 + 2 * 0.03571 + 12 / 672 + 10 * 0.1 / 672
    expect(environment.pricePerHour).toBe(0.1086);
  });

  it("passes protection and the registry's integration to the cluster", async () => {
    const recording = await Recording.start({ computed });
    new Environment("environment", {
      ...ARGS,
      protect: true,
      registry: { access: "integration", registryName: "acme" },
    });
    const cluster = only(await recording.resources(), CLUSTER);
    expect(cluster.options.protect).toBe(true);
    expect(cluster.inputs.registryIntegration).toBe(true);
  });

  it.each([
    ["no entry", { entry: undefined }],
    ["the test switched off", { smokeTest: undefined }],
  ])("has no smoke test with %s", async (_, overrides) => {
    const recording = await Recording.start({ computed });
    new Environment("environment", { ...ARGS, ...overrides });
    expect(lines(await recording.resources()).filter((line) => line.includes("smoke"))).toEqual([]);
  });

  it("shows the same plan in a preview with unknown outputs", async () => {
    const preview = await Recording.start({ preview: true });
    new Environment("environment", ARGS);
    const planned = lines(await preview.resources());
    const recording = await Recording.start({ computed });
    new Environment("environment", ARGS);
    const made = lines(await recording.resources());
    expect(planned).toEqual(made);
  });
});
