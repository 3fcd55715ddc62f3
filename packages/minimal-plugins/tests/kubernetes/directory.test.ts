import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PulumiProject, type StateResource } from "./support/pulumi-project";
import { withCluster } from "./support/shared-cluster";

const shared = withCluster();
let project: PulumiProject;

/** Long enough for the engine, a program and a plugin to start a few times. */
const TIMEOUT_MS = 180_000;

const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
const kubernetes = require("@pulumi/kubernetes");

const provider = new kubernetes.Provider("cluster", { kubeconfig: process.env.TRIAL_KUBECONFIG });
const owner = new kubernetes.core.v1.ConfigMap("owner", { metadata: { name: "owner" } }, { provider });

class Shop extends pulumi.ComponentResource {
  constructor(name, opts) {
    super("trial:index:Shop", name, {}, opts);
    const workloads = new kubernetes.kustomize.v2.Directory(
      "workloads",
      { directory: "tree", namespace: "fallback" },
      { parent: this, provider },
    );
    this.resources = workloads.resources;
    this.registerOutputs();
  }
}

const shop = new Shop("shop", { deletedWith: owner });
exports.resources = shop.resources.apply((all) =>
  pulumi.all(all.map((one) => one.urn ?? one)).apply((urns) => urns.sort()),
);
`;

const FILES = {
  "kustomization.yaml":
    "resources: [objects.yaml]\nsecretGenerator:\n- name: generated\n  literals: [key=hunter2]\n",
  "objects.yaml": `
apiVersion: shop.example.com/v1
kind: Gadget
metadata: {name: one, namespace: shop}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
  annotations: {config.kubernetes.io/depends-on: /namespaces/shop/Service/web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: main
        image: example.com/web:1
        resources: {requests: {cpu: 0.01, memory: 1024Ki}}
        env: [{name: EMPTY, value: ""}]
        volumeMounts: [{name: scratch, mountPath: /tmp, readOnly: false}]
      volumes:
      - {name: scratch, emptyDir: {}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80}], clusterIP: None}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: placed}
---
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Namespace
metadata: {name: fallback}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gadgets.shop.example.com}
spec:
  group: shop.example.com
  scope: Namespaced
  names: {plural: gadgets, singular: gadget, kind: Gadget}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
`,
};

beforeAll(async () => {
  project = new PulumiProject(PROGRAM, { TRIAL_KUBECONFIG: shared.current.kubeconfig });
  mkdirSync(join(project.directory, "tree"));
  for (const [name, text] of Object.entries(FILES)) {
    writeFileSync(join(project.directory, "tree", name), text);
  }
  await project.pulumi("stack", "init", "trial");
}, TIMEOUT_MS);

afterAll(() => project.dispose());

function nameOf({ urn }: StateResource): string {
  return urn.split("::").at(-1) ?? "";
}

/** Type and name of a child, without the prefix and the hash kustomize adds. */
function labelOf(urn: string): string {
  const [, type = "", name = ""] = /kubernetes:([^$]+)::workloads:(.+)$/.exec(urn) ?? [];
  return `${type} ${name.replace(/generated-\w+$/, "generated")}`;
}

function dependenciesOf({ dependencies = [] }: StateResource): string[] {
  return dependencies.map(labelOf).sort();
}

test(
  "its objects become the same resources as in the official plugin",
  async () => {
    await project.pulumi("up", "--yes", "--skip-preview");
    const all = await project.resources();
    const owner = all.find((one) => nameOf(one) === "owner");
    const directory = all.find((one) => one.type === "kubernetes:kustomize/v2:Directory");
    const children = all.filter(({ parent }) => parent === directory?.urn);
    expect(
      Object.fromEntries(children.map((child) => [labelOf(child.urn), dependenciesOf(child)])),
    ).toEqual({
      "core/v1:Namespace fallback": [],
      "core/v1:Namespace shop": [],
      "apiextensions.k8s.io/v1:CustomResourceDefinition gadgets.shop.example.com": [],
      "core/v1:ConfigMap fallback/placed": ["core/v1:Namespace fallback"],
      "core/v1:Secret fallback/generated": ["core/v1:Namespace fallback"],
      "core/v1:Service shop/web": ["core/v1:Namespace shop"],
      "apps/v1:Deployment shop/web": ["core/v1:Namespace shop", "core/v1:Service shop/web"],
      "shop.example.com/v1:Gadget shop/one": [
        "apiextensions.k8s.io/v1:CustomResourceDefinition gadgets.shop.example.com",
        "core/v1:Namespace shop",
      ],
    });
    expect(new Set(children.map(({ deletedWith }) => deletedWith))).toEqual(new Set([owner?.urn]));
    expect(new Set(children.map(({ provider }) => provider))).toEqual(new Set([owner?.provider]));
    expect(JSON.stringify(all)).not.toContain(Buffer.from("hunter2").toString("base64"));

    const outputs = JSON.parse(await project.pulumi("stack", "output", "--json")) as {
      resources: string[];
    };
    // Node's SDK hands on a resource of a type it does not know as its id.
    const known = children.filter(({ type }) => !type.endsWith(":Gadget")).map(({ urn }) => urn);
    expect(outputs.resources).toEqual(["shop/one", ...known.sort()]);
  },
  TIMEOUT_MS,
);

test(
  "nothing changes until the tree does, and then only what changed",
  async () => {
    await project.pulumi("preview", "--expect-no-changes");
    await project.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes");
    await project.pulumi("preview", "--expect-no-changes");

    const file = join(project.directory, "tree", "objects.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace("web:1", "web:2"));
    expect((await project.changes("preview")).update).toBe(1);
    await project.pulumi("up", "--yes", "--skip-preview");
    const live = await shared.current.cluster
      .client()
      .get<{ spec: { template: { spec: { containers: { image: string }[] } } } }>(
        "/apis/apps/v1/namespaces/shop/deployments/web",
      );
    expect(live.spec.template.spec.containers[0]?.image).toBe("example.com/web:2");
  },
  TIMEOUT_MS,
);

test(
  "a tree that does not build is an error with kustomize's message",
  async () => {
    const broken = join(project.directory, "tree", "kustomization.yaml");
    const text = readFileSync(broken, "utf8");
    writeFileSync(broken, "resources: [nowhere.yaml]\n");
    await expect(project.pulumi("preview")).rejects.toThrow(/nowhere\.yaml/);
    writeFileSync(broken, text);
  },
  TIMEOUT_MS,
);

test(
  "deletedWith holds for its objects: destroying them does not touch the cluster",
  async () => {
    await project.pulumi("destroy", "--yes", "--skip-preview");
    expect(await project.resources()).toHaveLength(0);
    const { cluster } = shared.current;
    expect(
      await cluster.client().find("/api/v1/namespaces/default/configmaps/owner"),
    ).toBeUndefined();
    expect(await cluster.client().find("/api/v1/namespaces/shop/services/web")).toBeDefined();
  },
  TIMEOUT_MS,
);
