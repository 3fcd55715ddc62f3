import type { KubernetesObject } from "../../../core/manifests/manifest";
import { describeMissing, missingObjects, pathOf } from "../../../core/rules/missing-objects";

const one = (apiVersion: string, kind: string, name: string, more: object = {}) =>
  ({ apiVersion, kind, metadata: { name, namespace: "alice-dev" }, ...more }) as KubernetesObject;
const deployment = (pod: object, container: object = {}) =>
  one("apps/v1", "Deployment", "web", {
    spec: { template: { spec: { containers: [{ name: "web", ...container }], ...pod } } },
  });
const missing = (...objects: KubernetesObject[]) =>
  missingObjects(objects).map(({ kind, name }) => `${kind}/${name}`);
const db = { secretRef: { name: "db" } };

it.each<[string, string, object, object?]>([
  ["the environment of a container", "Secret/db", {}, { envFrom: [db] }],
  [
    "the same of an init container",
    "Secret/db",
    { initContainers: [{ name: "first", envFrom: [db] }] },
  ],
  [
    "a variable",
    "Secret/db",
    {},
    { env: [{ name: "A", valueFrom: { secretKeyRef: { name: "db", key: "a" } } }] },
  ],
  [
    "variables of a ConfigMap",
    "ConfigMap/app",
    {},
    { envFrom: [{ configMapRef: { name: "app" } }] },
  ],
  [
    "a variable of a ConfigMap",
    "ConfigMap/app",
    {},
    { env: [{ name: "A", valueFrom: { configMapKeyRef: { name: "app", key: "a" } } }] },
  ],
  ["a volume", "Secret/db", { volumes: [{ name: "a", secret: { secretName: "db" } }] }],
  [
    "a volume of a ConfigMap",
    "ConfigMap/app",
    { volumes: [{ name: "a", configMap: { name: "app" } }] },
  ],
  [
    "a projected volume",
    "Secret/db",
    { volumes: [{ name: "a", projected: { sources: [{ secret: { name: "db" } }] } }] },
  ],
  [
    "a claim",
    "PersistentVolumeClaim/data",
    { volumes: [{ name: "a", persistentVolumeClaim: { claimName: "data" } }] },
  ],
  ["an identity", "ServiceAccount/robot", { serviceAccountName: "robot" }],
])("%s that pods need is missing, unless the tree has it", (_, name, pod, container = {}) => {
  const [kind = "", its = ""] = name.split("/");
  expect(missing(deployment(pod, container))).toEqual([name]);
  expect(missing(deployment(pod, container), one("v1", kind, its))).toEqual([]);
});

it.each<[string, object, object?]>([
  ["what pods start without", {}, { envFrom: [{ secretRef: { name: "db", optional: true } }] }],
  ["what every namespace has", { serviceAccountName: "default" }],
  ["what the environment has", { serviceAccountName: "ci" }],
  ["a volume of its own", { volumes: [{ name: "a", emptyDir: {} }] }],
])("%s is not missing", (_, pod, container = {}) => {
  expect(missing(deployment(pod, container))).toEqual([]);
});

it("is not known where an operator or a program of the tree may make it", () => {
  const role = (resource: string) =>
    one("rbac.authorization.k8s.io/v1", "Role", "robot", {
      rules: [{ apiGroups: [""], resources: [resource], verbs: ["create"] }],
    });
  const web = deployment({ serviceAccountName: "robot" }, { envFrom: [db] });
  expect(missing(web, one("external-secrets.io/v1", "ExternalSecret", "db"))).toEqual([]);
  expect(missing(web, role("secrets"))).toEqual(["ServiceAccount/robot"]);
  expect(missing(web, role("configmaps"))).toEqual(["ServiceAccount/robot", "Secret/db"]);
});

it("is told once, with everybody who needs it, and looked for in the environment", () => {
  const web = deployment({}, { envFrom: [db, db] });
  const api = { ...web, kind: "StatefulSet" };
  const [found, another] = missingObjects([web, api]);
  expect(another).toBeUndefined();
  expect(found && describeMissing(found)).toMatch(
    /^Deployment\/web, StatefulSet\/web: they need Secret "db", which neither the tree has/,
  );
  expect(found && pathOf(found)).toBe("/api/v1/namespaces/alice-dev/secrets/db");
});

it("is not the claim that a StatefulSet makes for one of its pods", () => {
  const set = one("apps/v1", "StatefulSet", "db", {
    spec: {
      replicas: 2,
      volumeClaimTemplates: [{ metadata: { name: "data" }, spec: {} }],
      template: { spec: { containers: [{ name: "db" }] } },
    },
  });
  const backup = (claimName: string) =>
    deployment({ volumes: [{ name: "a", persistentVolumeClaim: { claimName } }] });
  expect(missing(set, backup("data-db-1"))).toEqual([]);
  expect(missing(set, backup("data-db-2"))).toEqual(["PersistentVolumeClaim/data-db-2"]);
});
