import { orderByDependencies } from "../../kubernetes/kustomize/dependencies";
import type { Manifest } from "../../kubernetes/objects/manifest";

function configMap(name: string, dependsOn?: string): Manifest {
  const annotations: Manifest = {};
  if (dependsOn !== undefined) {
    annotations["config.kubernetes.io/depends-on"] = dependsOn;
  }
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace: "shop", annotations },
  };
}

const NAMESPACE: Manifest = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } };

function namesOf(manifests: readonly Manifest[]): unknown[] {
  return manifests.map(({ metadata }) => (metadata as Manifest).name);
}

test("an object comes after all that it depends on", () => {
  const ordered = orderByDependencies([
    configMap("c", "/namespaces/shop/ConfigMap/b, /namespaces/shop/ConfigMap/a"),
    configMap("b", "/namespaces/shop/ConfigMap/a"),
    configMap("a"),
    NAMESPACE,
  ]);
  expect(namesOf(ordered.map(({ manifest }) => manifest))).toEqual(["shop", "a", "b", "c"]);
  expect(namesOf(ordered.at(-1)?.dependencies ?? [])).toEqual(["shop", "b", "a"]);
});

test.each([
  [
    "a circle",
    [
      configMap("a", "/namespaces/shop/ConfigMap/b"),
      configMap("b", "/namespaces/shop/ConfigMap/a"),
    ],
    /circle.*shop\/a.*shop\/b/,
  ],
  ["an object that is not there", [configMap("a", "/ConfigMap/z")], /\/ConfigMap\/z.*no such/],
  ["a reference that is none", [configMap("a", "ConfigMap/z")], /neither <group>/],
])("%s is an error", (_, manifests, message) => {
  expect(() => orderByDependencies(manifests)).toThrow(message);
});
