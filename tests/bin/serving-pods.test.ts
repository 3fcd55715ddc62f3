import { servingFault } from "../../bin/serving-pods";
import { Cluster, controlledBy, type Found } from "./support/cluster";

// Claim: a pod is an earlier one if its workload has a newer revision and replaces its pods.

const cluster = new Cluster();

async function faultOf(objects: Readonly<Record<string, readonly Found[]>>) {
  cluster.objects = objects;
  const { SMOKE_TEST_PLACE: place = "" } = cluster.env;
  const { signal } = new AbortController();
  return servingFault(JSON.parse(place) as never, "web", cluster.env, signal);
}

const REVISION = "deployment.kubernetes.io/revision";
const HASH = "controller-revision-hash";
const SERVES = "pods of an earlier version still serve: web-1";

const pod = (kind: string, name: string, hash?: string): Found => ({
  metadata: { name: "web-1", labels: { [HASH]: hash }, ...controlledBy(kind, name) },
});
const workload = (
  fields: { revision?: string; generation?: number; update?: object },
  status: object = {},
): Found => ({
  metadata: {
    name: "web",
    generation: fields.generation ?? 1,
    annotations: { [REVISION]: fields.revision },
  },
  spec: { updateStrategy: fields.update },
  status: { observedGeneration: 1, ...status },
});
const replicaSet = (revision: string): Found => ({
  metadata: {
    name: "web-5d8f",
    annotations: { [REVISION]: revision },
    ...controlledBy("Deployment", "web"),
  },
});
const revision = (number: number, hash: string): Found => ({
  metadata: { name: hash, labels: { [HASH]: hash }, ...controlledBy("DaemonSet", "web") },
  revision: number,
});

const ofDeployment = (deployments: Found[], sets = [replicaSet("2")]) => ({
  pods: [pod("ReplicaSet", "web-5d8f")],
  replicasets: sets,
  deployments,
});
const ofStatefulSet = (hash: string, set: Found) => ({
  pods: [pod("StatefulSet", "web", hash)],
  statefulsets: [set],
});
const ofDaemonSet = (hash: string, update?: object) => ({
  pods: [pod("DaemonSet", "web", hash)],
  daemonsets: [workload({ update })],
  controllerrevisions: [revision(10, "new"), revision(9, "old")],
});
const updating = { updateRevision: "new" };

describe("a pod of", () => {
  it.each<[string, Readonly<Record<string, readonly Found[]>>, string | undefined]>([
    ["no workload", { pods: [{ metadata: { name: "web-1" } }] }, undefined],
    ["which nothing is known any more", { pods: [] }, SERVES],
    ["another kind", { pods: [pod("Rollout", "web")] }, undefined],
    ["a Deployment's newest revision", ofDeployment([workload({ revision: "2" })]), undefined],
    ["a Deployment's revision before", ofDeployment([workload({ revision: "3" })]), SERVES],
    [
      "a Deployment whose change is not seen yet",
      ofDeployment([workload({ revision: "2", generation: 2 })]),
      SERVES,
    ],
    ["a Deployment that is gone", ofDeployment([]), SERVES],
    ["a ReplicaSet that is gone", ofDeployment([workload({ revision: "2" })], []), SERVES],
    [
      "a ReplicaSet without a Deployment",
      ofDeployment([], [{ metadata: { name: "web-5d8f" } }]),
      undefined,
    ],
    ["a StatefulSet's newest revision", ofStatefulSet("new", workload({}, updating)), undefined],
    ["a StatefulSet's revision before", ofStatefulSet("old", workload({}, updating)), SERVES],
    [
      "a StatefulSet whose change is not seen yet",
      ofStatefulSet("new", workload({ generation: 2 }, updating)),
      SERVES,
    ],
    [
      "a StatefulSet below whose partition it is",
      ofStatefulSet("old", workload({ update: { rollingUpdate: { partition: 2 } } }, updating)),
      undefined,
    ],
    [
      "a StatefulSet above whose partition it is",
      ofStatefulSet("old", workload({ update: { rollingUpdate: { partition: 1 } } }, updating)),
      SERVES,
    ],
    [
      "a StatefulSet that replaces none by itself",
      ofStatefulSet("old", workload({ update: { type: "OnDelete" } }, updating)),
      undefined,
    ],
    ["a DaemonSet's newest revision", ofDaemonSet("new"), undefined],
    ["a DaemonSet's revision before", ofDaemonSet("old"), SERVES],
    [
      "a DaemonSet that replaces none by itself",
      ofDaemonSet("old", { type: "OnDelete" }),
      undefined,
    ],
  ])("%s", async (_, objects, expected) => {
    expect(await faultOf(objects)).toBe(expected);
  });
});

it("asks for the Service's own endpoints, and fails when the API server refuses", async () => {
  await faultOf({ pods: [{ metadata: { name: "web-1" } }] });
  expect(cluster.asked[0]).toBe(
    "/apis/discovery.k8s.io/v1/namespaces/alice-dev/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3Dweb",
  );
  cluster.refuses = true;
  await expect(faultOf({})).rejects.toThrow(/^http:.* answered 403: forbidden$/);
});
