import { readNodes } from "../../../cli/cluster/nodes";
import { readWorkloads } from "../../../cli/cluster/workloads";
import { type Contents, FakeCluster } from "./support/fake-cluster";
import {
  controlledBy,
  DIGEST,
  daemonSet,
  deployment,
  IMAGE,
  job,
  NAMESPACE,
  NOW,
  node,
  pod,
  replicaSet,
  secondsAgo,
  statefulSet,
} from "./support/objects";

const read = (contents: Contents) => readWorkloads(new FakeCluster(contents), NAMESPACE, NOW);

/** `kind name ready/desired state: reason` of each. */
async function told(contents: Contents): Promise<string[]> {
  return (await read(contents)).map(
    ({ kind, name, ready, desired, state, reason }) =>
      `${kind} ${name} ${ready}/${desired} ${state}${reason ? `: ${reason}` : ""}`,
  );
}

describe("readWorkloads", () => {
  it("lists all workloads in order, and each pod once", async () => {
    const web = deployment("web", 1, 1);
    const webPods = replicaSet(web);
    const db = statefulSet("db", 1, 1);
    const agent = daemonSet("agent", 1, 1);
    const migrate = job("migrate", {
      succeeded: 1,
      conditions: [{ type: "Complete", status: "True" }],
    });
    expect(
      await told({
        Deployment: [web, deployment("api", 0, 0)],
        ReplicaSet: [webPods],
        StatefulSet: [db],
        DaemonSet: [agent],
        Job: [migrate],
        Pod: [
          pod("web-1", { metadata: controlledBy("ReplicaSet", webPods) }),
          pod("db-0", { metadata: controlledBy("StatefulSet", db) }),
          pod("agent-1", { metadata: controlledBy("DaemonSet", agent) }),
          pod("migrate-1", {
            metadata: controlledBy("Job", migrate),
            status: { phase: "Succeeded" },
          }),
          pod("shell"),
          pod("done", { status: { phase: "Succeeded" } }),
        ],
      }),
    ).toEqual([
      "Deployment api 0/0 ready",
      "Deployment web 1/1 ready",
      "StatefulSet db 1/1 ready",
      "DaemonSet agent 1/1 ready",
      "Job migrate 1/1 ready",
      "Pod done 1/1 ready",
      "Pod shell 1/1 ready",
    ]);
  });

  it("lists the running images with the digests that the nodes pulled", async () => {
    const web = deployment("web", 2, 2);
    const rs = replicaSet(web);
    const owned = { metadata: controlledBy("ReplicaSet", rs) };
    const [workload] = await read({
      Deployment: [web],
      ReplicaSet: [rs],
      Pod: [pod("web-1", owned), pod("web-2", owned)],
    });
    expect(workload?.images).toEqual([{ reference: IMAGE, digest: DIGEST }]);
  });

  it("lists the manifest's images without pods, and omits ids that are not digests", async () => {
    const [without] = await read({ Deployment: [deployment("web", 0, 0)] });
    expect(without?.images).toEqual([{ reference: IMAGE }]);
    const [own] = await read({
      Pod: [pod("shell", { containerStatus: { imageID: `sha256:${"0".repeat(64)}` } })],
    });
    expect(own?.images).toEqual([{ reference: IMAGE }]);
  });

  it("reports a rollout as progressing while pods of the previous revision exist", async () => {
    const web = deployment("web", 2, 2, { updatedReplicas: 1 });
    const [before, after] = [replicaSet(web, "1"), replicaSet(web, "2")];
    const contents: Contents = {
      Deployment: [web],
      ReplicaSet: [before, after],
      Pod: [
        pod("web-old", { metadata: controlledBy("ReplicaSet", before) }),
        pod("web-new", {
          metadata: controlledBy("ReplicaSet", after),
          container: { image: "web:2" },
          containerStatus: {
            ready: false,
            imageID: "",
            state: { waiting: { reason: "ContainerCreating" } },
          },
        }),
      ],
    };
    expect(await told(contents)).toEqual([
      "Deployment web 2/2 progressing: 1 of 1 new pod: its containers are being created",
    ]);
    expect((await read(contents))[0]?.images).toEqual([
      { reference: "web:2" },
      { reference: IMAGE, digest: DIGEST },
    ]);
  });

  it("ignores a status of an earlier generation", async () => {
    const web = deployment("web", 1, 1);
    const changed = { ...web, metadata: { ...web.metadata, generation: 2 } };
    expect(await told({ Deployment: [changed] })).toEqual([
      "Deployment web 1/1 progressing: pods of the previous version are being replaced",
    ]);
  });

  it("reports a pod as failed after ten minutes without a start", async () => {
    const beginning = (seconds: number) => ({
      Pod: [
        pod("web", {
          containerStatus: { ready: false, state: { waiting: { reason: "ContainerCreating" } } },
          status: {
            phase: "Pending",
            conditions: [
              { type: "PodScheduled", status: "True" },
              { type: "Ready", status: "False", lastTransitionTime: secondsAgo(seconds) },
            ],
          },
        }),
      ],
    });
    expect(await told(beginning(599))).toEqual([
      "Pod web 0/1 progressing: its containers are being created",
    ]);
    expect(await told(beginning(601))).toEqual([
      "Pod web 0/1 failed: its containers are being created",
    ]);
  });

  it("does not expect an update of pods below a StatefulSet's partition", async () => {
    const db = statefulSet("db", 3, 3);
    const partly = (partition: number) => ({
      ...db,
      spec: { ...db.spec, updateStrategy: { rollingUpdate: { partition } } },
      status: { ...db.status, updatedReplicas: 1 },
    });
    expect(await told({ StatefulSet: [partly(2) as typeof db] })).toEqual([
      "StatefulSet db 3/3 ready",
    ]);
    expect(await told({ StatefulSet: [partly(1) as typeof db] })).toEqual([
      "StatefulSet db 3/3 progressing: pods of the previous version are being replaced",
    ]);
  });

  it("judges a CronJob by the last of its Jobs", async () => {
    const owner = { metadata: { name: "nightly", uid: "uid-of-nightly" } };
    const run = (name: string, seconds: number, type: string) =>
      job(
        name,
        { succeeded: type === "Complete" ? 1 : 0, conditions: [{ type, status: "True" }] },
        {
          ...controlledBy("CronJob", owner),
          creationTimestamp: secondsAgo(seconds),
        },
      );
    expect(
      await told({ Job: [run("nightly-2", 100, "Complete"), run("nightly-1", 90_000, "Failed")] }),
    ).toEqual(["Job nightly-2 1/1 ready"]);
  });

  it("reports a running Job's progress, and that a Job is suspended", async () => {
    const running = job("load", { active: 1, succeeded: 1 });
    expect(
      await told({
        Job: [
          { ...running, spec: { ...running.spec, completions: 3 } as typeof running.spec },
          {
            ...job("later", {}),
            spec: { suspend: true, template: {} },
          },
        ],
        Pod: [pod("load-1", { metadata: controlledBy("Job", running) })],
      }),
    ).toEqual([
      "Job later 0/1 progressing: it is suspended",
      "Job load 1/3 progressing: 1 of 3 pods have completed",
    ]);
  });

  it("omits terminating and replaced pods", async () => {
    const web = deployment("web", 1, 1);
    const rs = replicaSet(web);
    const owned = controlledBy("ReplicaSet", rs);
    expect(
      await told({
        Deployment: [web],
        ReplicaSet: [rs],
        Pod: [
          pod("web-1", { metadata: owned }),
          pod("web-0", { metadata: owned, status: { phase: "Failed", reason: "Evicted" } }),
          pod("shell", { metadata: { deletionTimestamp: NOW } }),
        ],
      }),
    ).toEqual(["Deployment web 1/1 ready"]);
  });
});

describe("readNodes", () => {
  it("returns size, pool, version and age, and why a node is not ready", async () => {
    const client = new FakeCluster({ Node: [node("b", false), node("a")] });
    const common = {
      pool: "alice-dev-workers",
      size: "s-2vcpu-4gb",
      version: "v1.35.4",
      createdAt: "2026-11-22T10:00:00.000Z",
    };
    expect(await readNodes(client)).toEqual([
      { name: "a", ready: true, ...common },
      { name: "b", ready: false, reason: "Kubelet stopped posting node status.", ...common },
    ]);
  });
});
