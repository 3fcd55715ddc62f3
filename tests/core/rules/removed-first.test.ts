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
const deployment = (
  name: string,
  replicas = 1,
  apiVersion = "apps/v1",
  { image = "a:1", strategy = {} }: { image?: string; strategy?: object } = {},
) =>
  named(apiVersion, "Deployment", name, {
    replicas,
    strategy,
    template: { spec: { containers: [{ name: "a", image }] } },
  });
const updated = (replicas: number, strategy?: object) =>
  deployment("x", replicas, "apps/v1", { image: "a:2", strategy });
const claim = (name: string, size: string) =>
  named("v1", "PersistentVolumeClaim", name, claimOf(size));

describe("objects that are deleted before new ones are created", () => {
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
      "a Deployment whose update has no room for one pod more",
      [deployment("x", 3)],
      [updated(3)],
      ["x"],
    ],
    ["nothing of one that has room", [deployment("x", 2)], [updated(2)], []],
    ["nothing of one that stays as it is", [deployment("x", 3)], [deployment("x", 3)], []],
    [
      "nothing of one that is recreated anyway",
      [deployment("x", 3)],
      [updated(3, { type: "Recreate" })],
      [],
    ],
    [
      "nothing of one that may end a pod first",
      [deployment("x", 3)],
      [updated(3, { rollingUpdate: { maxUnavailable: 1 } })],
      [],
    ],
    [
      "one of which a tenth may be missing, which is none of three",
      [deployment("x", 3)],
      [updated(3, { rollingUpdate: { maxUnavailable: "10%" } })],
      ["x"],
    ],
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
