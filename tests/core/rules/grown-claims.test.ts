import { grownClaims } from "../../../core/rules/grown-claims";
import type { Existing } from "../../../core/rules/left-claims";
import { claimOf, object } from "../../helpers/kubernetes-objects";

const NAMESPACE = "alice-dev";
const setOf = (storage: string, name = "db") => ({
  ...object("StatefulSet", {
    volumeClaimTemplates: [{ metadata: { name: "data" }, spec: claimOf(storage) }],
  }),
  metadata: { name, namespace: NAMESPACE },
});
const existing = (name: string, storage: string, namespace = NAMESPACE): Existing => ({
  metadata: { name, namespace },
  spec: claimOf(storage),
});

it("reports claims whose template has grown, with the command that expands them", () => {
  const claims = [existing("data-db-0", "2Gi"), existing("data-db-1", "3Gi")];
  expect(grownClaims([setOf("4Gi")], claims)).toEqual([
    {
      message:
        "StatefulSet/db: its claim template requests 4Gi now, but Kubernetes does not expand existing claims: data-db-0 (2Gi), data-db-1 (3Gi)",
      fix: `expand them: kubectl -n alice-dev patch pvc/data-db-0 pvc/data-db-1 --patch '{"spec":{"resources":{"requests":{"storage":"4Gi"}}}}'`,
    },
  ]);
});

it("reports every template of a StatefulSet with its own claims", () => {
  const set = {
    ...setOf("4Gi"),
    spec: {
      volumeClaimTemplates: ["data", "log", "fine"].map((name) => ({
        metadata: { name },
        spec: claimOf("4Gi"),
      })),
    },
  };
  const claims = [
    existing("data-db-0", "2Gi"),
    existing("log-db-0", "1Gi"),
    existing("fine-db-0", "4Gi"),
  ];
  expect(grownClaims([set], claims).map(({ fix }) => / pvc\/\S+ /.exec(fix)?.[0].trim())).toEqual([
    "pvc/data-db-0",
    "pvc/log-db-0",
  ]);
});

it.each<[string, Existing[], boolean]>([
  ["of the same size", [existing("data-db-0", "4Gi")], false],
  ["of the same size, written otherwise", [existing("data-db-0", "4096Mi")], false],
  ["that is larger", [existing("data-db-0", "8Gi")], false],
  ["that is smaller, in another unit", [existing("data-db-0", "4G")], true],
  [
    "of a replica beyond the set's, which would get it again",
    [existing("data-db-12", "2Gi")],
    true,
  ],
  ["that is not there yet", [], false],
  ["of another set", [existing("data-web-0", "2Gi")], false],
  ["of a set whose name begins alike", [existing("data-db-x-0", "2Gi")], false],
  ["of another template", [existing("log-db-0", "2Gi")], false],
  ["of another namespace", [existing("data-db-0", "2Gi", "bob-dev")], false],
  ["without a size that can be read", [existing("data-db-0", "1e3")], false],
])("reports a claim %s only if it stays too small", (_, claims, isTold) => {
  expect(grownClaims([setOf("4Gi")], claims)).toHaveLength(isTold ? 1 : 0);
});

it("a claim of the tree itself is expanded by the update", () => {
  const claim = {
    ...object("PersistentVolumeClaim", claimOf("4Gi")),
    metadata: { name: "data", namespace: NAMESPACE },
  };
  expect(grownClaims([claim], [existing("data", "2Gi")])).toEqual([]);
});
