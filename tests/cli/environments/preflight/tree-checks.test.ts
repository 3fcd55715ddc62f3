import { checkTree } from "../../../../cli/environments/preflight/tree-checks";
import { readClusterFacts } from "../../../../core/rules/cluster-facts";
import { claimOf, object } from "../../../helpers/kubernetes-objects";

/** A cluster with these answers. */
function clusterOf(answers: Readonly<Record<string, object>>) {
  const asked: string[] = [];
  const find = (path: string) => {
    asked.push(path);
    return Promise.resolve(answers[path] as never);
  };
  const list = (path: string) => Promise.resolve(((answers[path] as never) ?? []) as never);
  return { cluster: { find, list }, asked };
}

const INGRESS = object("Ingress", { ingressClassName: "nginx" }, "networking.k8s.io/v1");
const BACKUP = object("Backup", {}, "example.com/v1");
const CLAIM = object("PersistentVolumeClaim", claimOf("1Gi", { storageClassName: "fast" }));

it("requests each API version of the tree, and the classes, once", async () => {
  const { cluster, asked } = clusterOf({
    "/api/v1": { resources: [{ kind: "PersistentVolumeClaim" }] },
    "/apis/networking.k8s.io/v1": { resources: [{ kind: "Ingress" }] },
    "/apis/example.com/v1": { resources: [{ kind: "Backup" }] },
    "/apis/networking.k8s.io/v1/ingressclasses": [{ metadata: { name: "nginx" } }],
    "/apis/storage.k8s.io/v1/storageclasses": [{ metadata: { name: "fast" } }],
  });
  const objects = [INGRESS, BACKUP, CLAIM, CLAIM];
  expect(checkTree(objects, await readClusterFacts(cluster, objects, true))).toEqual([]);
  expect(asked.sort()).toEqual(["/api/v1", "/apis/example.com/v1", "/apis/networking.k8s.io/v1"]);
});

it("finds every fault of a tree at once", async () => {
  const { cluster } = clusterOf({
    "/apis/networking.k8s.io/v1": { resources: [{ kind: "Ingress" }] },
    "/api/v1": { resources: [{ kind: "PersistentVolumeClaim" }] },
  });
  const objects = [INGRESS, BACKUP, CLAIM];
  const findings = checkTree(objects, await readClusterFacts(cluster, objects, true));
  expect(findings.map(({ state, message }) => `${state} ${message.split(":")[0] ?? ""}`)).toEqual([
    "fault Backup/backup",
    "fault Ingress/ingress",
    "fault PersistentVolumeClaim/persistentvolumeclaim",
  ]);
});

const SET = {
  ...object("StatefulSet", {
    selector: {},
    volumeClaimTemplates: [
      { metadata: { name: "data" }, spec: claimOf("4Gi", { storageClassName: "kept" }) },
    ],
  }),
  metadata: { name: "db", namespace: "alice-dev" },
};

it("finds claims that would not grow, and volumes that their class would keep", async () => {
  const { cluster } = clusterOf({
    "/api/v1": { resources: [{ kind: "StatefulSet" }] },
    "/apis/storage.k8s.io/v1/storageclasses": [
      { metadata: { name: "kept" }, reclaimPolicy: "Retain" },
    ],
    "/api/v1/namespaces/alice-dev/persistentvolumeclaims": [
      { metadata: { name: "data-db-0", namespace: "alice-dev" }, spec: claimOf("2Gi") },
    ],
  });
  const findings = checkTree([SET], await readClusterFacts(cluster, [SET], true));
  expect(findings).toEqual([
    expect.objectContaining({
      check: "tree",
      state: "fault",
      message: expect.stringContaining("reclaim policy Retain") as string,
    }),
    expect.objectContaining({
      check: "tree",
      state: "fault",
      message: expect.stringContaining("data-db-0 (2Gi)") as string,
    }),
  ]);
});

it("warns of claims that a StatefulSet left, and of Services in other namespaces", async () => {
  const tree = {
    ...object("ConfigMap", undefined),
    metadata: { name: "app", namespace: "alice-dev" },
    data: { DB: "db.shop.svc" },
  };
  const { cluster } = clusterOf({
    "/api/v1": { resources: [{ kind: "ConfigMap" }] },
    "/api/v1/namespaces/alice-dev/persistentvolumeclaims": ["data-db-0", "data-queue-0"].map(
      (name) => ({ metadata: { name, namespace: "alice-dev" }, spec: claimOf("2Gi") }),
    ),
    "/apis/apps/v1/namespaces/alice-dev/statefulsets": [
      // An operator's.
      {
        metadata: { name: "queue" },
        spec: { volumeClaimTemplates: [{ metadata: { name: "data" } }] },
      },
    ],
  });
  const findings = checkTree([tree], await readClusterFacts(cluster, [tree], true));
  expect(findings.map(({ state, message }) => `${state}: ${message}`)).toEqual([
    expect.stringMatching(/^warning: ConfigMap\/app: data\.DB names db\.shop\.svc/),
    expect.stringMatching(/^warning: no StatefulSet in the tree uses data-db-0 any more/),
  ]);
});
