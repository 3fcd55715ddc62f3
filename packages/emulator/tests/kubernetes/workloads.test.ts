import { setTimeout } from "node:timers/promises";
import { describeError } from "../../errors";
import type { ApiClient } from "../../kubernetes/api/client";
import { eventually } from "./support/eventually";
import {
  awaitGone,
  awaitPod,
  awaitReplicas,
  conditionOf,
  DEPLOYMENTS,
  deployment,
  JOBS,
  PODS,
  type PodObject,
  pod,
  podTemplate,
} from "./support/manifests";
import { START_TIMEOUT_MS, TestCluster } from "./support/test-cluster";

jest.setTimeout(START_TIMEOUT_MS);

describe("a cluster", () => {
  let cluster: TestCluster;
  let client: ApiClient;

  beforeAll(async () => {
    cluster = await TestCluster.start();
    client = cluster.client();
  });

  afterAll(() => cluster.dispose());

  test("makes a Deployment available within seconds, each pod with its own address", async () => {
    await client.create(DEPLOYMENTS, deployment("web", 3));
    await awaitReplicas(client, `${DEPLOYMENTS}/web`, 3);
    const pods = await client.get<{ items: PodObject[] }>(`${PODS}?labelSelector=app%3Dweb`);
    const addresses = pods.items.map(({ status }) => status.podIP);
    expect(new Set(addresses).size).toBe(3);
    expect(addresses.every((address) => address?.startsWith("10.108.0."))).toBe(true);
  });

  test("accepts objects with webhooks, because its pods do not run programs", async () => {
    await client.create("/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations", {
      metadata: { name: "judge" },
      webhooks: [
        {
          name: "judge.example.com",
          admissionReviewVersions: ["v1"],
          sideEffects: "None",
          failurePolicy: "Fail",
          clientConfig: { service: { name: "judge", namespace: "default" } },
          rules: [
            { apiGroups: [""], apiVersions: ["v1"], operations: ["*"], resources: ["configmaps"] },
          ],
        },
      ],
    });
    const configMaps = "/api/v1/namespaces/default/configmaps";
    // The API server learns of a webhook after a moment.
    await setTimeout(2_000);
    await client.create(configMaps, { metadata: { name: "judged" } });
    expect(await client.find(`${configMaps}/judged`)).toBeDefined();
  });

  test("runs a Job to completion", async () => {
    const spec = { restartPolicy: "Never" };
    await client.create(JOBS, {
      metadata: { name: "migrate" },
      spec: { completions: 2, parallelism: 2, template: podTemplate("migrate", { spec }) },
    });
    const job = await eventually(
      () =>
        client.get<{ status: { succeeded?: number; completionTime?: string } }>(`${JOBS}/migrate`),
      ({ status }) => status.completionTime !== undefined,
    );
    expect(job.status.succeeded).toBe(2);
  });

  test("does not count the deleted pod of a Job as done", async () => {
    const spec = { restartPolicy: "Never", schedulingGates: [{ name: "example.com/later" }] };
    await client.create(JOBS, {
      metadata: { name: "deleted-pod" },
      spec: { backoffLimit: 0, template: podTemplate("deleted-pod", { spec }) },
    });
    const { items } = await eventually(
      () => client.get<{ items: PodObject[] }>(`${PODS}?labelSelector=app%3Ddeleted-pod`),
      ({ items }) => items.length === 1,
    );
    await client.delete(`${PODS}/${items[0]?.metadata.name}`);
    const job = await eventually(
      () => client.get<{ status: { failed?: number; succeeded?: number } }>(`${JOBS}/deleted-pod`),
      ({ status }) => (status.failed ?? 0) + (status.succeeded ?? 0) > 0,
    );
    expect(job.status).toMatchObject({ failed: 1 });
  });

  test("accepts a CronJob", async () => {
    const path = "/apis/batch/v1/namespaces/default/cronjobs";
    const template = podTemplate("nightly", { spec: { restartPolicy: "OnFailure" } });
    await client.create(path, {
      metadata: { name: "nightly" },
      spec: { schedule: "0 3 * * *", jobTemplate: { spec: { template } } },
    });
    const cronJob = await client.get<{ spec: { schedule: string } }>(`${path}/nightly`);
    expect(cronJob.spec.schedule).toBe("0 3 * * *");
  });

  test("runs init containers before the containers, and sidecars beside them", async () => {
    const initContainers = [
      { name: "sidecar", image: "sidecar", restartPolicy: "Always" },
      { name: "migrate", image: "migrate" },
    ];
    await client.create(PODS, pod("initialized", { spec: { initContainers } }));
    const initializing = await awaitPod(
      client,
      "initialized",
      ({ status }) => status.initContainerStatuses !== undefined,
    );
    expect(initializing.status.phase).toBe("Pending");
    const running = await awaitPod(
      client,
      "initialized",
      (pod) => conditionOf(pod, "Ready") === "True",
    );
    const [sidecar, migrate] = running.status.initContainerStatuses ?? [];
    expect(sidecar?.state.running).toBeDefined();
    expect(migrate?.state.terminated?.exitCode).toBe(0);
  });

  test("leaves a pod that exceeds the nodes Pending, with the reason", async () => {
    const container = { resources: { requests: { cpu: "2" } } };
    await client.create(PODS, pod("too-large", { container }));
    const pending = await awaitPod(
      client,
      "too-large",
      (pod) => conditionOf(pod, "PodScheduled") === "False",
    );
    expect(pending.status.phase).toBe("Pending");
    expect(pending.status.conditions?.[0]?.message).toContain("Insufficient cpu");
    await client.delete(`${PODS}/too-large`);
  });

  test("refuses what exceeds a ResourceQuota", async () => {
    await client.create("/api/v1/namespaces", { metadata: { name: "limited" } });
    await client.create("/api/v1/namespaces/limited/resourcequotas", {
      metadata: { name: "quota" },
      spec: { hard: { "count/configmaps": "2" } },
    });
    const refusal = await eventually(
      () =>
        client
          .create("/api/v1/namespaces/limited/configmaps", { metadata: { generateName: "more-" } })
          .then(() => "accepted", describeError),
      // The API server hears of a new quota a moment later.
      (answer) => answer !== "accepted",
    );
    expect(refusal).toContain("exceeded quota: quota");
  });

  test("refuses a pod that its namespace's Pod Security level forbids", async () => {
    const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
    await client.create("/api/v1/namespaces", { metadata: { name: "restricted", labels } });
    await expect(
      client.create("/api/v1/namespaces/restricted/pods", pod("privileged")),
    ).rejects.toThrow('violates PodSecurity "restricted:latest"');
  });

  test("deletes a namespace with all that is in it", async () => {
    await client.create("/api/v1/namespaces", { metadata: { name: "short-lived" } });
    const deployments = "/apis/apps/v1/namespaces/short-lived/deployments";
    await client.create(deployments, deployment("web", 2));
    await awaitReplicas(client, `${deployments}/web`, 2);
    await client.delete("/api/v1/namespaces/short-lived");
    await awaitGone(client, "/api/v1/namespaces/short-lived");
    expect(await client.get("/api/v1/namespaces/short-lived/pods")).toMatchObject({ items: [] });
  });

  test("makes a pod with a readiness gate ready once the gate is", async () => {
    const spec = { readinessGates: [{ conditionType: "example.com/warm" }] };
    await client.create(PODS, pod("gated", { spec }));
    const waiting = await awaitPod(
      client,
      "gated",
      (pod) => conditionOf(pod, "ContainersReady") === "True",
    );
    expect(conditionOf(waiting, "Ready")).toBe("False");
    const conditions = [
      ...(waiting.status.conditions ?? []),
      { type: "example.com/warm", status: "True" },
    ];
    await client.patch(`${PODS}/gated/status`, { status: { conditions } });
    await awaitPod(client, "gated", (pod) => conditionOf(pod, "Ready") === "True");
  });

  test("keeps a deleted pod until its finalizer is removed", async () => {
    const metadata = { finalizers: ["example.com/keep"] };
    await client.create(PODS, pod("kept", { metadata }));
    await awaitPod(client, "kept", (pod) => conditionOf(pod, "Ready") === "True");
    await client.delete(`${PODS}/kept`);
    const kept = await awaitPod(client, "kept", ({ status }) => status.phase === "Failed");
    expect(kept.metadata.deletionTimestamp).toBeDefined();
    await client.patch(`${PODS}/kept`, { metadata: { finalizers: null } });
    await awaitGone(client, `${PODS}/kept`);
  });
});
