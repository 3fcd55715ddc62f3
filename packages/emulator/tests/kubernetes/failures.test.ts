import { spawn } from "node:child_process";
import { once } from "node:events";
import type { ApiClient } from "../../kubernetes/api/client";
import { eventually } from "./support/eventually";
import {
  awaitPod,
  awaitPodEvents,
  conditionOf,
  JOBS,
  PODS,
  type PodObject,
  pod,
  podTemplate,
} from "./support/manifests";
import { START_TIMEOUT_MS, TestCluster } from "./support/test-cluster";

const SIMULATE = "digitalocean-emulator/simulate";
const IMAGE = "registry.example.com/main:1";
const PULL_ERROR = `rpc error: code = NotFound desc = failed to pull and unpack image "${IMAGE}": failed to resolve reference "${IMAGE}": ${IMAGE}: not found (simulated, as the pod asks)`;

jest.setTimeout(START_TIMEOUT_MS);

interface JobObject {
  readonly status: { readonly conditions?: readonly { type: string; reason?: string }[] };
}

describe("pods that fail", () => {
  let cluster: TestCluster;
  let client: ApiClient;

  beforeAll(async () => {
    cluster = await TestCluster.start();
    client = cluster.client();
  });

  afterAll(() => cluster.dispose());

  const create = (name: string, failure: string, spec = {}) =>
    client.create(PODS, pod(name, { metadata: { annotations: { [SIMULATE]: failure } }, spec }));
  const stopFailing = (name: string) =>
    client.patch(`${PODS}/${name}`, { metadata: { annotations: { [SIMULATE]: null } } });
  const awaitReady = (name: string) =>
    awaitPod(client, name, (object) => conditionOf(object, "Ready") === "True");
  const awaitWaiting = (name: string, reason: string) =>
    awaitPod(client, name, ({ status }) => {
      return status.containerStatuses?.[0]?.state.waiting?.reason === reason;
    });
  const unready = (object: PodObject) =>
    object.status.conditions?.filter(({ status }) => status === "False");
  const NOT_READY = { message: "containers with unready status: [main]" };
  const refusal = (...args: string[]) =>
    cluster.kubectl(...args).then(
      (output) => `no refusal but ${output}`,
      (error: { stderr: string }) => error.stderr.trim(),
    );

  test("whose image cannot be pulled wait for it as on a kubelet", async () => {
    await create("unpullable", "image-pull-failure");

    const failing = await awaitWaiting("unpullable", "ImagePullBackOff");

    expect(failing.status.phase).toBe("Pending");
    expect(failing.status.containerStatuses?.[0]?.state.waiting?.message).toBe(
      `Back-off pulling image "${IMAGE}": ErrImagePull: ${PULL_ERROR}`,
    );
    expect(unready(failing)).toEqual([
      expect.objectContaining({ type: "ContainersReady", ...NOT_READY }),
      expect.objectContaining({ type: "Ready", reason: "ContainersNotReady", ...NOT_READY }),
    ]);
    const events = await awaitPodEvents(client, "unpullable", "kubelet", "BackOff");
    const told = events.map(({ type, reason, message }) => [type, reason, message]);
    expect(told).toEqual(
      expect.arrayContaining([
        ["Normal", "Pulling", `Pulling image "${IMAGE}"`],
        ["Warning", "Failed", `Failed to pull image "${IMAGE}": ${PULL_ERROR}`],
        ["Warning", "Failed", "Error: ErrImagePull"],
        ["Normal", "BackOff", `Back-off pulling image "${IMAGE}"`],
      ]),
    );
    expect(events[0]).toMatchObject({
      involvedObject: { kind: "Pod", fieldPath: "spec.containers{main}" },
      source: { host: failing.spec.nodeName },
    });
    expect(await refusal("logs", "unpullable")).toBe(
      'Error from server (BadRequest): container "main" in pod "unpullable" is waiting to start: trying and failing to pull image',
    );

    await stopFailing("unpullable");
    expect(unready(await awaitReady("unpullable"))).toEqual([]);
  });

  test("that crash are restarted, with their exit state and log", async () => {
    await create("crashing", "crash", {
      initContainers: [{ name: "migrate", image: "registry.example.com/migrate:1" }],
    });

    const failing = await awaitWaiting("crashing", "CrashLoopBackOff");
    const { uid } = failing.metadata;

    expect(failing.status.phase).toBe("Running");
    expect(failing.status.containerStatuses?.[0]).toMatchObject({
      restartCount: 1,
      ready: false,
      state: {
        waiting: {
          message: `back-off 10s restarting failed container=main pod=crashing_default(${uid}) (simulated, as the pod asks)`,
        },
      },
      lastState: { terminated: { exitCode: 1, reason: "Error" } },
    });
    expect(failing.status.initContainerStatuses?.[0]?.state.terminated?.exitCode).toBe(0);
    const events = await awaitPodEvents(client, "crashing", "kubelet", "BackOff");
    expect(events.find(({ reason }) => reason === "BackOff")).toMatchObject({
      type: "Warning",
      message: `Back-off restarting failed container main in pod crashing_default(${uid})`,
      count: 1,
    });
    const log = [
      `starting ${IMAGE}`,
      "this failure is simulated: the DigitalOcean emulator runs no containers",
      "fatal: simulated error, exiting with code 1",
      "",
    ].join("\n");
    expect(await cluster.kubectl("logs", "crashing", "-c", "main")).toBe(log);
    expect(await cluster.kubectl("logs", "crashing", "-c", "main", "--previous")).toBe(log);

    const again = await awaitPod(client, "crashing", ({ status }) => {
      return status.containerStatuses?.[0]?.restartCount === 2;
    });
    // Not ready since the first crash, not since the last.
    expect(unready(again)).toEqual(unready(failing));
    const renewed = await eventually(
      () => awaitPodEvents(client, "crashing", "kubelet", "BackOff"),
      (all) => all.some(({ count }) => count === 2),
    );
    expect(renewed).toHaveLength(events.length);

    await stopFailing("crashing");
    await awaitReady("crashing");
  });

  test("that crash and are not to be restarted have failed, and so have their Jobs", async () => {
    const metadata = { annotations: { [SIMULATE]: "crash" } };
    const template = podTemplate("broken", { metadata, spec: { restartPolicy: "Never" } });
    await client.create(JOBS, {
      metadata: { name: "broken" },
      spec: { backoffLimit: 0, template },
    });

    const job = await eventually(
      () => client.get<{ status: { conditions?: { type: string }[] } }>(`${JOBS}/broken`),
      ({ status }) => status.conditions !== undefined,
    );

    expect(job.status.conditions?.map(({ type }) => type)).toContain("FailureTarget");
    expect(await cluster.kubectl("logs", "job/broken")).toContain("exiting with code 1");
  });

  test("may be asked to by their containers' environment, and so those of a program's Jobs", async () => {
    const asked = (value: string) => ({ name: "DIGITALOCEAN_EMULATOR_SIMULATE", value });
    const job = (name: string, failure: string, spec: object) => {
      const container = { env: [{ name: "LEVEL", value: "full" }, asked(failure)] };
      const template = podTemplate(name, { container, spec: { restartPolicy: "Never" } });
      return client.create(JOBS, { metadata: { name }, spec: { ...spec, template } });
    };
    const failureOf = (name: string) =>
      eventually(
        () => client.get<JobObject>(`${JOBS}/${name}`),
        ({ status }) => status.conditions?.some(({ type }) => type === "Failed") ?? false,
      ).then(({ status }) => status.conditions?.find(({ type }) => type === "Failed")?.reason);

    await job("asks", "crash", { backoffLimit: 0 });
    await job("never-ends", "never-ready", { activeDeadlineSeconds: 3 });

    expect(await failureOf("asks")).toBe("BackoffLimitExceeded");
    expect(await failureOf("never-ends")).toBe("DeadlineExceeded");
  });

  test("whose containers never become ready fail their probe", async () => {
    await create("never-ready", "never-ready");

    const running = await awaitPod(
      client,
      "never-ready",
      ({ status }) => status.phase === "Running",
    );

    expect(running.status.containerStatuses?.[0]).toMatchObject({ ready: false, restartCount: 0 });
    expect(conditionOf(running, "Ready")).toBe("False");
    const events = await awaitPodEvents(client, "never-ready", "kubelet", "Unhealthy");
    expect(events.find(({ reason }) => reason === "Unhealthy")?.message).toBe(
      `Readiness probe failed: HTTP probe failed with statuscode: 503 (simulated, as the pod asks)`,
    );
  });

  test("without a node have the scheduler's message", async () => {
    const container = { resources: { requests: { cpu: "64" } } };
    await client.create(PODS, pod("too-large", { container }));

    const events = await eventually(
      () => awaitPodEvents(client, "too-large", "default-scheduler", "FailedScheduling"),
      (all) => all.some(({ message }) => message.includes("1 Insufficient cpu")),
    );

    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(["Warning"]));
    const pending = await client.get<PodObject>(`${PODS}/too-large`);
    expect(pending.status.conditions?.[0]).toMatchObject({ reason: "Unschedulable" });
  });

  test("do not affect others, whose logs state that nothing runs", async () => {
    await client.create(PODS, pod("quiet"));
    await awaitReady("quiet");

    const nothing = "The DigitalOcean emulator runs no containers: there are no logs.\n";
    expect(await cluster.kubectl("logs", "quiet")).toBe(nothing);
    expect(await refusal("logs", "quiet", "--previous")).toBe(
      'Error from server (BadRequest): previous terminated container "main" in pod "quiet" not found',
    );
    expect(await refusal("exec", "quiet", "--", "ls")).toContain(
      "the DigitalOcean emulator runs no containers",
    );
  });

  test("do not affect one whose log can be followed until it ends", async () => {
    await client.create(PODS, pod("followed"));
    await awaitReady("followed");
    const kubeconfig = cluster.writeKubeconfig();
    const kubectl = spawn("kubectl", ["--kubeconfig", kubeconfig, "logs", "followed", "-f"]);
    const ended = once(kubectl, "exit");
    await once(kubectl.stdout, "data");
    // Takes long enough for the other to end.
    await cluster.kubectl("logs", "followed");
    expect(kubectl.exitCode).toBeNull();

    await client.delete(`${PODS}/followed`);

    expect(await ended).toEqual([0, null]);
  });
});
