import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { diagnosisAfterFailure } from "../../../cli/cluster/diagnose-stack";
import { run } from "../../../cli/overview/show.action";
import type { ShowData } from "../../../cli/overview/show.data";
import type { Context } from "../../../cli/terminal/context";
import { UserError } from "../../../core/errors";
import { DIAGNOSIS, WELL } from "../cluster/support/diagnosis";
import { checkpointOf, checkpointWith, outputsOf } from "../stacks/support/checkpoints";
import { PROGRAM_KUBECONFIG, resourcesWithCluster } from "../support/state";
import { Workplace } from "../support/workplace";

let place: Workplace;
let mockOpen: () => Promise<object>;
let mockDiagnosis = DIAGNOSIS;

// What a cluster says: tests/cli/cluster.
jest.mock("../../../cli/cluster/client", () => ({ openCluster: () => mockOpen() }));
jest.mock("../../../cli/cluster/workloads", () => ({
  readWorkloads: (_: unknown, namespace: string) => Promise.resolve([{ name: `in ${namespace}` }]),
}));
jest.mock("../../../cli/cluster/nodes", () => ({
  readNodes: () => Promise.resolve([{ name: "node-1" }]),
}));
jest.mock("../../../cli/cluster/quota", () => ({
  readQuota: () => Promise.resolve([{ resource: "pods", used: "11", hard: "200" }]),
}));
// By all evidence: tests/e2e/reap.
jest.mock("../../../cli/reap/verdict-on", () => ({
  verdictOn: (_: unknown, stack: string) => Promise.resolve({ unknown: `not for ${stack}` }),
}));
jest.mock("../../../cli/cluster/diagnose", () => ({
  diagnose: () => Promise.resolve(mockDiagnosis),
}));

beforeEach(() => {
  place = new Workplace();
  place.env = { ...place.env, DIGITALOCEAN_TOKEN: "t" };
  const outputs = { ...outputsOf("alice-dev"), kubeconfig: PROGRAM_KUBECONFIG, images: ["a:1"] };
  place.backend.stack("alice-dev", checkpointOf("alice-dev", { outputs }));
  place.write("Pulumi.alice-dev.yaml", "config: {shop:nodeCount: 4}\n");
  place.pulumi.answer("stack history", { stdout: "[]" });
  mockOpen = () => Promise.resolve({});
  mockDiagnosis = DIAGNOSIS;
});
afterEach(() => place.remove());

const show = async (context: Context = place.context()) =>
  (await run(context, ["alice-dev"])).data as ShowData;

describe("show", () => {
  it("writes nothing into the checkout, nor does a diagnosis", async () => {
    await show();
    await diagnosisAfterFailure(place.context(), "alice-dev");
    expect(existsSync(join(place.folder, ".rendered"))).toBe(false);
  });

  it("tells what the stack, its settings, its history and its cluster say", async () => {
    expect(await show()).toMatchObject({
      environment: { stack: "alice-dev", state: "up" },
      settings: {
        nodeCount: { value: 4, origin: "stack" },
        nodeSize: { value: "s-2vcpu-4gb", origin: "default" },
      },
      images: ["a:1"],
      cluster: {
        workloads: [{ name: "in alice-dev" }],
        nodes: [{ name: "node-1" }],
        quota: [{ resource: "pods", used: "11", hard: "200" }],
      },
      verdict: { unknown: "not for alice-dev" },
      updates: [],
    });
  });

  it("tells of a cluster that cannot be asked why not, and all the rest", async () => {
    mockOpen = () => Promise.reject(new UserError("it does not answer", "see whether it is there"));
    expect(await show()).toMatchObject({
      environment: { state: "up" },
      cluster: { unknown: "it does not answer\n  fix: see whether it is there" },
    });
  });

  it("tells of settings that have become wrong what is wrong, and all the rest", async () => {
    place.write("Pulumi.alice-dev.yaml", "config: {shop:nodeCount: many}\n");
    expect(await show()).toMatchObject({
      environment: { state: "up" },
      settings: { unknown: expect.stringContaining("nodeCount must be") as string },
    });
  });

  it("tells of a state that cannot be read what is known", async () => {
    rmSync(join(place.folder, "Pulumi.alice-dev.yaml"));
    place.backend.stack("alice-dev", '{"x');
    expect(await show()).toMatchObject({
      environment: { state: "damaged", fault: expect.stringContaining("JSON") as string },
      settings: { unknown: expect.stringContaining("JSON") as string },
      cluster: { unknown: expect.stringContaining("cannot be read") as string },
      updates: [],
    });
  });

  it("fails only when there is no such environment", async () => {
    await expect(run(place.context(), ["bob-dev"])).rejects.toThrow("no environment");
  });
});

describe("what is said beside an update that has failed", () => {
  const said = () => diagnosisAfterFailure(place.context(), "alice-dev");

  it("is what the cluster says", async () => {
    expect(await said()).toMatch(/^\n\n2 of 3 workloads of namespace alice-dev are not ready\n/);
  });

  it("is what the cluster says after a first update, too, which leaves no outputs", async () => {
    place.backend.stack(
      "alice-dev",
      checkpointWith("alice-dev", { resources: resourcesWithCluster() }),
    );
    expect(await said()).toContain("are not ready");
  });

  it("is nothing when all is well in the cluster, or there is none", async () => {
    mockDiagnosis = WELL;
    expect(await said()).toBe("");
    place.backend.stack("alice-dev", checkpointOf("alice-dev", { outputs: {} }));
    expect(await said()).toBe("");
    expect(await diagnosisAfterFailure(place.context(), "bob-dev")).toBe("");
  });

  it("is why the cluster could not be asked, which hides no failure", async () => {
    mockOpen = () => Promise.reject(new UserError("it does not answer", "look"));
    expect(await said()).toBe(
      "\n  the cluster could not be asked why: it does not answer\n  fix: look",
    );
  });
});
