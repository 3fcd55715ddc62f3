import type { KubernetesObject } from "../../../core/manifests/manifest";
import type { Bounds } from "../../../core/rules/demand";
import { removedFirst } from "../../../core/rules/removed-first";
import { claimOf } from "../../helpers/kubernetes-objects";

const BOUNDS: Bounds = {
  quota: { cpu: "2", memory: "2Gi", pods: 3, loadBalancers: 2, volumes: 2, storage: "10Gi" },
  limits: { defaultRequest: { cpu: "500m" }, default: {} },
  nodes: 1,
  isShared: false,
};
const named = (apiVersion: string, kind: string, name: string, spec: object) =>
  ({ apiVersion, kind, metadata: { name }, spec }) as KubernetesObject;
const balanced = (name: string) => named("v1", "Service", name, { type: "LoadBalancer" });
const within = (name: string) => named("v1", "Service", name, {});
const deployment = (name: string, replicas = 1, apiVersion = "apps/v1") =>
  named(apiVersion, "Deployment", name, {
    replicas,
    template: { spec: { containers: [{ name: "a" }] } },
  });
const claim = (name: string, size: string) =>
  named("v1", "PersistentVolumeClaim", name, claimOf(size));

describe("what goes before the new is created", () => {
  it.each<[string, KubernetesObject[], KubernetesObject[], string[]]>([
    ["nothing of a new environment", [], [balanced("a"), balanced("b")], []],
    [
      "nothing where there is room for both",
      [balanced("a"), deployment("x")],
      [balanced("b"), deployment("y")],
      [],
    ],
    ["nothing that stays", [balanced("a"), balanced("b")], [balanced("a"), balanced("b")], []],
    [
      "a Service of type LoadBalancer that was renamed at two of two",
      [balanced("a"), balanced("b")],
      [balanced("a"), balanced("c")],
      ["b"],
    ],
    [
      "only what uses what there is too little of",
      [balanced("a"), balanced("b"), within("d"), deployment("x")],
      [balanced("a"), balanced("c"), deployment("y")],
      ["b"],
    ],
    ["a Deployment that was renamed", [deployment("x", 2)], [deployment("y", 2)], ["x"]],
    ["a claim whose successor does not fit", [claim("x", "6Gi")], [claim("y", "6Gi")], ["x"]],
    [
      "nothing of an object that a newer version describes",
      [deployment("x", 3, "apps/v1beta2")],
      [deployment("x", 3)],
      [],
    ],
  ])("is %s", (_, before, wanted, names) => {
    const first = removedFirst(before, wanted, BOUNDS);
    expect(first.map(({ metadata }) => metadata.name)).toEqual(names);
  });
});
