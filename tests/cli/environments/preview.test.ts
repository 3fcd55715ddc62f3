import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { run } from "../../../cli/environments/preview.action";
import type { PreviewData } from "../../../cli/environments/preview.data";
import type { Rendered } from "../../../cli/environments/render";
import type { Checked } from "../../../cli/environments/up-checks";
import { checkpointOf } from "../stacks/support/checkpoints";
import { begins, type Step, says } from "../support/events";
import { FakeWorkspace } from "../support/fake-workspace";
import { Workplace } from "../support/workplace";

const HANDOVER = { DOKS_ENV_RENDERING: "where it is" };
const RENDERED = {
  objects: [
    {
      ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" } },
      spec: { template: { spec: { containers: [{ image: "acme/web:v1" }] } } },
    },
    { apiVersion: "v1", kind: "Service", metadata: { name: "web" } },
  ],
  handOver: (folder: string) => {
    const entries = readdirSync(folder).filter((name) => name !== ".rendered");
    mkdirSync(join(folder, ".rendered"));
    writeFileSync(join(folder, ".rendered", "manifests.yaml"), "");
    return { ...HANDOVER, ENTRIES: entries.join() };
  },
} as unknown as Rendered;

let place: Workplace;
let mockWorkspace: FakeWorkspace;
let mockPassing: FakeWorkspace;
let mockChecked: Partial<Checked>;

jest.mock("../../../cli/stacks/workspace", () => ({
  openWorkspace: () => mockWorkspace,
}));
jest.mock("../../../cli/stacks/preview-workspace", () => ({
  withTemporaryStack: (_context: unknown, _stack: string, work: (where: unknown) => unknown) =>
    work(mockPassing),
}));
jest.mock("../../../cli/environments/up-checks", () => ({
  checkUp: () => Promise.resolve(mockChecked),
}));

beforeEach(() => {
  place = new Workplace();
  mockWorkspace = new FakeWorkspace(place);
  mockPassing = new FakeWorkspace(place);
  mockChecked = { isNew: true, price: 0.1607, rendered: RENDERED, warnings: ["a warning"] };
});
afterEach(() => place.remove());

const summaryOf = (resourceChanges: object) =>
  ({ sequence: 0, timestamp: 0, summaryEvent: { resourceChanges } }) as unknown as EngineEvent;

/** Previews these steps. */
async function preview(...steps: Step[]): Promise<PreviewData> {
  for (const { preview: operation } of [mockWorkspace, mockPassing]) {
    operation.mockImplementation(({ onEvent }) => {
      for (const event of [...steps.map(begins), summaryOf({ same: 40 })]) {
        onEvent(event);
      }
      return Promise.resolve({});
    });
  }
  return (await run(place.context(), ["alice-dev"])).data as PreviewData;
}

/** In a folder that has all of the project's files. */
const handedOver = (): unknown =>
  expect.objectContaining({
    env: { ...HANDOVER, ENTRIES: readdirSync(place.folder).join() },
  });

describe("preview", () => {
  it("writes nothing into the project, where an update may be at work", async () => {
    await preview({ op: "create" });
    expect(existsSync(join(place.folder, ".rendered"))).toBe(false);
  });

  it("shows what would happen to each resource, a replacement once, and nothing that stays", async () => {
    const { changes, unchanged } = await preview(
      { op: "create", name: "web" },
      { op: "update", name: "api" },
      { op: "replace", name: "workers" },
      { op: "create-replacement", name: "workers" },
      { op: "delete-replaced", name: "workers" },
      { op: "delete", name: "old" },
      { op: "same", name: "cluster" },
      { op: "read", name: "found" },
    );
    expect(changes.map(({ operation, name }) => [operation, name])).toEqual([
      ["create", "web"],
      ["update", "api"],
      ["replace", "workers"],
      ["delete", "old"],
    ]);
    expect(unchanged).toBe(40);
  });

  it("does not show what has no life of its own", async () => {
    const types = [
      "ephemeral-doks:components:Environment",
      "pulumi:pulumi:Stack",
      "pulumi:providers:kubernetes",
      "kubernetes:kustomize/v2:Directory",
    ];
    expect((await preview(...types.map((type): Step => ({ op: "create", type })))).changes).toEqual(
      [],
    );
  });

  it("of a new environment happens in a stack that is thrown away, and shows the workloads", async () => {
    const data = await preview({ op: "create" });
    expect(mockWorkspace.preview).not.toHaveBeenCalled();
    expect(mockPassing.preview).toHaveBeenCalledWith(handedOver());
    expect(data).toMatchObject({
      isNew: true,
      pricePerHourUsd: { before: 0, after: 0.1607 },
      workloads: [
        { kind: "Deployment", name: "web", images: ["acme/web:v1"] },
        { kind: "Service", name: "web", images: [] },
      ],
      warnings: ["a warning"],
    });
    expect(place.pulumi.calls).toEqual([]);
  });

  it("of one that is there happens in its stack, with its config, and compares the price", async () => {
    place.backend.stack("alice-dev", checkpointOf("alice-dev"));
    mockChecked = { ...mockChecked, isNew: false };
    const data = await preview({ op: "update" });
    expect(mockPassing.preview).not.toHaveBeenCalled();
    expect(mockWorkspace.preview).toHaveBeenCalledWith(handedOver());
    expect(place.pulumi.calls).toEqual([
      ["config", "refresh", "--force", "--stack", "alice-dev", "--config-file", expect.any(String)],
    ]);
    expect(data).toMatchObject({
      isNew: false,
      pricePerHourUsd: { before: 0.1071, after: 0.1607 },
    });
    expect(data).not.toHaveProperty("workloads");
  });

  it("tells warnings of the engine as it goes, and no phases, because nothing is done", async () => {
    mockPassing.preview.mockImplementation(({ onEvent }) => {
      onEvent(begins({ op: "create", component: "DoksCluster" }));
      onEvent(says("warning", "old version"));
      return Promise.resolve({});
    });
    await run(place.context(), ["alice-dev"]);
    expect(place.stderr()).toBe("  ! old version\n");
  });

  it("fails for a stack of no profile before anything is asked", async () => {
    await expect(run(place.context(), ["alice-prod"])).rejects.toThrow(
      "does not end in a known profile",
    );
  });
});
