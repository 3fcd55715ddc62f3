import { situationOf } from "../../../cli/reap/situations";
import { BILLED_HOURS_PER_MONTH } from "../../../core/money/prices";
import { lockOfDeadProcess } from "../stacks/support/dead-owner";
import { FOREIGN_LOCK, recordOf } from "../support/records";
import { stateWithCluster } from "../support/state";
import { Workplace } from "../support/workplace";

const seconds = (time: string) => Date.parse(time) / 1000;

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
});
afterEach(() => place.remove());

const situation = (changes: Parameters<typeof recordOf>[0], policyFault?: string) =>
  situationOf(place.context(), recordOf(changes), policyFault);

describe("the situation of an environment", () => {
  it("comes from its stack, without further requests", async () => {
    expect(
      await situation({
        hasResources: true,
        lastUpdate: "2026-11-23T08:30:00Z",
        outputs: {
          clusterId: "c-1",
          createdAt: "2026-11-20T08:00:00Z",
          expiresAt: "2026-12-04T08:00:00Z",
          pricePerHourUsd: 0.1,
        },
        tags: {
          pullRequest: "7",
          woken: "2026-11-23T08:30:01Z",
          keptUntil: "2026-11-23T13:00:00Z",
        },
      }),
    ).toEqual({
      stack: "alice-dev",
      clusterIds: ["c-1"],
      hasResources: true,
      createdAt: seconds("2026-11-20T08:00:00Z"),
      expiresAt: seconds("2026-12-04T08:00:00Z"),
      lastUpdateAt: seconds("2026-11-23T08:30:00Z"),
      asleepSince: undefined,
      wokenAt: seconds("2026-11-23T08:30:01Z"),
      keptUntil: seconds("2026-11-23T13:00:00Z"),
      protected: false,
      lockedBy: [],
      usdPerMonth: 0.1 * BILLED_HOURS_PER_MONTH,
      pullRequest: 7,
    });
    expect(place.pulumi.calls).toEqual([]);
  });

  it("of a sleeping environment has its age, its expiry and no price", async () => {
    const tags = {
      asleep: "2026-11-22T20:00:00Z",
      created: "2026-11-20T08:00:00Z",
      expires: "2026-12-04T08:00:00Z",
    };
    expect(await situation({ tags })).toMatchObject({
      clusterIds: [],
      asleepSince: seconds(tags.asleep),
      createdAt: seconds(tags.created),
      expiresAt: seconds(tags.expires),
      usdPerMonth: 0,
    });
  });

  it("contains the cluster of a failed first update, which is not a stray", async () => {
    place.pulumi.answer("stack export", { stdout: stateWithCluster() });
    expect((await situation({ hasResources: true })).clusterIds).toEqual(["c-1"]);
  });

  it("of a shared cluster is protected", async () => {
    const outputs = { clusterId: "c-1", placement: "host" };
    expect(await situation({ outputs, tags: { protected: "false" } })).toMatchObject({
      protected: true,
    });
  });

  it("is locked by processes that may be alive, but not by dead ones", async () => {
    const dead = await lockOfDeadProcess(place.env);
    expect((await situation({ locks: [dead] })).lockedBy).toEqual([]);
    expect((await situation({ locks: [dead, FOREIGN_LOCK] })).lockedBy).toEqual([
      expect.stringContaining("alice@somewhere-else"),
    ]);
    expect((await situation({ updating: true })).lockedBy).toEqual(["another update"]);
  });
});

describe("nothing follows from a situation with a fault", () => {
  it.each([
    ["its state", { fault: "no JSON" }, undefined, "no JSON"],
    ["its policy", {}, "how long it may be is not known", "how long it may be is not known"],
    ["a time", { tags: { expires: "soon" } }, undefined, 'its expiry is not a time: "soon"'],
    ["its pull request", { tags: { pullRequest: "x" } }, undefined, "is not a number"],
  ])("in %s", async (_, record, policyFault, fault) => {
    expect((await situation(record, policyFault)).fault).toContain(fault);
  });

  it("in the list of its clusters", async () => {
    place.pulumi.answer("stack export", { code: 1, stderr: "error: no connection" });
    expect((await situation({ hasResources: true })).fault).toContain(
      "its clusters cannot be read",
    );
  });
});
