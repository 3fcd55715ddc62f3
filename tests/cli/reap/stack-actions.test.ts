import type { TakeDownOptions } from "../../../cli/environments/take-down";
import { revisionOf } from "../../../cli/reap/known-stack";
import { openActions } from "../../../cli/reap/stack-actions";
import type { StackRecord } from "../../../cli/stacks/record";
import { checkpointOf } from "../stacks/support/checkpoints";
import { recordOf } from "../support/records";
import { Workplace } from "../support/workplace";

// Claim: what was decided of a stack is not done to another state of it.

/** As the stack is when it is about to be taken down. */
let mockRecord: StackRecord;
let mockDeleted: string[];
const mockDone: string[] = [];
jest.mock("../../../cli/stacks/workspace", () => ({ openWorkspace: () => ({}) }));
jest.mock("../../../cli/environments/take-down", () => ({
  takeDown: (_: unknown, stack: string, __: unknown, { allow }: TakeDownOptions) => {
    void allow?.(mockRecord, mockDeleted);
    mockDone.push(`destroy ${stack}`);
    return Promise.resolve({ left: [] });
  },
}));
jest.mock("../../../cli/sleep/sleep", () => ({
  putToSleep: (
    _: unknown,
    stack: string,
    ...[, , { allow }]: [unknown, unknown, TakeDownOptions]
  ) => {
    void allow?.(mockRecord, mockDeleted);
    mockDone.push(`sleep ${stack}`);
    return Promise.resolve({ left: [] });
  },
}));

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
  place.backend.stack("alice-dev", checkpointOf("alice-dev"));
  mockDone.length = 0;
  mockDeleted = ["c-1"];
});
afterEach(() => place.remove());

const known = recordOf({
  stack: "alice-dev",
  hasResources: true,
  lastUpdate: "2026-11-22T12:00:00Z",
});
const revision = revisionOf(known);

describe.each(["destroy", "sleep"] as const)("hands that %s", (what) => {
  const act = (more: { readonly revision?: string }) => {
    const actions = openActions(place.context(), {} as never, {} as never, undefined);
    const bounds = { signal: place.abort.signal, clusterIds: ["c-1"], ...more };
    return what === "destroy"
      ? actions.destroy("alice-dev", bounds, "it is expired")
      : actions.sleep("alice-dev", bounds);
  };

  it("do so as long as the stack is as it was", async () => {
    mockRecord = known;
    await act({ revision });
    expect(mockDone).toEqual([`${what} alice-dev`]);
  });

  it.each<[string, Partial<StackRecord>]>([
    ["was updated", { lastUpdate: "2026-11-23T11:59:00Z" }],
    [
      "has another tag, as of a touch, an extension or its protection",
      { tags: { lastUsed: "now" } },
    ],
    ["is held", { updating: true }],
    ["cannot be read", { fault: "no JSON" }],
  ])("leave it when it %s", async (_, changes) => {
    mockRecord = { ...known, ...changes };
    await expect(act({ revision })).rejects.toMatchObject({ name: "ChangedError" });
    expect(mockDone).toEqual([]);
  });

  it("leave it when a cluster would be deleted that the plan does not have", async () => {
    mockRecord = known;
    mockDeleted = ["c-1", "c-2"];
    await expect(act({ revision })).rejects.toThrow("the plan does not have its cluster c-2");
    await expect(act({})).rejects.toMatchObject({ name: "ChangedError" });
    expect(mockDone).toEqual([]);
  });

  it("go on with what they have begun themselves, at the second try", async () => {
    mockRecord = { ...known, lastUpdate: "2026-11-23T11:59:00Z" };
    await act({});
    expect(mockDone).toEqual([`${what} alice-dev`]);
  });
});
