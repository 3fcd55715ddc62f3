import type { KubernetesObject } from "../../../core/manifests/manifest";
import { asStored } from "../../../core/overlay/as-stored";

const pod = (more: object) => ({ containers: [{ name: "web" }], ...more });
const both = pod({ serviceAccount: "old", serviceAccountName: "new" });
const one = pod({ serviceAccountName: "new" });
const object = (kind: string, spec: unknown, apiVersion = "apps/v1") =>
  ({ apiVersion, kind, metadata: { name: "web", labels: { a: "b" } }, spec }) as KubernetesObject;

it.each<[string, (spec: unknown) => KubernetesObject]>([
  ["a pod", (spec) => object("Pod", spec, "v1")],
  ["a Deployment", (spec) => object("Deployment", { replicas: 2, template: { spec } })],
  [
    "a CronJob",
    (spec) => object("CronJob", { jobTemplate: { spec: { template: { spec } } } }, "batch/v1"),
  ],
])("%s keeps the newer of two names of its account", (_, of) => {
  expect(asStored(of(both))).toEqual(of(one));
});

it.each<[string, KubernetesObject]>([
  [
    "the older name alone",
    object("Deployment", { template: { spec: pod({ serviceAccount: "old" }) } }),
  ],
  ["a custom resource", object("Rollout", { template: { spec: both } }, "argoproj.io/v1alpha1")],
  [
    "data",
    { ...object("ConfigMap", undefined, "v1"), data: { serviceAccount: "a" } } as KubernetesObject,
  ],
])("%s stays", (_, as) => {
  expect(asStored(as)).toEqual(as);
});

it("joins the lines of a Secret's base64, and of nothing else", () => {
  const of = (kind: string, data: object) =>
    ({ apiVersion: "v1", kind, metadata: { name: "web" }, data }) as KubernetesObject;
  expect(asStored(of("Secret", { a: "YWJj\r\nZGVm\n", b: 1 }))).toEqual(
    of("Secret", { a: "YWJjZGVm", b: 1 }),
  );
  expect(asStored(of("ConfigMap", { a: "b\nc" }))).toEqual(of("ConfigMap", { a: "b\nc" }));
});

describe("what is empty", () => {
  const cases: readonly [string, object, object][] = [
    [
      "Secret",
      { type: "", data: {}, stringData: {}, metadata: { name: "web", annotations: {} } },
      { metadata: { name: "web" } },
    ],
    ["ConfigMap", { data: {}, binaryData: {}, immutable: true }, { immutable: true }],
    ["Role", { rules: [] }, {}],
    [
      "NetworkPolicy",
      { spec: { podSelector: {}, ingress: [{ from: [], ports: [{ port: 80 }] }], egress: [] } },
      { spec: { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] } },
    ],
    [
      "Pod",
      { spec: pod({ volumes: [{ name: "a", emptyDir: {} }], initContainers: [] }) },
      { spec: pod({ volumes: [{ name: "a", emptyDir: {} }] }) },
    ],
  ];
  const of = (kind: string, fields: object, apiVersion = "v1") =>
    ({ apiVersion, kind, metadata: { name: "web" }, ...fields }) as KubernetesObject;

  it.each(cases)("is left out of a %s where absence means the same", (kind, fields, stored) => {
    expect(asStored(of(kind, fields))).toEqual(of(kind, stored));
  });

  it("stays in a custom resource and in the schema of one", () => {
    const custom = of("Thing", { spec: { list: [] }, data: {} }, "example.com/v1");
    expect(asStored(custom)).toEqual(custom);
    const schema = { openAPIV3Schema: { properties: { data: {}, list: { enum: [] } } } };
    const definition = (names: object) =>
      of(
        "CustomResourceDefinition",
        { spec: { names, versions: [{ name: "v1", schema }] } },
        "apiextensions.k8s.io/v1",
      );
    expect(asStored(definition({ kind: "Thing", shortNames: [] }))).toEqual(
      definition({ kind: "Thing" }),
    );
  });

  it("stays where it is a text", () => {
    const texts = of("ConfigMap", { data: { a: "", type: "" } });
    expect(asStored(texts)).toEqual(texts);
    const env = object("Pod", pod({ env: [{ name: "A", value: "" }], args: [""] }), "v1");
    expect(asStored(env)).toEqual(env);
  });
});
