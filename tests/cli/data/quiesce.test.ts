import type { DigitalOcean } from "../../../cli/account/digitalocean";
import { quiesce, type Resting, resume } from "../../../cli/data/quiesce";
import type { ClusterObjects } from "../../../cli/shared-clusters/cluster-objects";

jest.mock("node:timers/promises", () => ({ setTimeout: () => Promise.resolve() }));

const APPS = "/apis/apps/v1/namespaces/alice-dev";
const PODS = "/api/v1/namespaces/alice-dev/pods";
const ATTACHMENTS = "/apis/storage.k8s.io/v1/volumeattachments";

interface Workload {
  metadata: { name: string; annotations?: Record<string, string | null> };
  spec: { replicas?: number; suspend?: boolean };
}

/** A cluster whose pods go with what runs them, and whose volumes are detached with the pods. */
class Cluster {
  public readonly order: string[] = [];
  public readonly workloads: Record<string, Workload> = {
    [`${APPS}/statefulsets/db`]: { metadata: { name: "db" }, spec: { replicas: 2 } },
    [`${APPS}/deployments/web`]: { metadata: { name: "web" }, spec: {} },
    "/apis/batch/v1/namespaces/alice-dev/jobs/import": { metadata: { name: "import" }, spec: {} },
  };

  public find(path: string) {
    return Promise.resolve(this.workloads[path]);
  }

  public list(path: string): Promise<unknown[]> {
    if (path === PODS) {
      return Promise.resolve(
        [
          this.runs(`${APPS}/statefulsets/db`) && pod("db-0", "StatefulSet", "db"),
          this.runs(`${APPS}/deployments/web`) && pod("web-1", "Deployment", "web"),
        ].filter(Boolean),
      );
    }
    if (path === ATTACHMENTS) {
      const isUsed = this.runs(`${APPS}/statefulsets/db`);
      const source = { persistentVolumeName: "pvc-1" };
      return Promise.resolve(isUsed ? [{ metadata: { name: "a" }, spec: { source } }] : []);
    }
    const within = Object.entries(this.workloads).filter(([key]) => key.startsWith(`${path}/`));
    return Promise.resolve(within.map(([, workload]) => workload));
  }

  public change(path: string, patch: Workload) {
    this.order.push(path.split("/").slice(-2).join("/"));
    const { metadata, spec } = this.workloads[path] ?? { metadata: { name: "" }, spec: {} };
    this.workloads[path] = {
      metadata: {
        ...metadata,
        annotations: { ...metadata.annotations, ...patch.metadata.annotations },
      },
      spec: { ...spec, ...patch.spec },
    };
    return Promise.resolve();
  }

  private runs(path: string): boolean {
    return this.workloads[path]?.spec.replicas !== 0;
  }
}

function pod(name: string, kind: string, owner: string) {
  return {
    metadata: { name, ownerReferences: [{ kind, name: owner, controller: true }] },
    spec: { volumes: [{ persistentVolumeClaim: { claimName: "data" } }] },
  };
}

let cluster: Cluster;
let droplets: number[];
const account = {
  volumes: () => Promise.resolve([{ id: "v-1", name: "pvc-1", droplet_ids: droplets }]),
} as unknown as DigitalOcean;
const resting = (): Resting => ({
  objects: cluster as unknown as ClusterObjects,
  namespace: "alice-dev",
  claims: [{ name: "data", namespace: "alice-dev", volumeName: "pvc-1", isEphemeral: false }],
  owners: [
    { kind: "StatefulSet", name: "db" },
    { kind: "Deployment", name: "web" },
    { kind: "Job", name: "import" },
  ],
  volumeIds: ["v-1"],
  signal: new AbortController().signal,
});

beforeEach(() => {
  cluster = new Cluster();
  droplets = [];
});
afterEach(() => jest.restoreAllMocks());

it("stops databases last", async () => {
  await quiesce(account, resting());
  expect(cluster.order).toEqual(["jobs/import", "deployments/web", "statefulsets/db"]);
});

it("restarts exactly the workloads that it stopped, with their former sizes", async () => {
  const before = structuredClone(cluster.workloads);
  cluster.workloads[`${APPS}/deployments/off`] = {
    metadata: { name: "off" },
    spec: { replicas: 0 },
  };
  await quiesce(account, resting());
  await resume(cluster as unknown as ClusterObjects, "alice-dev");
  const spec = (name: string) => cluster.workloads[`${APPS}/${name}`]?.spec;
  expect(spec("statefulsets/db")).toEqual(before[`${APPS}/statefulsets/db`]?.spec);
  expect(spec("deployments/web")).toEqual({ replicas: 1 });
  expect(spec("deployments/off")).toEqual({ replicas: 0 });
  const job = cluster.workloads["/apis/batch/v1/namespaces/alice-dev/jobs/import"];
  expect(job?.spec).toEqual({ suspend: false });
});

it("remembers the former sizes when it runs again after a kill", async () => {
  await quiesce(account, resting());
  await quiesce(account, resting());
  await resume(cluster as unknown as ClusterObjects, "alice-dev");
  expect(cluster.workloads[`${APPS}/statefulsets/db`]?.spec.replicas).toBe(2);
});

it("fails when a volume stays attached to a Droplet", async () => {
  droplets = [1];
  const start = Date.now();
  let calls = 0;
  jest.spyOn(Date, "now").mockImplementation(() => start + 60_000 * calls++);
  await expect(quiesce(account, resting())).rejects.toThrow(
    "after ten minutes, volume pvc-1 is attached to a Droplet",
  );
});
