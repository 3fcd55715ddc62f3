import type { KubernetesObject } from "../../../core/manifests/manifest";
import { withoutAliases } from "../../../core/overlay/aliases";

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
  expect(withoutAliases(of(both))).toEqual(of(one));
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
  expect(withoutAliases(as)).toEqual(as);
});
