import type { KubernetesObject } from "../../../core/manifests/manifest";
import {
  describeMissing,
  missingBeside,
  missingObjects,
  pathOf,
} from "../../../core/rules/missing-objects";

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
  const data = { a: "1" };
  expect(missing(deployment(pod, container), one("v1", kind, its, { data }))).toEqual([]);
});

const app = (more: object) => one("v1", "ConfigMap", "app", more);
const secret = (more: object) => one("v1", "Secret", "db", more);
const variable = (field: string, name: string, optional?: boolean) => ({
  env: [{ name: "A", valueFrom: { [field]: { name, key: "a", optional } } }],
});
const volume = (its: object) => ({ volumes: [{ name: "a", ...its }] });
const items = [{ key: "a", path: "a.txt" }];

describe.each<[string, (more: object) => KubernetesObject, object, object?]>([
  ["a variable of a ConfigMap", app, {}, variable("configMapKeyRef", "app")],
  ["a variable of a Secret", secret, {}, variable("secretKeyRef", "db")],
  ["a volume of a ConfigMap", app, volume({ configMap: { name: "app", items } })],
  ["a volume of a Secret", secret, volume({ secret: { secretName: "db", items } })],
  [
    "a projected volume",
    app,
    volume({ projected: { sources: [{ configMap: { name: "app", items } }] } }),
  ],
])("the key that %s needs", (_, object, pod, container = {}) => {
  const of = (more: object) =>
    missingObjects([deployment(pod, container), object(more)]).map(describeMissing);

  it("is missing when the tree's object has other keys, or none", () => {
    const { kind, metadata } = object({});
    const said = `Deployment/web: it needs the key "a", which ${kind} "${metadata.name}" does not have. Add it there, or make the reference optional`;
    expect(of({ data: { b: "1" } })).toEqual([said]);
    expect(of({})).toEqual([said]);
  });

  it.each(["data", "binaryData", "stringData"])("is found in %s, empty or not", (field) => {
    expect(of({ [field]: { a: "" } })).toEqual([]);
  });
});

it("ignores optional keys, and keys that Kubernetes adds", () => {
  const optional = deployment({}, variable("configMapKeyRef", "app", true));
  expect(missing(optional, app({}))).toEqual([]);
  const required = deployment({}, variable("secretKeyRef", "db"));
  const type = "kubernetes.io/service-account-token";
  expect(missing(required, secret({ type }))).toEqual([]);
});

it("is looked up in the cluster's object, unless the tree contains it", () => {
  const web = deployment({}, variable("secretKeyRef", "db"));
  const [ofCluster] = missingObjects([web]);
  expect(ofCluster && missingBeside(ofCluster, { data: { a: "MQ==" } })).toBeUndefined();
  expect(ofCluster && missingBeside(ofCluster, { data: { b: "MQ==" } })).toMatchObject({
    keys: ["a"],
    isThere: true,
  });
  const [ofTree] = missingObjects([web, secret({ data: { b: "MQ==" } })]);
  expect(ofTree && pathOf(ofTree)).toBeUndefined();
});

it.each<[string, object, object?]>([
  ["what pods start without", {}, { envFrom: [{ secretRef: { name: "db", optional: true } }] }],
  ["what every namespace has", { serviceAccountName: "default" }],
  ["what the environment has", { serviceAccountName: "ci" }],
  ["a volume of its own", { volumes: [{ name: "a", emptyDir: {} }] }],
])("%s is not missing", (_, pod, container = {}) => {
  expect(missing(deployment(pod, container))).toEqual([]);
});

it("is unknown if an operator or a program of the tree may create it", () => {
  const role = (resource: string) =>
    one("rbac.authorization.k8s.io/v1", "Role", "robot", {
      rules: [{ apiGroups: [""], resources: [resource], verbs: ["create"] }],
    });
  const web = deployment({ serviceAccountName: "robot" }, { envFrom: [db] });
  expect(missing(web, one("external-secrets.io/v1", "ExternalSecret", "db"))).toEqual([]);
  expect(missing(web, role("secrets"))).toEqual(["ServiceAccount/robot"]);
  expect(missing(web, role("configmaps"))).toEqual(["ServiceAccount/robot", "Secret/db"]);
});

it("is reported once, with all objects that need it, and is read from the environment", () => {
  const web = deployment({}, { envFrom: [db, db] });
  const api = { ...web, kind: "StatefulSet" };
  const [found, another] = missingObjects([web, api]);
  expect(another).toBeUndefined();
  expect(found && describeMissing(found)).toMatch(
    /^Deployment\/web, StatefulSet\/web: they need Secret "db", but neither the tree nor the environment has it/,
  );
  expect(found && pathOf(found)).toBe("/api/v1/namespaces/alice-dev/secrets/db");
});

it("excludes a StatefulSet's claims", () => {
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
