import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { run } from "../../../cli/environments/preview.action";
import type { PreviewData } from "../../../cli/environments/preview.data";
import { run as render } from "../../../cli/environments/render.action";
import { TestEmulator } from "../../../packages/emulator/tests/api/support/test-emulator";
import { loadBalanced, running } from "../../helpers/kubernetes-objects";
import { checkpointOf } from "../stacks/support/checkpoints";
import { begins, type Step, says } from "../support/events";
import type { PulumiRun } from "../support/fake-pulumi";
import { Trial } from "../support/trial";

/** Of a registry that does not answer. */
const IMAGE = "127.0.0.1:9/acme/web:v1";

let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await TestEmulator.start();
});
afterAll(() => emulator.close());

let place: Trial;
beforeEach(() => {
  place = new Trial(emulator);
  place.tree(running(IMAGE), loadBalanced("web"));
});
afterEach(() => place.remove());

const summaryOf = (resourceChanges: object) =>
  ({ sequence: 0, timestamp: 0, summaryEvent: { resourceChanges } }) as unknown as EngineEvent;

/** Previews these steps. @param look - at the run of pulumi, while it runs */
async function preview(
  steps: readonly Step[],
  look: (run: PulumiRun) => void = () => {},
): Promise<PreviewData> {
  place.pulumi.on("preview", (its) => {
    look(its);
    return { events: [...steps.map(begins), summaryOf({ same: 40 })] };
  });
  return (await run(place.context(), ["alice-dev"])).data as PreviewData;
}

describe("preview", () => {
  it("writes nothing into the project, where an update may be running", async () => {
    await preview([{ op: "create" }], ({ folder, env }) => {
      expect(folder).not.toBe(place.folder);
      expect(readdirSync(folder)).toEqual(expect.arrayContaining(readdirSync(place.folder)));
      expect(existsSync(join(folder, ".rendered/alice-dev"))).toBe(true);
      expect(env).toHaveProperty("DOKS_ENV_RENDERING");
    });
    expect(existsSync(join(place.folder, ".rendered"))).toBe(false);
  });

  it("shows each changed resource, a replacement once, and no unchanged resource", async () => {
    const { changes, unchanged } = await preview([
      { op: "create", name: "web" },
      { op: "update", name: "api" },
      { op: "replace", name: "workers" },
      { op: "create-replacement", name: "workers" },
      { op: "delete-replaced", name: "workers" },
      { op: "delete", name: "old" },
      { op: "same", name: "cluster" },
      { op: "read", name: "found" },
    ]);
    expect(changes.map(({ operation, name }) => [operation, name])).toEqual([
      ["create", "web"],
      ["update", "api"],
      ["replace", "workers"],
      ["delete", "old"],
    ]);
    expect(unchanged).toBe(40);
  });

  it("does not show providers and components", async () => {
    const types = [
      "ephemeral-doks:components:Environment",
      "pulumi:pulumi:Stack",
      "pulumi:providers:kubernetes",
      "kubernetes:kustomize/v2:Directory",
    ];
    const steps = types.map((type): Step => ({ op: "create", type }));
    expect((await preview(steps)).changes).toEqual([]);
  });

  it("of a new environment uses a temporary stack, and shows the workloads", async () => {
    const data = await preview([{ op: "create" }]);
    expect(place.pulumi.commands).toEqual(["stack init", "preview"]);
    const backends = place.pulumi.runsOf("").map(({ env }) => env.PULUMI_BACKEND_URL);
    expect(backends).not.toContain(place.backend.url);
    expect(data).toMatchObject({
      isNew: true,
      pricePerHourUsd: { before: 0, after: 0.1116 },
      workloads: [
        { kind: "Deployment", name: "web", images: [IMAGE] },
        { kind: "Service", name: "web", images: [] },
      ],
      warnings: [expect.stringContaining(`unknown whether ${IMAGE}`)],
    });
  });

  it("of an existing environment uses its stack and config, and compares the price", async () => {
    place.backend.stack("alice-dev", checkpointOf("alice-dev"));
    const data = await preview([{ op: "update" }], ({ env }) => {
      expect(env.PULUMI_BACKEND_URL).toBe(place.backend.url);
    });
    expect(place.pulumi.commands).toEqual(["config refresh", "preview"]);
    expect(data).toMatchObject({
      isNew: false,
      pricePerHourUsd: { before: 0.1071, after: 0.1116 },
    });
    expect(data).not.toHaveProperty("workloads");
  });

  it("prints the engine's warnings, but no phases", async () => {
    place.tree();
    place.pulumi.answer("preview", {
      events: [begins({ op: "create", component: "DoksCluster" }), says("warning", "old version")],
    });
    await run(place.context(), ["alice-dev"]);
    expect(place.stderr()).toBe("  ! old version\n");
  });

  it.each([
    ["preview", run],
    ["render", render],
  ])("%s of a stack that does not exist prints a fix that needs none", async (_, action) => {
    const remote = "resources: [https://example.com/web.yaml]\n";
    place.write("kustomize/dev/kustomization.yaml", remote);
    const allowed = `--set 'kustomize.remoteHosts=["example.com"]'`;
    await expect(action(place.context(), ["alice-dev"])).rejects.toMatchObject({
      fix: `doks-env up alice-dev ${allowed}`,
    });
    place.write("Pulumi.alice-dev.yaml", "config: {}\n");
    place.backend.stack("alice-dev", checkpointOf("alice-dev"));
    await expect(action(place.context(), ["alice-dev"])).rejects.toMatchObject({
      fix: "pulumi config set --stack alice-dev --path 'kustomize.remoteHosts[0]' example.com",
    });
  });

  it("fails for a stack without a profile before any question", async () => {
    await expect(run(place.context(), ["alice-prod"])).rejects.toThrow(
      "does not end in a known profile",
    );
  });
});
