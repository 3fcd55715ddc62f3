import { join } from "node:path";
import type { RunningImage } from "../../../cli/cluster/diagnosis";
import type { Leftover } from "../../../cli/environments/receipt";
import type { TakeDownTools } from "../../../cli/environments/take-down";
import type { Resolution } from "../../../cli/images/resolution";
import { type Actor, putToSleep } from "../../../cli/sleep/sleep";
import { run } from "../../../cli/sleep/sleep.action";
import type { sleep as definition } from "../../../cli/sleep/sleep.command";
import { tagsOfPins } from "../../../cli/stacks/sleeping-pins";
import type { OptionsOf } from "../../../cli/terminal/command";
import { UsageError } from "../../../cli/terminal/errors";
import { progressOf } from "../../../cli/terminal/progress";
import type { ImageReference } from "../../../core/manifests/image-reference";
import { checkpointOf, checkpointWith, outputsOf } from "../stacks/support/checkpoints";
import { FakeWorkspace } from "../support/fake-workspace";
import { NOW, Workplace } from "../support/workplace";

const digest = (of: string) => `sha256:${of.repeat(64)}`;
const CREATED = "2026-11-20T08:00:00Z";
const VOLUME: Leftover = { kind: "volumes", id: "v-1", name: "pvc-1", removal: "doctl ... v-1" };

let place: Workplace;
let mockWorkspace: FakeWorkspace;
let mockLeft: Leftover[];
let mockRunning: RunningImage[] | Error;
/** What the registry says, by reference. */
let mockRegistry: Record<string, Resolution>;
let mockPlan: jest.Mock;
let mockKeep: jest.Mock;
let mockKeptNow: jest.Mock;

jest.mock("../../../cli/stacks/workspace", () => ({
  openWorkspace: () => mockWorkspace,
}));
jest.mock("../../../cli/environments/teardown", () => ({
  traceOf: () => Promise.resolve({ clusterIds: [], strays: [], foreign: [] }),
  requireSoleOwner: () => Promise.resolve(),
  questionWithStrays: (...[, , , question]: unknown[]) => Promise.resolve(question),
  deleteStrays: () => Promise.resolve(),
  lateStrays: () => Promise.resolve([]),
  untilGone: () => Promise.resolve(mockLeft),
}));
jest.mock("../../../cli/data/keep-data", () => ({
  planKeepingOf: () => mockPlan(),
  keepData: () => mockKeep(),
  keptNow: (...[, , kept]: unknown[]) => mockKeptNow(kept),
}));
jest.mock("../../../cli/data/spare-data", () => ({ spareData: () => Promise.resolve() }));
jest.mock("../../../cli/data/delete-data", () => ({ deleteData: () => Promise.resolve() }));
jest.mock("../../../cli/cluster/cluster-access", () => ({
  openClusterOf: () => Promise.resolve({ client: {}, namespace: "alice-dev" }),
}));
jest.mock("../../../cli/cluster/workloads", () => ({
  readWorkloads: () =>
    mockRunning instanceof Error
      ? Promise.reject(mockRunning)
      : Promise.resolve([{ images: mockRunning }]),
}));
jest.mock("../../../cli/images/resolve-image", () => ({
  imageResolver:
    () =>
    ({ name, tag = "" }: ImageReference) =>
      Promise.resolve(mockRegistry[`${name}:${tag}`] ?? "absent"),
}));

beforeEach(() => {
  place = new Workplace();
  place.env = { ...place.env, DIGITALOCEAN_TOKEN: "t", KUBECONFIG: join(place.folder, "none") };
  place.write("Pulumi.alice-dev.yaml", "config: {}\n");
  const outputs = { ...outputsOf("alice-dev"), createdAt: CREATED, images: ["acme/api:v1"] };
  place.backend.stack("alice-dev", checkpointOf("alice-dev", { outputs }));
  mockWorkspace = new FakeWorkspace(place);
  mockLeft = [];
  mockRunning = [{ reference: "acme/api:v1", digest: digest("a") }];
  mockRegistry = {};
  mockPlan = jest.fn(() => Promise.resolve(undefined));
  mockKeep = jest.fn();
  mockKeptNow = jest.fn((kept: unknown) => Promise.resolve(kept));
});
afterEach(() => place.remove());

const sleep = (options: OptionsOf<typeof definition> = { yes: true }) =>
  run(place.context(), ["alice-dev"], options);
/** As the reaper does it. */
async function putToSleepBy(by: Actor) {
  const context = place.context();
  const progress = progressOf(context);
  try {
    const tools = { workspace: mockWorkspace, account: {}, progress };
    return await putToSleep(context, "alice-dev", tools as unknown as TakeDownTools, by, {});
  } finally {
    progress.close();
  }
}
const tags = () => place.backend.tagsOf("alice-dev");

describe("sleep", () => {
  it("keeps all that a wake needs before it destroys anything, and says when it is through", async () => {
    mockWorkspace.destroy.mockImplementation(() => {
      expect(tags()).toEqual({
        pins1: `acme/api:v1=${digest("a")}`,
        created: CREATED,
        expires: "2026-12-07T08:00:00Z",
        spent: "8.14",
        lastUsed: NOW.toISOString(),
        asleep: NOW.toISOString(),
      });
      return Promise.resolve({});
    });
    const { data, text, exitCode } = await sleep();
    expect(mockWorkspace.destroy).toHaveBeenCalledTimes(1);
    expect(mockWorkspace.removeStack).not.toHaveBeenCalled();
    expect({ data, exitCode }).toEqual({
      data: {
        stack: "alice-dev",
        asleepSince: NOW.toISOString(),
        left: [],
        pins: { "acme/api:v1": digest("a") },
        unpinned: [],
        kept: [],
        costSoFarUsd: 8.14,
      },
      exitCode: 0,
    });
    expect(text()).toContain("alice-dev sleeps; DigitalOcean holds of it");
    expect(text()).toContain(
      "`doks-env wake alice-dev` brings it back, with the same bytes of 1 image.",
    );
    expect(place.pulumi.calls).toEqual([]);
  });

  it("is done only in part when something is left", async () => {
    mockLeft = [VOLUME];
    const { data, text, exitCode } = await sleep();
    expect({ data, exitCode }).toMatchObject({ data: { left: [VOLUME] }, exitCode: 3 });
    expect(data).not.toHaveProperty("asleepSince");
    expect(text()).toContain("Run `doks-env sleep alice-dev` again");
  });

  it("is refused for what is protected, where nobody can be asked, and for what holds nothing", async () => {
    await expect(sleep({})).rejects.toThrow(UsageError);
    place.backend.tags("alice-dev", { protected: "true" });
    await expect(sleep()).rejects.toThrow('"alice-dev" is protected');
    place.backend.tags("alice-dev", {});
    place.backend.stack("alice-dev", checkpointWith("alice-dev", {}));
    await expect(sleep()).rejects.toThrow('"alice-dev" has nothing that could sleep: it is empty');
    expect(mockWorkspace.destroy).not.toHaveBeenCalled();
    expect(tags()).toEqual({});
  });

  it("that was killed is finished by another, with what the first one has kept", async () => {
    const kept = tagsOfPins({ "acme/api:v1": digest("a") });
    const begun = { ...kept, asleep: "2026-11-23T11:58:00Z", created: CREATED, spent: "8.14" };
    place.backend.tags("alice-dev", begun);
    place.backend.stack("alice-dev", checkpointWith("alice-dev", {}));
    mockRunning = new Error("there is no such cluster");
    mockRegistry = { "acme/api:v1": { digest: digest("b") } };
    const { data } = await sleep();
    expect(data).toMatchObject({ pins: { "acme/api:v1": digest("a") }, costSoFarUsd: 8.14 });
    expect(tags()).toMatchObject({ ...kept, asleep: NOW.toISOString() });
  });
});

describe("the data of a sleep", () => {
  const KEPT = {
    claim: "data-db-0",
    kind: "snapshot",
    name: "alice-dev-data-db-0-1",
    billedGiB: 10,
  };

  beforeEach(() => {
    mockPlan.mockResolvedValue({ dataId: "d-1" });
    mockKeep.mockResolvedValue([KEPT]);
  });

  it("is kept before anything is destroyed, looked at afterwards, and listed with its price", async () => {
    const order: string[] = [];
    mockKeep.mockImplementation(() => {
      order.push("keep");
      expect(tags()).toMatchObject({ data: "d-1", asleep: NOW.toISOString() });
      return Promise.resolve([KEPT]);
    });
    mockWorkspace.destroy.mockImplementation(() => {
      order.push("destroy");
      return Promise.resolve({});
    });
    mockKeptNow.mockImplementation((kept: unknown) => {
      order.push("look");
      return Promise.resolve(kept);
    });
    const { data, text } = await sleep();
    expect(order).toEqual(["keep", "destroy", "look"]);
    expect(data).toMatchObject({
      kept: [
        {
          claim: "data-db-0",
          kind: "snapshot",
          name: "alice-dev-data-db-0-1",
          giB: 10,
          usdPerMonth: 0.6,
        },
      ],
    });
    expect(text()).toContain("data-db-0: snapshot alice-dev-data-db-0-1, 10 GiB, $0.60 a month");
  });

  it("that cannot be kept stops it before it changes anything", async () => {
    mockPlan.mockRejectedValue(new Error("claim data-db-0 cannot be kept"));
    await expect(sleep()).rejects.toThrow("claim data-db-0 cannot be kept");
    expect(mockWorkspace.destroy).not.toHaveBeenCalled();
    expect(tags()).toEqual({});
  });

  it("of which no snapshot is taken leaves it awake", async () => {
    mockKeep.mockRejectedValue(new Error("no snapshot"));
    await expect(sleep()).rejects.toThrow("no snapshot");
    expect(mockWorkspace.destroy).not.toHaveBeenCalled();
    expect(tags()).not.toHaveProperty("asleep");
  });

  it("that is gone afterwards is not said to be asleep", async () => {
    mockKeptNow.mockRejectedValue(new Error("DigitalOcean does not have these snapshots"));
    await expect(sleep()).rejects.toThrow("DigitalOcean does not have these snapshots");
  });
});

describe("the digests that a sleep keeps", () => {
  it("are what the nodes have pulled, or else what the registry says; what nobody tells is said", async () => {
    mockRunning = [
      { reference: "acme/api:v1", digest: digest("a") },
      { reference: "acme/web:v1" },
      { reference: "redis" },
      { reference: `acme/pinned@${digest("f")}` },
    ];
    mockRegistry = {
      "acme/api:v1": { digest: digest("b") },
      "acme/web:v1": { digest: digest("c") },
      "redis:latest": { unknown: "registry-1.docker.io cannot be reached" },
    };
    const { data } = await sleep();
    expect(data).toMatchObject({
      pins: { "acme/api:v1": digest("a"), "acme/web:v1": digest("c") },
      unpinned: ["redis:latest: registry-1.docker.io cannot be reached"],
    });
    expect(place.stderr()).toContain(
      "  ! a wake takes redis:latest by its tag: registry-1.docker.io",
    );
  });

  it("are the registry's of what was declared, when the cluster does not answer", async () => {
    mockRunning = new Error("no route to host");
    mockRegistry = { "acme/api:v1": { digest: digest("b") } };
    expect((await sleep()).data).toMatchObject({ pins: { "acme/api:v1": digest("b") } });
    expect(place.stderr()).toContain('which images run in "alice-dev" cannot be seen');
  });

  it("are still those of the sleep before, when nobody has updated it since", async () => {
    place.backend.tags("alice-dev", tagsOfPins({ "acme/api:v1": digest("a") }));
    mockRunning = [{ reference: `acme/api@${digest("a")}`, digest: digest("a") }];
    mockRegistry = { "acme/api:v1": { digest: digest("b") } };
    expect((await sleep()).data).toMatchObject({ pins: { "acme/api:v1": digest("a") } });
  });
});

describe("a sleep by the clock", () => {
  it("is no use, and writes down the last one, which it would hide", async () => {
    await putToSleepBy({ hand: false, lastUse: new Date("2026-11-23T08:00:00Z") });
    expect(tags().lastUsed).toBe("2026-11-23T08:00:00.000Z");
  });

  it("leaves a later one that is written down already, or says nothing of what it does not know", async () => {
    place.backend.tags("alice-dev", { lastUsed: "2026-11-23T09:00:00Z" });
    await putToSleepBy({ hand: false, lastUse: new Date("2026-11-23T08:00:00Z") });
    await putToSleepBy({ hand: false });
    expect(tags().lastUsed).toBe("2026-11-23T09:00:00Z");
  });
});
