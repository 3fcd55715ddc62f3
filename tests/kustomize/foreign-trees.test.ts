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
