import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describeError } from "../../core/errors";
import type { KubernetesObject } from "../../core/manifests/manifest";
import { buildTree, type OverlayArgs, type SharedOverlay } from "../../core/overlay/generate";
import { NOTHING_ALLOWED } from "../../core/overlay/kustomize";
import { complete, type Rendering } from "../../core/overlay/rendering";
import { named, type Service } from "./manifests";

// Claim: kustomize applies everything that an environment on a shared cluster requires of its tree.

const SHARED: SharedOverlay = { convertClusterRoles: false, throughEntrance: false, entry: {} };
const SHOP = "kustomize/dev";

let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "shared-"));
  cpSync(resolve(__dirname, "../../kustomize"), join(project, "kustomize"), { recursive: true });
});
afterEach(() => rmSync(project, { recursive: true }));

/** Renders an overlay; what it is at last, and what is said of it. */
async function generate(
  shared: Partial<SharedOverlay>,
  overlay = SHOP,
): Promise<{ objects: readonly KubernetesObject[]; generated: Rendering }> {
  const args: OverlayArgs = {
    projectFolder: project,
    stack: "alice-dev",
    overlay,
    target: ".rendered/alice-dev",
    namespace: "alice-dev",
    labels: {},
    images: {},
    pins: {},
    bounds: { trust: "shared", podSecurity: "baseline" },
    build: NOTHING_ALLOWED,
    shared: { ...SHARED, ...shared },
  };
  const generated = complete(await buildTree(args, process.env), args);
  return { objects: generated.objects, generated };
}

const names = (objects: readonly KubernetesObject[], kind: string) =>
  objects.filter((one) => one.kind === kind).map(({ metadata }) => metadata.name);
const service = (objects: readonly KubernetesObject[], name: string) =>
  named(objects.filter(({ kind }) => kind === "Service") as unknown as Service[], name);

/** A tree of its own, from manifests. */
function tree(...manifests: string[]): string {
  const folder = join(project, "tree");
  mkdirSync(folder);
  writeFileSync(join(folder, "all.yaml"), manifests.join("\n---\n"));
  writeFileSync(join(folder, "kustomization.yaml"), "resources: [all.yaml]\n");
  return "tree";
}

const failure = (shared: Partial<SharedOverlay>, overlay?: string) =>
  generate(shared, overlay).then(() => "it was generated", describeError);

describe("the shop", () => {
  it("may be on a shared cluster as it is", async () => {
    const { objects, generated } = await generate({});
    expect(service(objects, "frontend").spec.type).toBe("LoadBalancer");
    expect(generated.entries).toHaveLength(1);
  });

  it("needs no load balancer behind an entrance", async () => {
    const { objects, generated } = await generate({ throughEntrance: true });
    expect(service(objects, "frontend").spec.type).toBe("ClusterIP");
    expect(generated.entries).toEqual([]);
    expect(generated.entry).toMatchObject({ service: "frontend", port: 80 });
  });

  it("is one service, and another environment's Services for the rest", async () => {
    const part = { services: ["frontend"], baseline: "main-dev" };
    const { objects, generated } = await generate({ throughEntrance: true, part });
    expect(names(objects, "Deployment")).toEqual(["frontend"]);
    expect(generated.images).toHaveLength(1);
    expect(service(objects, "frontend").spec.selector).toBeDefined();
    expect(service(objects, "cartservice").spec).toEqual({
      type: "ExternalName",
      externalName: "cartservice.main-dev.svc.cluster.local",
    });
  });

  it("has no entry when that is the baseline's", async () => {
    const part = { services: ["cartservice"], baseline: "main-dev" };
    const { objects, generated } = await generate({ throughEntrance: true, part });
    expect(service(objects, "frontend").spec.type).toBe("ExternalName");
    expect(generated).toMatchObject({ entries: [] });
    expect(generated.entry).toBeUndefined();
  });

  it("is refused a service that it does not have", async () => {
    expect(await failure({ part: { services: ["cart"], baseline: "main-dev" } })).toMatch(
      /the tree has no workload named cart; its workloads are adservice, cartservice, .*\n.*--stack alice-dev/,
    );
  });
});

it("reports everything that is refused: the object, the rule, its file, and the patch that may have added it", async () => {
  const files = {
    "base/kustomization.yaml": "resources: [quota.yaml, web.yaml]\n",
    "base/quota.yaml":
      "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: mine}\nspec: {hard: {pods: 9}}\n",
    "base/web.yaml":
      "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n",
    "part/kustomization.yaml": `apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
resources: [limits.yaml]
configMapGenerator: [{name: made, literals: [a=b]}]
patches: [{path: hold.yaml, target: {kind: ConfigMap}}]
`,
    "part/limits.yaml":
      "apiVersion: v1\nkind: LimitRange\nmetadata: {name: mine}\nspec: {limits: []}\n",
    "part/hold.yaml": "- {op: add, path: /metadata/finalizers, value: [example.com/hold]}\n",
    "dev/kustomization.yaml": `namePrefix: dev-
resources: [../base]
components: [../part]
patches:
  - path: addresses.yaml
  - patch: "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {type: NodePort}}"
`,
    "dev/addresses.yaml":
      "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {externalIPs: [203.0.113.9]}\n",
  };
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(project, file, ".."), { recursive: true });
    writeFileSync(join(project, file), text);
  }
  const told = await failure({}, "dev");
  expect(told.split("\n").slice(1, -1).sort()).toEqual([
    expect.stringMatching(
      /ConfigMap\/dev-made-\w+: .*\(rule finalizers\/held, in part\/kustomization\.yaml, patched in part\/hold\.yaml\)$/,
    ),
    expect.stringMatching(/LimitRange\/dev-mine: .*\(rule kinds\/kind, in part\/limits\.yaml\)$/),
    expect.stringMatching(/ResourceQuota\/dev-mine: .*\(rule kinds\/kind, in base\/quota\.yaml\)$/),
    ...["external-addresses", "node-ports"].map(
      (rule) =>
        expect.stringMatching(
          `Service/dev-web: .*\\(rule services/${rule}, in base/web.yaml, patched in dev/addresses.yaml and dev/kustomization.yaml\\)$`,
        ) as string,
    ),
  ]);
});

describe("a tree with a ClusterRole", () => {
  const role = `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: reader}
rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]`;
  const binding = `
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reader}
subjects: [{kind: ServiceAccount, name: default}]`;

  it("is refused", async () => {
    expect(await failure({}, tree(role, binding))).toMatch(
      /ClusterRole\/reader: is cluster-wide .*\n {2}RoleBinding\/reader: grants rights in other namespaces/,
    );
  });

  it("gets its own Role instead on request", async () => {
    const { objects } = await generate({ convertClusterRoles: true }, tree(role, binding));
    expect(objects).toEqual([
      expect.objectContaining({
        kind: "Role",
        metadata: { name: "reader", namespace: "alice-dev" },
        rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }],
      }),
      expect.objectContaining({
        kind: "RoleBinding",
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "reader" },
      }),
    ]);
  });

  it("is refused all the same when it is bound to the whole cluster", async () => {
    const everywhere = binding.replace("kind: RoleBinding", "kind: ClusterRoleBinding");
    expect(await failure({ convertClusterRoles: true }, tree(role, everywhere))).toMatch(
      /ClusterRole\/reader: is cluster-wide .*\n {2}ClusterRoleBinding\/reader: is cluster-wide/,
    );
  });
});

it("removes fields from the entry that only a load balancer has", async () => {
  const entry = `
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  type: LoadBalancer
  externalTrafficPolicy: Local
  loadBalancerSourceRanges: [203.0.113.0/24]
  selector: {app: web}
  ports: [{port: 80, nodePort: 30080}]`;
  const { objects } = await generate({ throughEntrance: true }, tree(entry));
  expect(objects[0]?.spec).toEqual({
    type: "ClusterIP",
    selector: { app: "web" },
    ports: [{ port: 80 }],
  });
});
