import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import {
  EnvironmentNamespace,
  type EnvironmentNamespaceArgs,
} from "../../components/environment-namespace";
import { KUBERNETES_PROVIDER } from "../helpers/doks-mocks";
import { lines, only, promiseOf, Recording } from "../helpers/record-mocks";

const CILIUM = "kubernetes:cilium.io/v2:CiliumNetworkPolicy";
const CLOSED = [
  "10.0.0.0/8",
  "100.64.0.0/10",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "10.108.0.0/16",
  "10.109.0.0/19",
];
const COMPONENT = "ephemeral-doks:components:EnvironmentNamespace";

function args(overrides: Partial<EnvironmentNamespaceArgs> = {}): EnvironmentNamespaceArgs {
  return {
    namespace: "alice-dev",
    id: "7c7dc0f5-7d3a-4b77-9d5e-7e9a5c1b0f44",
    labels: { "ephemeral-doks/stack": "alice-dev" },
    quota: {
      cpu: "16",
      memory: "32Gi",
      pods: 200,
      loadBalancers: 2,
      volumes: 20,
      storage: "200Gi",
    },
    limits: { defaultRequest: { cpu: "50m", memory: "64Mi" }, default: {}, max: { cpu: "4" } },
    networkIsolation: true,
    podSubnet: "10.108.0.0/16",
    serviceSubnet: "10.109.0.0/19",
    databases: [],
    podSecurity: "baseline",
    provider: new k8s.Provider("cluster", { kubeconfig: "{}" }),
    ...overrides,
  };
}

describe("EnvironmentNamespace", () => {
  it("declares a namespace with its limits, all in the given cluster", async () => {
    const recording = await Recording.start();
    const { namespace } = new EnvironmentNamespace("ns", args());
    expect(await promiseOf(namespace)).toBe("alice-dev");
    const resources = await recording.resources();

    expect(lines(resources)).toEqual([
      `${COMPONENT} ns`,
      "kubernetes:cilium.io/v2:CiliumNetworkPolicy ns-egress",
      "kubernetes:core/v1:LimitRange ns-limits",
      "kubernetes:core/v1:Namespace ns",
      "kubernetes:core/v1:ResourceQuota ns-quota",
      "kubernetes:networking.k8s.io/v1:NetworkPolicy ns-isolation",
      `${KUBERNETES_PROVIDER} cluster`,
    ]);
    const children = resources.filter(({ type }) => type.startsWith("kubernetes:"));
    expect(new Set(children.map(({ parent, options }) => `${parent} ${options.provider}`))).toEqual(
      new Set(["ns cluster"]),
    );
  });

  it("translates the settings to a ResourceQuota and a LimitRange", async () => {
    const recording = await Recording.start();
    new EnvironmentNamespace("ns", args());
    const resources = await recording.resources();

    expect(only(resources, "kubernetes:core/v1:Namespace").inputs.metadata).toEqual({
      name: "alice-dev",
      labels: {
        "ephemeral-doks/id": "7c7dc0f5-7d3a-4b77-9d5e-7e9a5c1b0f44",
        "ephemeral-doks/stack": "alice-dev",
        "pod-security.kubernetes.io/enforce": "baseline",
      },
    });
    expect(only(resources, "kubernetes:core/v1:ResourceQuota").inputs.spec).toEqual({
      hard: {
        "requests.cpu": "16",
        "requests.memory": "32Gi",
        "requests.storage": "200Gi",
        persistentvolumeclaims: "20",
        pods: "200",
        "services.loadbalancers": "2",
      },
    });
    expect(only(resources, "kubernetes:core/v1:LimitRange").inputs.spec).toEqual({
      limits: [
        { type: "Container", defaultRequest: { cpu: "50m", memory: "64Mi" }, max: { cpu: "4" } },
      ],
    });
  });

  it("allows its pods to reach itself, DNS, the API server and the internet, but not the VPC", async () => {
    const recording = await Recording.start();
    new EnvironmentNamespace("ns", args());
    const resources = await recording.resources();
    expect(only(resources, "kubernetes:networking.k8s.io/v1:NetworkPolicy").inputs.spec).toEqual({
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
        { to: [{ podSelector: {} }, { ipBlock: { cidr: "0.0.0.0/0", except: CLOSED } }] },
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
    expect(only(resources, CILIUM).inputs.spec).toEqual({
      endpointSelector: {},
      egress: [{ toEntities: ["kube-apiserver"] }],
    });
  });

  it("allows databases by name, with addresses from DNS", async () => {
    const recording = await Recording.start();
    new EnvironmentNamespace(
      "ns",
      args({ databases: ["private-shop.db.ondigitalocean.com:25060", "10.114.0.7:5432"] }),
    );
    const { egress } = only(await recording.resources(), CILIUM).inputs.spec as {
      egress: object[];
    };
    expect(egress).toEqual([
      { toEntities: ["kube-apiserver"] },
      {
        toFQDNs: [{ matchName: "private-shop.db.ondigitalocean.com" }],
        toPorts: [{ ports: [{ port: "25060", protocol: "TCP" }] }],
      },
      {
        toCIDR: ["10.114.0.7/32"],
        toPorts: [{ ports: [{ port: "5432", protocol: "TCP" }] }],
      },
      expect.objectContaining({
        toPorts: [
          { ports: [{ port: "53", protocol: "ANY" }], rules: { dns: [{ matchPattern: "*" }] } },
        ],
      }),
    ]);
  });

  it("does not restrict the network when isolation is off", async () => {
    const recording = await Recording.start();
    new EnvironmentNamespace("ns", args({ networkIsolation: false }));
    const types = (await recording.resources()).map(({ type }) => type);
    expect(types.filter((type) => type.endsWith("NetworkPolicy"))).toEqual([]);
  });

  it("puts a pull secret on the default ServiceAccount", async () => {
    const recording = await Recording.start();
    new EnvironmentNamespace("ns", args({ dockerConfigJson: pulumi.secret('{"auths":{}}') }));
    const resources = await recording.resources();
    expect(only(resources, "kubernetes:core/v1:Secret").inputs).toMatchObject({
      type: "kubernetes.io/dockerconfigjson",
      metadata: { name: "registry", namespace: "alice-dev" },
      // Marked as a secret in the engine's protocol.
      stringData: { value: { ".dockerconfigjson": '{"auths":{}}' } },
    });
    expect(only(resources, "kubernetes:core/v1:ServiceAccountPatch").inputs).toMatchObject({
      metadata: { name: "default", namespace: "alice-dev" },
      imagePullSecrets: [{ name: "registry" }],
    });
  });

  it("is deleted with the given resource, like its children", async () => {
    const recording = await Recording.start();
    const cluster = new pulumi.ComponentResource("test:index:Cluster", "the-cluster");
    new EnvironmentNamespace("ns", args(), { deletedWith: cluster });
    const inside = (await recording.resources()).filter(
      ({ parent, name }) => parent === "ns" || name === "ns",
    );
    expect(inside).toHaveLength(6);
    expect(inside.map(({ options }) => options.deletedWith)).toEqual(Array(6).fill("the-cluster"));
  });
});
