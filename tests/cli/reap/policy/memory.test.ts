import { lastUpdate } from "../../../../cli/reap/policy/evidence";
import {
  EMPTY_MEMORY,
  KEPT_SECONDS,
  mergeRecords,
  partOf,
  pendingRehearsals,
  provedUse,
  type ReaperMemory,
  rememberedUses,
  withoutOld,
} from "../../../../cli/reap/policy/memory";
import { isInShard } from "../../../../cli/reap/policy/shard";
import { verdictOf } from "../../../../cli/reap/policy/verdict";
import { DAY, dev, HOUR, MINUTE, NOW, situation, usedAgo } from "./fixtures";

const record = (changes: Partial<ReaperMemory>): ReaperMemory => ({ ...EMPTY_MEMORY, ...changes });
const DUE = {
  action: "destroy",
  cause: "idle",
  at: NOW - HOUR,
  needsEvidence: true,
  why: "not used for 14d",
} as const;
const WARNING = {
  subject: "alice-dev",
  action: "destroy",
  cause: "idle",
  dueAt: NOW,
  step: 60,
  deliveredAt: NOW,
} as const;

describe("mergeRecords", () => {
  it("keeps the newest entry for each stack or cluster, and other entries once", () => {
    const use = (at: number) => ({ stack: "a-dev", at, proof: String(at) });
    const merged = mergeRecords([
      record({
        uses: [use(2)],
        delivered: [WARNING],
        clusters: [{ id: "c", stack: "a-dev", seenAt: 3 }],
      }),
      record({
        uses: [use(1), { ...use(1), stack: "b-dev" }],
        delivered: [{ ...WARNING }, { ...WARNING, step: 30 }],
        clusters: [{ id: "c", stack: "a-dev", seenAt: 4 }],
      }),
    ]);
    expect(merged).toEqual(
      record({
        uses: [use(2), { ...use(1), stack: "b-dev" }],
        delivered: [WARNING, { ...WARNING, step: 30 }],
        clusters: [{ id: "c", stack: "a-dev", seenAt: 4 }],
      }),
    );
  });
});

describe("withoutOld", () => {
  it("drops old entries, but never the last use of an existing stack", () => {
    const long = NOW - KEPT_SECONDS.clusters - 1;
    const old = record({
      uses: [
        { stack: "alice-dev", at: long, proof: "" },
        { stack: "gone-dev", at: long, proof: "" },
        { stack: "lately-gone-dev", at: NOW - DAY, proof: "" },
      ],
      delivered: [{ ...WARNING, dueAt: long, deliveredAt: long }],
      clusters: [{ id: "c", stack: "alice-dev", seenAt: long }],
      begun: [{ stack: "alice-dev", at: long, due: DUE }],
      rehearsed: [{ stack: "alice-dev", cause: "idle", at: long }],
      usedAfterwards: [{ stack: "alice-dev", at: long }],
    });
    expect(withoutOld(old, new Set(["alice-dev"]), NOW)).toEqual(
      record({ uses: [old.uses[0], old.uses[2]].filter((use) => use !== undefined) }),
    );
  });

  it("keeps a warning until its action", () => {
    const delivered = [{ ...WARNING, dueAt: NOW + 40 * DAY, deliveredAt: NOW - 40 * DAY }];
    expect(withoutOld(record({ delivered }), new Set(), NOW).delivered).toEqual(delivered);
  });
});

describe("partOf", () => {
  it("gives every shard the entries of its stacks, and all shards together everything", () => {
    const names = Array.from({ length: 50 }, (_, index) => `pr-${index}-ci`);
    const whole = record({ uses: names.map((stack) => ({ stack, at: NOW, proof: "" })) });
    const shards = [1, 2, 3].map((index) => ({ index, of: 3 }));
    const parts = shards.map((shard) => partOf(whole, shard));
    parts.forEach(({ uses }, index) => {
      expect(uses.every(({ stack }) => isInShard(stack, { index: index + 1, of: 3 }))).toBe(true);
    });
    expect(new Set(mergeRecords(parts).uses)).toEqual(new Set(whole.uses));
  });
});

describe("the record", () => {
  it("of a use is evidence", () => {
    const uses = [{ stack: "alice-dev", at: NOW - HOUR, proof: "85 requests" }];
    const remembered = rememberedUses(record({ uses }));
    expect([...remembered.keys()]).toEqual(["alice-dev"]);
    expect(remembered.get("alice-dev")).toMatchObject({
      signal: "use",
      state: "read",
      at: NOW - HOUR,
      detail: "85 requests",
    });
  });

  it("contains proved uses that are new", () => {
    const its = { stack: "alice-dev", situation: situation() };
    const evidence = usedAgo({ traffic: HOUR });
    expect(provedUse({ ...its, evidence })).toEqual({
      stack: "alice-dev",
      at: NOW - HOUR,
      proof: "load balancer traffic (a test)",
    });
    const uses = [{ stack: "alice-dev", at: NOW - MINUTE, proof: "" }];
    const remembered = [...rememberedUses(record({ uses })).values()];
    expect(provedUse({ ...its, evidence: [...evidence, ...remembered] })).toBeUndefined();
    expect(provedUse({ ...its, evidence: [] })).toBeUndefined();
  });

  it("of rehearsals is pending until the stack is used", () => {
    const rehearsed = [
      { stack: "a-dev", cause: "idle", at: NOW },
      { stack: "a-dev", cause: "idle", at: NOW - HOUR },
      { stack: "b-dev", cause: "idle", at: NOW - HOUR },
    ] as const;
    const usedAfterwards = [{ stack: "b-dev", at: NOW - MINUTE }];
    expect(pendingRehearsals(record({ rehearsed, usedAfterwards }))).toEqual(
      new Map([["a-dev", NOW - HOUR]]),
    );
  });
});

describe("what the reaper had begun", () => {
  const begun = { at: NOW - 2 * HOUR, due: DUE };
  const its = situation({ begun, lastUpdateAt: NOW - 2 * HOUR + 5 * MINUTE });

  it("is not a use, and is not confused with another update", () => {
    expect(lastUpdate(its)).toMatchObject({ state: "absent" });
    expect(lastUpdate(situation({ begun, lastUpdateAt: begun.at - 1 }))).toMatchObject({
      at: begun.at - 1,
    });
    expect(lastUpdate(situation({ begun, lastUpdateAt: begun.at + HOUR + 1 }))).toMatchObject({
      at: begun.at + HOUR + 1,
    });
  });

  it("is finished as announced when only the stack is left", () => {
    const empty = { ...its, hasResources: false, clusterIds: [] };
    expect(verdictOf(empty, dev(), [], NOW)).toMatchObject({
      kind: "orphaned",
      dues: [{ ...DUE, needsEvidence: false, why: expect.stringContaining(DUE.why) }],
    });
    const slept = { ...begun, due: { ...DUE, action: "sleep" } } as const;
    expect(verdictOf({ ...empty, begun: slept }, dev(), usedAgo(), NOW).dues).toMatchObject([
      { cause: "ttl" },
    ]);
    expect(verdictOf({ ...empty, protected: true }, dev(), [], NOW).dues).toEqual([]);
  });
});
