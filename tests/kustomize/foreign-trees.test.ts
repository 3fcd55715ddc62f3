import { build, type Deployment, type Manifest, nameOf, ofKind, type Service } from "./manifests";

const KINDS_OF_A_GROWN_TREE = [
  "ConfigMap",
  "CronJob",
  "Deployment",
  "Job",
  "Namespace",
  "Role",
  "RoleBinding",
  "Secret",
  "Service",
  "Service",
  "ServiceAccount",
  "StatefulSet",
];

/** The trees in tests/fixtures are what other suites rely on: here is what each of them has to be. */
describe("the foreign tree", () => {
  test.each(["dev", "qa"])(
    "monorepo/overlays/%s has its kinds, their names prefixed",
    (overlay) => {
      const objects = tree(`monorepo/overlays/${overlay}`);
      expect(kindsOf(objects)).toEqual(KINDS_OF_A_GROWN_TREE);
      expect(ofKind(objects, "ConfigMap").map(nameOf)).toEqual([
        expect.stringMatching(`^${overlay}-api-config-[0-9a-z]{10}$`),
      ]);
      expect(entriesOf(objects)).toEqual([`${overlay}-api`]);
    },
  );

  test("monorepo/overlays/qa has a component's sidecar, and init containers from a registry with a port", () => {
    const [api] = ofKind<Deployment>(tree("monorepo/overlays/qa"), "Deployment");
    expect(api?.spec).toMatchObject({
      replicas: 2,
      template: {
        spec: {
          initContainers: [
            { image: "busybox:1.37" },
            { image: "registry.example.com:5000/team/api:1.3-rc1" },
          ],
          containers: [{ name: "metrics" }, { name: "api" }],
        },
      },
    });
  });

  test("plain has neither a namespace nor an entry", () => {
    const objects = tree("plain");
    expect(kindsOf(objects)).toEqual(["Deployment", "Service"]);
    expect(objects.map((each) => each.metadata.namespace)).toEqual([undefined, undefined]);
    expect(entriesOf(objects)).toEqual([]);
  });

  test("two-entries has two entries", () => {
    expect(entriesOf(tree("two-entries"))).toEqual(["admin", "shop"]);
  });

  test("crds defines a kind and has one of it, and needs rights in the whole cluster", () => {
    expect(kindsOf(tree("crds"))).toEqual([
      "Backup",
      "ClusterRole",
      "ClusterRoleBinding",
      "CustomResourceDefinition",
      "Deployment",
      "Namespace",
      "ServiceAccount",
    ]);
  });

  test("release has Jobs, and a Deployment that waits for one by its annotation and its init container", () => {
    const objects = tree("release/dev");
    expect(kindsOf(objects)).toEqual(
      "Deployment Job Job Role RoleBinding Service ServiceAccount".split(" "),
    );
    expect(ofKind(objects, "Deployment")).toMatchObject([
      {
        metadata: {
          annotations: {
            "config.kubernetes.io/depends-on": "batch/namespaces/ledger/Job/ledger-migrate",
          },
        },
        spec: { template: { spec: { initContainers: [{ name: "wait-for-migration" }] } } },
      },
    ]);
  });

  test("chart is what Helm prints, hooks included", () => {
    const hooks = tree("chart/dev").flatMap(({ kind, metadata }) => {
      const { annotations } = metadata as { annotations?: Record<string, string> };
      return annotations?.["helm.sh/hook"] ? [kind] : [];
    });
    expect(hooks.toSorted()).toEqual(["Job", "Pod"]);
  });

  test("generators give names with hashes, which change with their contents", () => {
    const names = (overlay: string) =>
      ofKind(tree(`generators/${overlay}`), "ConfigMap")
        .map(nameOf)
        .toSorted();
    const hashed = (name: string) => expect.stringMatching(`^${name}-[0-9a-z]{10}$`) as string;
    expect(names("dev")).toEqual([
      hashed("mailer-files"),
      "mailer-fixed",
      hashed("mailer-flags"),
      hashed("mailer-settings"),
    ]);
    expect(names("next").filter((name) => !names("dev").includes(name))).toEqual([
      hashed("mailer-flags"),
      hashed("mailer-settings"),
    ]);
  });

  test("replacements copy names, parts of texts and numbers between objects", () => {
    const objects = tree("replacements/dev");
    const container = (kind: string) => ofKind<Deployment>(objects, kind)[0]?.spec.template.spec;
    expect(container("Deployment")?.containers[0]?.env).toContainEqual({
      name: "INDEX_HOST",
      value: "index",
    });
    expect(container("StatefulSet")?.containers).toMatchObject([
      { image: "registry.example.com/index:8.1.0" },
    ]);
    expect(ofKind(objects, "NetworkPolicy")).toMatchObject([
      { spec: { ingress: [{ ports: [{ port: 9200 }] }] } },
    ]);
  });

  test("components add objects, patches and a generator", () => {
    expect(kindsOf(tree("components/dev"))).toEqual(
      "ConfigMap DaemonSet Deployment PersistentVolumeClaim Service".split(" "),
    );
    expect(kindsOf(tree("components/next"))).not.toContain("DaemonSet");
  });

  test("operator has definitions, webhooks and resources of its own kinds", () => {
    expect(kindsOf(tree("operator/dev"))).toEqual(
      expect.arrayContaining([
        ...["Broker", "CustomResourceDefinition", "MutatingWebhookConfiguration", "Topic"],
        "ValidatingWebhookConfiguration",
      ]),
    );
  });

  test("openapi merges the containers of a custom resource by their names", () => {
    const [rollout] = ofKind<Deployment>(tree("openapi/next"), "Rollout");
    expect(rollout?.spec.template.spec.containers.map(({ image }) => image)).toEqual([
      "ghcr.io/example/canary:2",
      "ghcr.io/example/proxy:1",
    ]);
  });

  test("apps has several applications", () => {
    expect(ofKind(tree("apps/dev"), "Deployment").map(nameOf).toSorted()).toEqual(
      "dev-catalog ledger mailer search".split(" "),
    );
  });

  test("broken does not build", () => {
    expect(() => tree("broken")).toThrow(/missing\.yaml: no such file/);
  });
});

function tree(path: string): Manifest[] {
  return build(`tests/fixtures/trees/${path}`);
}

function kindsOf(objects: readonly Manifest[]): string[] {
  return objects.map(({ kind }) => kind).toSorted();
}

/** The Services that are reachable from outside the cluster. */
function entriesOf(objects: readonly Manifest[]): string[] {
  return ofKind<Service>(objects, "Service")
    .filter(({ spec }) => spec.type === "LoadBalancer")
    .map(nameOf);
}
