import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { diagnosisAfterFailure } from "../../../cli/cluster/diagnose-stack";
import { run } from "../../../cli/overview/show.action";
import type { ShowData } from "../../../cli/overview/show.data";
import type { Context } from "../../../cli/terminal/context";
import { TestEmulator } from "../../../packages/emulator/tests/api/support/test-emulator";
import { checkpointOf, checkpointWith } from "../stacks/support/checkpoints";
import { ClusterServer } from "../support/cluster-server";
import { resourcesWithCluster } from "../support/state";
import { Trial } from "../support/trial";

const DEPLOYMENTS = "/apis/apps/v1/namespaces/alice-dev/deployments";
/** A Deployment of one pod, which is ready or is not there. */
const deployment = (name: string, ready: 0 | 1) => ({
  metadata: { name, generation: 1 },
  spec: { replicas: 1, selector: { matchLabels: { app: name } } },
  status: {
    ...{ observedGeneration: 1, replicas: ready, updatedReplicas: ready },
    ...{ readyReplicas: ready, availableReplicas: ready },
  },
});

let emulator: TestEmulator;
let server: ClusterServer;
let clusterId: string;
beforeAll(async () => {
  [emulator, server] = await Promise.all([TestEmulator.start(), ClusterServer.start()]);
  emulator.controlPlanes.endpoint = server.endpoint;
  clusterId = (await emulator.createCluster({ name: "alice-dev" })).id;
});
afterAll(async () => {
  server.close();
  await emulator.close();
});

let place: Trial;
beforeEach(() => {
  place = new Trial(emulator);
  place.isUp("alice-dev", server, { clusterId, images: ["a:1"] });
  place.write("Pulumi.alice-dev.yaml", "config: {shop:nodeCount: 4}\n");
  place.pulumi.answer("stack history", { stdout: "[]" });
  server.clear();
  server.set(DEPLOYMENTS, deployment("web", 0), deployment("api", 1));
  server.set("/api/v1/nodes", {
    metadata: { name: "node-1" },
    status: { conditions: [{ type: "Ready", status: "True" }] },
  });
  server.set("/api/v1/namespaces/alice-dev/resourcequotas", {
    metadata: { name: "environment" },
    status: { hard: { pods: "200" }, used: { pods: "11" } },
  });
});
afterEach(() => place.remove());

const show = async (context: Context = place.context()) =>
  (await run(context, ["alice-dev"])).data as ShowData;

describe("show", () => {
  it("writes nothing into the checkout, like a diagnosis", async () => {
    await show();
    await diagnosisAfterFailure(place.context(), "alice-dev");
    expect(existsSync(join(place.folder, ".rendered"))).toBe(false);
  });

  it("shows the stack, its settings, its history and its cluster", async () => {
    expect(await show()).toMatchObject({
      environment: { stack: "alice-dev", state: "up" },
      settings: {
        nodeCount: { value: 4, origin: "stack" },
        nodeSize: { value: "s-2vcpu-4gb", origin: "default" },
      },
      images: ["a:1"],
      cluster: {
        workloads: [{ name: "api" }, { name: "web" }],
        nodes: [{ name: "node-1" }],
        quota: [{ resource: "pods", used: "11", hard: "200" }],
      },
      verdict: {
        kind: "unknown",
        timeline: expect.arrayContaining([
          "  2026-11-23 08:30 UTC  last update (stack)",
        ]) as string[],
      },
      updates: [],
    });
  });

  it("explains why a cluster cannot be read, and shows the rest", async () => {
    server.failure = { path: "/", status: 500 };
    expect(await show()).toMatchObject({
      environment: { state: "up" },
      cluster: { unknown: expect.stringMatching(/500.*\n {2}fix: /s) as string },
    });
  });

  it("explains why settings are not valid, and shows the rest", async () => {
    place.write("Pulumi.alice-dev.yaml", "config: {shop:nodeCount: many}\n");
    expect(await show()).toMatchObject({
      environment: { state: "up" },
      settings: { unknown: expect.stringContaining("nodeCount must be") as string },
    });
  });

  it("shows what is known without a readable state", async () => {
    rmSync(join(place.folder, "Pulumi.alice-dev.yaml"));
    place.backend.stack("alice-dev", '{"x');
    expect(await show()).toMatchObject({
      environment: { state: "damaged", fault: expect.stringContaining("JSON") as string },
      settings: { unknown: expect.stringContaining("JSON") as string },
      cluster: { unknown: expect.stringContaining("cannot be read") as string },
      updates: [],
    });
  });

  it("fails only when the environment does not exist", async () => {
    await expect(run(place.context(), ["bob-dev"])).rejects.toThrow("no environment");
  });
});

describe("the notes about a failed update", () => {
  const said = () => diagnosisAfterFailure(place.context(), "alice-dev");

  it("is the cluster's diagnosis", async () => {
    expect(await said()).toMatch(/^\n\n1 of 2 workloads of namespace alice-dev is not ready\n/);
  });

  it("is the cluster's diagnosis also after a first update, which leaves no outputs", async () => {
    const component = { clusterId, kubeconfig: server.kubeconfig };
    const resources = resourcesWithCluster({ component, id: clusterId });
    place.backend.stack("alice-dev", checkpointWith("alice-dev", { resources }));
    expect(await said()).toContain("is not ready");
  });

  it("is nothing for a healthy cluster, or without a cluster", async () => {
    server.set(DEPLOYMENTS, deployment("api", 1));
    expect(await said()).toBe("");
    place.backend.stack("alice-dev", checkpointOf("alice-dev", { outputs: {} }));
    expect(await said()).toBe("");
    expect(await diagnosisAfterFailure(place.context(), "bob-dev")).toBe("");
  });

  it("is the reason why the cluster could not be diagnosed, in addition to the failure", async () => {
    server.failure = { path: "/", status: 500 };
    expect(await said()).toMatch(/^\n {2}the cluster could not be diagnosed: .*500.*\n {2}fix: /s);
  });
});
