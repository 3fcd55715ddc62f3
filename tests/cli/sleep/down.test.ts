import { existsSync } from "node:fs";
import { join } from "node:path";
import type { DownData } from "../../../cli/environments/down.data";
import type { FoundCluster, Leftover } from "../../../cli/environments/receipt";
import { run } from "../../../cli/sleep/down.action";
import type { down as definition } from "../../../cli/sleep/down.command";
import type { putToSleep } from "../../../cli/sleep/sleep";
import { EngineError } from "../../../cli/stacks/engine";
import type { StackRecord } from "../../../cli/stacks/record";
import { requireStack } from "../../../cli/stacks/stacks";
import type { OptionsOf } from "../../../cli/terminal/command";
import type { Context } from "../../../cli/terminal/context";
import { InterruptedError, UsageError } from "../../../cli/terminal/errors";
import type { Terminal } from "../../../cli/terminal/terminal";
import { checkpointOf, checkpointWith, outputsOf } from "../stacks/support/checkpoints";
import { FakeWorkspace } from "../support/fake-workspace";
import { Workplace } from "../support/workplace";

const mockStray = { id: "c-9", name: "alice-dev" };
const mockLate = { id: "c-10", name: "alice-dev" };
const mockForeign: Leftover = {
  kind: "clusters",
  id: "c-11",
  name: "production",
  removal: "doctl kubernetes cluster delete c-11 --dangerous",
};
const VOLUME: Leftover = { kind: "volumes", id: "v-1", name: "pvc-1", removal: "doctl ... v-1" };

let place: Workplace;
let mockWorkspace: FakeWorkspace;
/** What was done, in order. */
const mockDone: string[] = [];
let mockLeft: Leftover[];
/** Snapshots of its data. */
let mockKept: object[];
/** What a sleep would keep. */
let mockPlan: object | undefined;

jest.mock("../../../cli/stacks/workspace", () => ({
  openWorkspace: () => mockWorkspace,
}));
jest.mock("../../../cli/data/spare-data", () => ({ spareData: () => Promise.resolve() }));
jest.mock("../../../cli/data/delete-data", () => ({ deleteData: () => Promise.resolve() }));
jest.mock("../../../cli/data/keep-data", () => ({
  keptNow: () => Promise.resolve(mockKept),
  planKeepingOf: () => Promise.resolve(mockPlan),
}));
// With a real account: tests/cli/data/kept-to-seed.test.ts.
jest.mock("../../../cli/data/kept-to-seed", () => ({
  keptToSeed: (...[, , { stack }, name]: [unknown, unknown, StackRecord, string]) => {
    mockDone.push(`seed of ${stack}`);
    return Promise.resolve({ name, version: 1, snapshots: mockKept, isComplete: true });
  },
}));
jest.mock("../../../cli/sleep/sleep", () => ({
  putToSleep: async (...args: Parameters<typeof putToSleep>) => {
    await args[4].allow?.(await requireStack(args[0], args[1]), []);
    mockDone.push("sleep");
    place.backend.stack(args[1], checkpointWith(args[1], {}));
    place.backend.tags(args[1], { asleep: "2026-11-23T11:58:00Z" });
  },
}));
// With a real account: tests/cli/environments/teardown.test.ts.
jest.mock("../../../cli/environments/teardown", () => ({
  traceOf: (_: Context, __: unknown, { stack, outputs: { clusterId } }: StackRecord) => {
    mockDone.push(`trace of ${stack}/${String(clusterId)}`);
    return Promise.resolve({ clusterIds: ["c-9"], strays: [mockStray], foreign: [mockForeign] });
  },
  requireSoleOwner: () => Promise.resolve(),
  questionWithStrays: (...[, , , question]: unknown[]) => Promise.resolve(question),
  deleteStrays: (_: unknown, strays: readonly FoundCluster[]) => {
    mockDone.push(...strays.map(({ id }) => `delete ${id}`));
    return Promise.resolve();
  },
  lateStrays: () => Promise.resolve([mockLate]),
  untilGone: () => Promise.resolve(mockLeft),
}));

beforeEach(() => {
  place = new Workplace();
  place.env = { ...place.env, DIGITALOCEAN_TOKEN: "t", KUBECONFIG: join(place.folder, "none") };
  place.backend.stack("alice-dev", checkpointOf("alice-dev"));
  place.write(".rendered/alice-dev/kubeconfig.yaml", "");
  mockWorkspace = new FakeWorkspace(place);
  mockWorkspace.destroy.mockImplementation(({ refresh }) => {
    mockDone.push(refresh ? "destroy --refresh" : "destroy");
    return Promise.resolve({});
  });
  mockDone.length = 0;
  mockLeft = [];
  mockKept = [];
  mockPlan = undefined;
});
afterEach(() => place.remove());

const down = (
  options: OptionsOf<typeof definition> = { yes: true },
  terminal: Partial<Terminal> = {},
) => {
  const context = place.context();
  const changed = { ...context, terminal: { ...context.terminal, ...terminal } };
  return run(changed, ["alice-dev"], options);
};
const failed = (stderr: string) => new EngineError(["destroy"], { stdout: "", stderr, code: 255 });
const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("down", () => {
  it("destroys, looks at what is left, and removes the stack with what was rendered for it", async () => {
    const { data, text, exitCode } = await down();
    expect(mockDone).toEqual([
      `trace of alice-dev/${String(outputsOf("alice-dev").clusterId)}`,
      "delete c-9",
      "destroy",
      "delete c-10",
    ]);
    expect(mockWorkspace.removeStack.mock.calls).toEqual([["alice-dev"]]);
    expect(existsSync(join(place.folder, ".rendered/alice-dev"))).toBe(false);
    expect({ data: data as DownData, exitCode }).toMatchObject({
      data: {
        stack: "alice-dev",
        gone: true,
        left: [],
        strays: [mockStray, mockLate],
        foreign: [mockForeign],
        costSoFarUsd: 8.14,
      },
      exitCode: 0,
    });
    expect(text()).toContain("alice-dev is gone");
    expect(place.stderr()).toMatch(/^ {2}✓ account .*nothing left\n$/);
  });

  it("has done it only in part when something is left, and keeps the stack", async () => {
    mockLeft = [VOLUME];
    const { data, text, exitCode } = await down();
    expect({ data, exitCode }).toMatchObject({
      data: { gone: false, left: [VOLUME] },
      exitCode: 3,
    });
    expect(text()).toContain("  doctl ... v-1\n");
    expect(mockWorkspace.removeStack).not.toHaveBeenCalled();
    expect(existsSync(join(place.folder, ".rendered/alice-dev"))).toBe(true);
    expect(place.stderr()).toMatch(/1 left\n$/);
  });

  it("destroys once more with a look at what is there when that has failed: the cluster may be gone", async () => {
    mockWorkspace.destroy.mockRejectedValueOnce(failed("error: 404 cluster not found"));
    expect(await down()).toMatchObject({ exitCode: 0 });
    expect(mockDone).toContain("destroy --refresh");
    expect(place.stderr()).toContain("  once more, with a look at what is really there\n");
  });

  it("fails when that fails, too, and leaves the rest as it is", async () => {
    mockWorkspace.destroy.mockRejectedValue(failed("error: 401 Unauthorized"));
    await expect(down()).rejects.toThrow("401 Unauthorized");
    expect(mockWorkspace.destroy).toHaveBeenCalledTimes(2);
    expect(mockDone).not.toContain("delete c-10");
    expect(mockWorkspace.removeStack).not.toHaveBeenCalled();
  });

  it("does not try again what cannot help: a state that cannot be read", async () => {
    mockWorkspace.destroy.mockRejectedValue(failed("error: failed to load checkpoint: EOF"));
    await expect(down()).rejects.toThrow("pulumi cannot read the stack's state");
    expect(mockWorkspace.destroy).toHaveBeenCalledTimes(1);
  });

  it("says after Ctrl-C that part of it may be there, and how to go on", async () => {
    mockWorkspace.destroy.mockImplementation(() => {
      place.abort.abort();
      return Promise.reject(failed("error: destroy cancelled"));
    });
    const error = await errorOf(down());
    expect(error).toBeInstanceOf(InterruptedError);
    expect(error).toMatchObject({
      message: 'interrupted: part of "alice-dev" may still be there',
      fix: "doks-env down alice-dev   # goes on",
    });
    expect(mockWorkspace.destroy).toHaveBeenCalledTimes(1);
    expect(mockWorkspace.removeStack).not.toHaveBeenCalled();
  });
});

describe("what is kept of its data", () => {
  const KEPT = {
    ...{ claim: "db", kind: "snapshot", name: "alice-dev-db-1", billedGiB: 10, regions: ["fra1"] },
    createdAt: "2026-11-23T11:57:00Z",
  };

  it("is named with its price before it is deleted, and afterwards", async () => {
    mockKept = [KEPT];
    const confirm = jest.fn(() => Promise.resolve(true));
    const { data, text } = await down({}, { interactive: true, confirm });
    expect(confirm.mock.calls[0]).toEqual([
      "Take down alice-dev, and delete what is kept of its data, for $0.60 a month: db (snapshot alice-dev-db-1)?",
      expect.anything(),
    ]);
    expect(data).toMatchObject({
      deletedData: [
        { claim: "db", kind: "snapshot", name: "alice-dev-db-1", giB: 10, usdPerMonth: 0.6 },
      ],
    });
    expect(text()).toContain(
      "Deleted of its data:\n\n  db: snapshot alice-dev-db-1, 10 GiB, $0.60 a month\n",
    );
  });

  it.each([
    ["awake", ["sleep"]],
    ["asleep", []],
  ])("becomes a seed before one that is %s goes", async (state, first) => {
    mockPlan = {};
    mockKept = state === "asleep" ? [KEPT] : [];
    if (state === "asleep") {
      place.backend.stack("alice-dev", checkpointWith("alice-dev", {}));
      place.backend.tags("alice-dev", { asleep: "2026-11-23T11:58:00Z" });
    }
    const confirm = jest.fn(() => Promise.resolve(true));
    const { data, text } = await down({ keepData: "small" }, { interactive: true, confirm });
    const [question] = confirm.mock.calls[0] as unknown as [string];
    expect(question).toBe("Take down alice-dev, and keep its data as seed small?");
    const steps = mockDone.filter((step) => !/^(trace|delete)/.test(step));
    expect(steps).toEqual([...first, "seed of alice-dev", "destroy"]);
    expect(data).toMatchObject({ gone: true, seed: { name: "small" } });
    expect(data).not.toHaveProperty("deletedData");
    expect(text()).toContain("Its data is seed small now");
  });
});

describe("down changes nothing", () => {
  afterEach(() => {
    expect(mockDone).toEqual([]);
    expect(place.pulumi.calls).toEqual([]);
  });

  it("where nobody can be asked and --yes is not given", async () => {
    expect(await errorOf(down({}))).toBeInstanceOf(UsageError);
  });

  it("when the answer is not yes", async () => {
    const questions: string[] = [];
    const confirm = (question: string) => {
      questions.push(question);
      return Promise.resolve(false);
    };
    const error = await errorOf(down({}, { interactive: true, confirm }));
    expect(error).toBeInstanceOf(InterruptedError);
    expect(error).toMatchObject({ message: "not confirmed; nothing was changed" });
    expect(questions).toEqual(["Take down alice-dev?"]);
  });

  it("when it is protected, whatever is said", async () => {
    place.backend.tags("alice-dev", { protected: "true" });
    expect(await errorOf(down({ yes: true, breakLock: true }))).toMatchObject({
      message: '"alice-dev" is protected',
      fix: "doks-env unprotect alice-dev",
    });
  });

  it("when there is no data that could become a seed", async () => {
    expect(await errorOf(down({ yes: true, keepData: "small" }))).toMatchObject({
      message: '"alice-dev" has no data that a sleep would keep, so seed small would be empty',
      fix: "doks-env down alice-dev   # without --keep-data",
    });
  });

  it("when no seed can be called so", async () => {
    expect(await errorOf(down({ yes: true, keepData: "Small" }))).toBeInstanceOf(UsageError);
  });

  it("without a token, and before it asks", async () => {
    place.env = { ...place.env, DIGITALOCEAN_TOKEN: "" };
    const confirm = jest.fn(() => Promise.resolve(true));
    const error = await errorOf(down({}, { interactive: true, confirm }));
    expect(error).toMatchObject({ message: "no DigitalOcean token is set" });
    expect(confirm).not.toHaveBeenCalled();
  });

  it("when there is no such environment", async () => {
    await expect(run(place.context(), ["alcie-dev"], { yes: true })).rejects.toThrow(
      'is "alice-dev" meant?',
    );
  });
});
