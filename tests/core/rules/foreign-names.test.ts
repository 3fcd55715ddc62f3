import type { KubernetesObject } from "../../../core/manifests/manifest";
import { foreignNames } from "../../../core/rules/foreign-names";
import { object } from "../../helpers/kubernetes-objects";

const NAMESPACE = "alice-dev";
const placed = (one: KubernetesObject): KubernetesObject => ({
  ...one,
  metadata: { ...one.metadata, namespace: NAMESPACE },
});
const configMap = (value: unknown) =>
  placed({ ...object("ConfigMap", undefined), data: { "app.yaml": value } } as KubernetesObject);
const found = (one: KubernetesObject) =>
  foreignNames([one]).map((text) => / names (.*), but/.exec(text)?.[1]);

it.each<[string, string | undefined]>([
  ["postgres://u:p@db.shop-dev.svc:5432/x", "db.shop-dev.svc"],
  ["http://db.shop-dev.svc.cluster.local/x", "db.shop-dev.svc.cluster.local"],
  ["db-0.db.shop-dev.svc.cluster.local. is the first", "db-0.db.shop-dev.svc.cluster.local"],
  ["*.shop-dev.svc, a.b.svc and a.b.svc", "a.b.svc"],
  ["db.alice-dev.svc.cluster.local", undefined],
  ["kubernetes.default.svc and kube-dns.kube-system.svc", undefined],
  ["db.default.svc", "db.default.svc"],
  ["db.$(POD_NAMESPACE).svc and db.{{namespace}}.svc", undefined],
  [".svc,.cluster.local", undefined],
  ["shop.svc.example.com, a.b.svc-old and a.b.svcs", undefined],
  ["db, db.shop-dev and example.com", undefined],
])("finds in %j in a ConfigMap: %s", (text, name) => {
  expect(found(configMap(text))).toEqual(name === undefined ? [] : [name]);
});

it("reports the object, the key and the fix", () => {
  expect(foreignNames([configMap("db.shop.svc")])).toEqual([
    "ConfigMap/configmap: data.app.yaml names db.shop.svc, but this environment's namespace is alice-dev. Use the Service's name without a namespace",
  ]);
});

it("checks the variables, commands and arguments of all containers", () => {
  const containers = [
    {
      name: "api",
      env: [
        { name: "DB", value: "db.shop.svc" },
        { name: "KEY", valueFrom: {} },
      ],
      command: ["serve", "--db=a.b.svc"],
      args: ["--cache", "c.d.svc:6379"],
    },
  ];
  const spec = { jobTemplate: { spec: { template: { spec: { containers } } } } };
  expect(
    foreignNames([placed(object("CronJob", spec))]).map((text) => text.split(" names ")[0]),
  ).toEqual([
    "CronJob/cronjob: container api: env DB",
    "CronJob/cronjob: container api: command",
    "CronJob/cronjob: container api: args",
  ]);
});

it("checks long texts, for which a slow expression would exceed the test's time limit", () => {
  expect(found(configMap(`${"a".repeat(500_000)} ${"a.".repeat(250_000)} db.x.svc`))).toEqual([
    "db.x.svc",
  ]);
});

it("ignores unplaced objects, and values that are not texts", () => {
  expect(foreignNames([object("ConfigMap", {}), configMap(7)])).toEqual([]);
});
