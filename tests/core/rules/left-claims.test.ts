import type { KubernetesObject } from "../../../core/manifests/manifest";
import { type Existing, leftClaims } from "../../../core/rules/left-claims";
import { claimOf, object } from "../../helpers/kubernetes-objects";

const NAMESPACE = "alice-dev";
const OURS = { "ephemeral-doks/stack": "alice-dev" };
const set = (spec: object, name = "db"): KubernetesObject => ({
  ...object("StatefulSet", { volumeClaimTemplates: [{ metadata: { name: "data" } }], ...spec }),
  metadata: { name, namespace: NAMESPACE },
});
const claim = (name: string, more: object = {}, storage = "2Gi"): Existing => ({
  metadata: { name, namespace: NAMESPACE, ...more },
  spec: claimOf(storage),
});
const two = [claim("data-db-0"), claim("data-db-1")];
const autoscaler = object("HorizontalPodAutoscaler", {
  scaleTargetRef: { kind: "StatefulSet", name: "db" },
  maxReplicas: 3,
});

it("claims of a StatefulSet that left the tree are reported with their price and the command", () => {
  expect(leftClaims([], [...two, claim("logs-db-0", {}, "1500Mi")], [])).toEqual([
    "no StatefulSet in the tree uses data-db-0, data-db-1, logs-db-0 any more, but they remain and cost $0.60 a month (6 GiB). To delete the data as well: kubectl -n alice-dev delete pvc data-db-0 data-db-1 logs-db-0",
  ]);
});

it.each<[string, KubernetesObject[], Existing[], Existing[], string[]]>([
  ["of a set that has them all", [set({ replicas: 2 })], two, [], []],
  ["of a set that shrinks", [set({ replicas: 1 })], two, [], ["data-db-1"]],
  [
    "of a set that counts from elsewhere",
    [set({ ordinals: { start: 1 } })],
    two,
    [],
    ["data-db-0"],
  ],
  [
    "of a template that is gone",
    [set({ replicas: 2, volumeClaimTemplates: [{ metadata: { name: "disk" } }] })],
    [...two, claim("disk-db-0")],
    [],
    ["data-db-0", "data-db-1"],
  ],
  [
    "that the shrinking set deletes itself",
    [set({ replicas: 1, persistentVolumeClaimRetentionPolicy: { whenScaled: "Delete" } })],
    two,
    [],
    [],
  ],
  ["of a set that scales by itself", [set({}), autoscaler], two, [], []],
  [
    "that went to their set as its policy says",
    [],
    [claim("data-db-0", { ownerReferences: [{}] })],
    [],
    [],
  ],
  ["of the tree itself", [], [claim("data-0", { labels: OURS })], [], []],
  ["that somebody made by hand", [], [claim("scratch")], [], []],
  ["of a set that an operator made", [], two, [set({})], []],
  [
    "of a set that goes with this update",
    [],
    [claim("data-db-0")],
    [{ ...set({}), metadata: { name: "db", labels: OURS } }],
    ["data-db-0"],
  ],
  [
    "of another set whose name begins alike",
    [set({}, "d")],
    [claim("data-d-b-0")],
    [],
    ["data-d-b-0"],
  ],
])("claims %s are reported only if they remain", (_, tree, claims, sets, names) => {
  const told = leftClaims(tree, claims, sets).map((text) => text.split(" delete pvc ")[1]);
  expect(told).toEqual(names.length === 0 ? [] : [names.join(" ")]);
});
