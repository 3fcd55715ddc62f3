import type { DigitalOcean } from "../../../cli/account/digitalocean";
import { leftovers } from "../../../cli/environments/receipt";
import {
  accountResourcesOf,
  boundVolumesOf,
  deleteUnclaimedVolumes,
} from "../../../cli/shared-clusters/account-resources";
import { clusterWith, listOf } from "./support/fake-cluster";

const volume = (namespace: string, volumeHandle: string, driver = "dobs.csi.digitalocean.com") => ({
  metadata: { name: volumeHandle },
  spec: { claimRef: { namespace }, csi: { driver, volumeHandle } },
});
const balancer = (id: string, type = "LoadBalancer") => ({
  metadata: { name: id, annotations: { "kubernetes.digitalocean.com/load-balancer-id": id } },
  spec: { type },
});
const snapshot = (namespace: string, snapshotHandle: string) => ({
  metadata: { name: snapshotHandle },
  spec: { volumeSnapshotRef: { namespace } },
  status: { snapshotHandle },
});
const CLUSTER = clusterWith({
  "/api/v1/namespaces/alice-dev": { metadata: { name: "alice-dev" } },
  "/api/v1/namespaces/alice-dev/services": listOf(balancer("lb-1"), balancer("no", "ClusterIP"), {
    metadata: { name: "waiting" },
    spec: { type: "LoadBalancer" },
  }),
  "/api/v1/persistentvolumes": listOf(
    volume("alice-dev", "v-1"),
    volume("bob-dev", "v-2"),
    volume("alice-dev", "nfs", "nfs.csi.k8s.io"),
  ),
  "/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents": listOf(
    snapshot("alice-dev", "s-1"),
    snapshot("bob-dev", "s-2"),
  ),
});

test("lists a namespace's DigitalOcean resources from the cluster", async () => {
  expect(await accountResourcesOf(CLUSTER, "alice-dev")).toEqual(["lb-1", "v-1", "s-1"]);
});

test("lists the volumes to which the namespace's claims are bound", async () => {
  const bound = (name: string, phase: string, namespace = "alice-dev") => ({
    ...volume(namespace, name),
    status: { phase },
  });
  const cluster = clusterWith({
    "/api/v1/persistentvolumes": listOf(
      bound("v-1", "Bound"),
      bound("v-2", "Released"),
      bound("v-3", "Bound", "bob-dev"),
    ),
  });
  expect(await boundVolumesOf(cluster, "alice-dev")).toEqual(["v-1"]);
});

test("deletes exactly the volumes that wait for the namespace's claims", async () => {
  const inPhase = (name: string, phase: string, namespace = "alice-dev") => ({
    ...volume(namespace, name),
    status: { phase },
  });
  const cluster = clusterWith({
    "/api/v1/persistentvolumes": listOf(
      inPhase("bound", "Bound"),
      inPhase("waits", "Available"),
      inPhase("is to wait", "Available"),
      inPhase("goes", "Released"),
      inPhase("bob's", "Available", "bob-dev"),
      { metadata: { name: "anybody's" }, spec: {}, status: { phase: "Available" } },
    ),
  });
  const removed: string[] = [];
  cluster.remove = (path) => Promise.resolve(void removed.push(path));
  await deleteUnclaimedVolumes(cluster, "alice-dev", ["is to wait"]);
  expect(removed).toEqual(["/api/v1/persistentvolumes/waits"]);
});

test("lists the remaining namespace and its resources in the cluster", async () => {
  const thing = (id: string, clusterId = "c-1") => ({ id, name: id, tags: [`k8s:${clusterId}`] });
  const account = {
    clusters: () =>
      Promise.resolve([{ id: "c-1", name: "team-shared", tags: ["stack:team-shared"] }]),
    droplets: () => Promise.resolve([thing("d-1")]),
    // A Service may say any id: that of another cluster's load balancer, too.
    loadBalancers: () => Promise.resolve([thing("lb-1"), thing("lb-2"), thing("lb-3", "c-2")]),
    volumes: () => Promise.resolve([thing("v-1"), thing("v-2")]),
    volumeSnapshots: () => Promise.resolve([]),
  } as unknown as DigitalOcean;
  const sharedNamespace = {
    clusterId: "c-1",
    namespace: "alice-dev",
    objects: CLUSTER,
    accountResources: ["lb-1", "lb-3", "v-1"],
    boundVolumes: [],
  };
  const trace = { clusterIds: [], strays: [], foreign: [], sharedNamespace };
  expect((await leftovers(account, trace)).map(({ kind, id }) => [kind, id])).toEqual([
    ["namespaces", "alice-dev"],
    ["load balancers", "lb-1"],
    ["volumes", "v-1"],
  ]);
  const gone = { ...sharedNamespace, objects: clusterWith({}), accountResources: [] };
  expect(await leftovers(account, { ...trace, sharedNamespace: gone })).toEqual([]);
});
