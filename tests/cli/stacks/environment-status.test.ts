import { spentBefore, statusOf } from "../../../cli/stacks/environment-status";
import type { StackRecord } from "../../../cli/stacks/record";
import { FOREIGN_LOCK, recordOf } from "../support/records";
import { NOW } from "../support/workplace";

const environment = (changes: Partial<StackRecord> = {}) => statusOf(recordOf(changes), NOW);

describe("the name of an environment", () => {
  it.each([
    ["alice-dev", "alice", "dev"],
    ["pr-123-ci", "pr-123", "ci"],
    ["alice", "alice", ""],
    ["-dev", "-dev", ""],
  ])("%s has the owner %s and the profile %j", (stack, owner, profile) => {
    expect(environment({ stack })).toMatchObject({ stack, owner, profile });
  });
});

describe("the state of an environment", () => {
  const LIVE = { hasResources: true, outputs: { clusterId: "c-1" } };

  it.each<[string, Partial<StackRecord>]>([
    ["up", LIVE],
    ["incomplete", { hasResources: true }],
    ["up", { hasResources: true, outputs: { placement: "domain" } }],
    ["empty", {}],
    ["going", { ...LIVE, tags: { going: "2026-11-20T12:00:00Z" } }],
    [
      "going",
      { ...LIVE, tags: { going: "2026-11-20T12:00:00Z" }, lastUpdate: "2026-11-20T11:59:00Z" },
    ],
    [
      "up",
      { ...LIVE, tags: { going: "2026-11-20T12:00:00Z" }, lastUpdate: "2026-11-20T12:09:00Z" },
    ],
    ["updating", { ...LIVE, tags: { going: "2026-11-20T12:00:00Z" }, updating: true }],
    ["empty", { tags: { going: "2026-11-20T12:00:00Z" } }],
    ["updating", { ...LIVE, updating: true }],
    ["updating", { ...LIVE, locks: [FOREIGN_LOCK] }],
    ["up", { ...LIVE, updating: false }],
    ["damaged", { ...LIVE, fault: "it is not valid JSON", updating: true }],
  ])("is %s for %j", (state, record) => {
    expect(environment(record)).toMatchObject({ state });
  });

  it("contains its locks, and why it cannot be read", () => {
    expect(environment({ locks: [FOREIGN_LOCK], fault: "no JSON" })).toMatchObject({
      lockedBy: [FOREIGN_LOCK],
      fault: "no JSON",
    });
  });
});

describe("the expiry of an environment", () => {
  const expiry = (said?: string, extended?: string) =>
    environment({
      outputs: said === undefined ? {} : { expiresAt: said },
      tags: extended === undefined ? {} : { expires: extended },
    });
  const [EARLIER, LATER] = ["2026-11-23T11:59:59Z", "2026-11-24T12:00:00Z"];

  it("is the later of the last update's and the extension's", () => {
    expect(expiry(EARLIER, LATER).expiresAt).toBe(LATER);
    expect(expiry(LATER, EARLIER).expiresAt).toBe(LATER);
    // The same moment, said in two ways, is not an extension.
    expect(expiry("2026-11-24T13:00:00+01:00", LATER).expiresAt).toBe("2026-11-24T13:00:00+01:00");
  });

  it("is the known one of them", () => {
    expect(expiry(LATER).expiresAt).toBe(LATER);
    expect(expiry(undefined, LATER).expiresAt).toBe(LATER);
    expect(expiry().expiresAt).toBeUndefined();
  });

  it("has passed from that moment on; an environment without one does not expire", () => {
    expect(expiry(EARLIER)).toMatchObject({ expired: true });
    expect(expiry("2026-11-23T12:00:00Z")).toMatchObject({ expired: true });
    expect(expiry("2026-11-23T12:00:01Z")).toMatchObject({ expired: false });
    expect(expiry()).toMatchObject({ expired: false });
  });
});

describe("the protection of an environment", () => {
  it.each([
    [undefined, undefined, false],
    [true, undefined, true],
    [false, "true", true],
    [true, "false", false],
    [undefined, "true", true],
  ])("by its last update %p and since then by its tag %p is %p", (output, tag, expected) => {
    const outputs: StackRecord["outputs"] = output === undefined ? {} : { protected: output };
    const tags: StackRecord["tags"] = tag === undefined ? {} : { protected: tag };
    expect(environment({ outputs, tags }).protected).toBe(expected);
  });
});

describe("the cost of an environment", () => {
  it("counts from the cluster's creation", () => {
    const outputs = { pricePerHourUsd: 0.1, createdAt: "2026-11-23T02:00:00Z" };
    expect(environment({ created: "2026-11-22T02:00:00Z", outputs })).toMatchObject({
      createdAt: "2026-11-23T02:00:00Z",
      costSoFarUsd: 1,
    });
  });

  it("counts from the stack's creation without a cluster's", () => {
    const record = { created: "2026-11-23T02:00:00Z", outputs: { pricePerHourUsd: 0.1 } };
    expect(environment(record)).toMatchObject({ costSoFarUsd: 1 });
  });

  it("is unknown without a price or a time", () => {
    expect(environment({ created: "2026-11-23T02:00:00Z" }).costSoFarUsd).toBeUndefined();
    expect(environment({ outputs: { pricePerHourUsd: 0.1 } }).costSoFarUsd).toBeUndefined();
    // What an output is, somebody else's program may have said.
    expect(environment({ outputs: { pricePerHourUsd: "0.1" } }).pricePerHourUsd).toBeUndefined();
  });
});

it("takes the rest from the stack's outputs and tags, and omits empty values", () => {
  expect(
    environment({
      lastUpdate: "2026-11-23T08:30:00Z",
      outputs: { url: "", namespace: "alice-dev", clusterId: "c-1", clusterName: "alice-dev" },
      tags: { pullRequest: "7", commit: "1f2e3d4" },
    }),
  ).toMatchObject({
    lastUpdateAt: "2026-11-23T08:30:00Z",
    url: undefined,
    namespace: "alice-dev",
    clusterId: "c-1",
    clusterName: "alice-dev",
    pullRequest: "7",
    commit: "1f2e3d4",
  });
});

it("has the age in its tag and costs nothing after a destroy that kept the stack", () => {
  expect(environment({ tags: { created: "2026-11-20T08:00:00Z" } })).toMatchObject({
    state: "empty",
    createdAt: "2026-11-20T08:00:00Z",
    expiresAt: undefined,
    costSoFarUsd: undefined,
  });
});

describe("an environment that sleeps", () => {
  const CREATED = "2026-11-20T08:00:00Z";
  const tags = {
    created: CREATED,
    expires: "2026-12-04T08:00:00.000Z",
    asleep: "2026-11-22T20:00:00Z",
    spent: "1.5",
  };
  /** As the wake of this morning has made it, for 14 days. */
  const woken: Partial<StackRecord> = {
    hasResources: true,
    outputs: {
      clusterId: "c-2",
      createdAt: "2026-11-23T08:00:00Z",
      expiresAt: "2026-12-07T08:00:00Z",
      pricePerHourUsd: 0.1,
    },
  };

  it("costs nothing, and keeps its age, its expiry and its cost so far", () => {
    expect(environment({ tags })).toMatchObject({
      state: "asleep",
      asleepSince: tags.asleep,
      createdAt: CREATED,
      expiresAt: tags.expires,
      pricePerHourUsd: 0,
      costSoFarUsd: 1.5,
    });
  });

  it("costs its kept data, which is subtracted once it is awake", () => {
    // Of each month 28 days are billed at most: 2,280 hours.
    const kept = { ...tags, asleep: "2026-08-15T12:00:00Z", keeping: "6.72" };
    expect(environment({ tags: kept }).costSoFarUsd).toBe(24.3);
    const waking = environment({ ...woken, tags: kept });
    expect(waking.costSoFarUsd).toBe(24.66);
    expect(spentBefore(recordOf({ ...woken, tags: kept }), NOW)).toBe(24.26);
  });

  it("continues after its wake, and has cost nothing meanwhile", () => {
    const { asleep: _, ...awake } = tags;
    expect(environment({ ...woken, tags: { ...awake, continues: "c-2" } })).toMatchObject({
      state: "up",
      asleepSince: undefined,
      createdAt: CREATED,
      expiresAt: tags.expires,
      costSoFarUsd: 1.9,
    });
  });

  it("counts its settings' expiry from its creation if it is later than any extension", () => {
    const said = { ...tags, expires: "2026-11-30T08:00:00Z", continues: "c-2" };
    expect(environment({ ...woken, tags: said }).expiresAt).toBe("2026-12-04T08:00:00.000Z");
  });

  it("has the age of its new cluster after a destroy and an update", () => {
    const { asleep: _, ...awake } = tags;
    expect(environment({ ...woken, tags: { ...awake, continues: "c-1" } })).toMatchObject({
      createdAt: "2026-11-23T08:00:00Z",
      expiresAt: "2026-12-07T08:00:00Z",
      costSoFarUsd: 0.4,
    });
  });

  it("is not asleep while resources remain, and has no further cost", () => {
    const outputs = { ...woken.outputs, createdAt: CREATED, expiresAt: tags.expires };
    expect(environment({ hasResources: true, outputs, tags })).toMatchObject({
      state: "up",
      asleepSince: undefined,
      createdAt: CREATED,
      costSoFarUsd: 1.5,
    });
  });

  it("that plain pulumi has brought back costs again", () => {
    expect(environment({ ...woken, tags })).toMatchObject({
      createdAt: CREATED,
      costSoFarUsd: 1.9,
    });
  });
});
