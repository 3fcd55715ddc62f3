import { absent, failed, type Signal, seenAt } from "../../../../cli/reap/policy/evidence";
import type { Situation } from "../../../../cli/reap/policy/situation";
import { signalsNeeded, verdictOf } from "../../../../cli/reap/policy/verdict";
import type { Policy, PolicySettings } from "../../../../core/reaping-policy";
import { announced, ci, DAY, dev, HOUR, MINUTE, NOW, silent, situation, usedAgo } from "./fixtures";

const judge = (
  differences: Partial<Situation> = {},
  policy: Policy = dev(),
  evidence: readonly Signal[] = usedAgo(),
) => verdictOf(situation(differences), policy, evidence, NOW);

const GONE = { cause: "clusterGone", since: NOW - HOUR, why: "its cluster is gone" } as const;
const AWAKE = { wakeAt: "07:00", sleepAt: "20:00", days: ["mon"], timeZone: "UTC" } as const;
const ASLEEP = { ...AWAKE, wakeAt: "13:00" } as const;

describe("verdictOf, by the stack alone", () => {
  const OLD = { createdAt: NOW - 100 * DAY };

  it.each<[string, string, Partial<Situation>, Partial<PolicySettings>]>([
    ["protected", "the stack is", { ...OLD, protected: true, lockedBy: ["b"], orphaned: GONE }, {}],
    ["protected", "its settings say so", OLD, { protect: true }],
    ["unknown", "its state cannot be read", { ...OLD, fault: "no JSON", lockedBy: ["bob"] }, {}],
    ["active", "an update has locked it", { ...OLD, lockedBy: ["bob"], orphaned: GONE }, {}],
    ["active", "it was just updated", { ...OLD, lastUpdateAt: NOW - 899, orphaned: GONE }, {}],
    ["active", "it was updated in the future", { ...OLD, lastUpdateAt: NOW + HOUR }, {}],
    ["unknown", "its creation time is unknown", { createdAt: undefined, orphaned: GONE }, {}],
  ])("is %s when %s, and nothing is due", (kind, _, differences, settings) => {
    expect(judge(differences, dev(settings))).toMatchObject({ kind, dues: [] });
  });

  it("is orphaned regardless of its expiry, and due since then", () => {
    const due = { action: "destroy", cause: "clusterGone", at: NOW - HOUR };
    expect(judge({ orphaned: GONE })).toMatchObject({ kind: "orphaned", dues: [due] });
    expect(judge({ ...OLD, orphaned: GONE })).toMatchObject({ kind: "orphaned", dues: [due] });
  });

  it("is expired after its ttl or its extension", () => {
    const createdAt = NOW - 14 * DAY;
    expect(judge({ createdAt })).toMatchObject({
      kind: "expired",
      at: NOW,
      dues: [{ cause: "ttl" }],
    });
    expect(judge({ createdAt, expiresAt: NOW + 5 * DAY }).kind).not.toBe("expired");
    expect(judge({ createdAt: NOW - DAY, expiresAt: NOW - HOUR }).kind).toBe("expired");
  });

  it("is expired after maxTtl despite extensions", () => {
    const createdAt = NOW - 30 * DAY;
    const verdict = judge({ createdAt, expiresAt: NOW + 100 * DAY });
    expect(verdict).toMatchObject({ kind: "expired", at: NOW, dues: [{ cause: "maxTtl" }] });
    expect(judge({ createdAt: createdAt + 1, expiresAt: NOW + 100 * DAY }).kind).not.toBe(
      "expired",
    );
  });

  it("is expired even if it is used", () => {
    const evidence = usedAgo({ traffic: 0 });
    expect(judge({ createdAt: NOW - 14 * DAY }, dev(), evidence).kind).toBe("expired");
  });
});

describe("verdictOf, by use", () => {
  it.each(["update", "use", "push", "traffic", "processor", "rollout"] as const)(
    "is active when %s alone is newer than idleAfter, and otherwise idle",
    (signal) => {
      const at = (ago: number) => judge({}, dev(), usedAgo({ [signal]: ago }));
      expect(at(3 * HOUR - 1).kind).toBe("active");
      expect(at(3 * HOUR)).toMatchObject({ kind: "idle", at: NOW - 3 * HOUR });
      expect(at(5 * HOUR).reasons[0]).toContain("2026-11-23 07:00 UTC, 5h ago");
    },
  );

  it.each(["update", "use", "push", "traffic", "processor", "rollout"] as const)(
    "is unknown, not idle, when %s failed or is missing, and does not sleep",
    (name) => {
      const others = usedAgo().filter(({ signal }) => signal !== name);
      for (const evidence of [others, [...others, failed(name, "source", "503")]]) {
        const verdict = judge({}, dev(), evidence);
        expect(verdict.kind).toBe("unknown");
        expect(verdict.dues.map(({ action, cause }) => [action, cause])).toEqual([
          ["destroy", "ttl"],
        ]);
      }
    },
  );

  it("is unknown when one of several load balancers could not be read", () => {
    expect(judge({}, dev(), [...usedAgo(), failed("traffic", "other", "503")]).kind).toBe(
      "unknown",
    );
  });

  it("is unknown when a measurement does not reach back to the last known use", () => {
    const reaching = (from: number): Signal[] => [
      ...usedAgo({ update: 5 * HOUR }).filter(({ signal }) => signal !== "traffic"),
      { signal: "traffic", source: "lb", detail: "no use", state: "read", from },
    ];
    expect(judge({}, ci({ idleAfter: "4h" }), reaching(NOW - 4 * HOUR)).kind).toBe("unknown");
    expect(judge({}, ci({ idleAfter: "4h" }), reaching(NOW - 5 * HOUR)).kind).toBe("idle");
    // What sleeps needs no more than idleAfter to be sure.
    expect(judge({}, dev(), reaching(NOW - 3 * HOUR)).kind).toBe("idle");
    expect(judge({}, dev(), reaching(NOW - 2 * HOUR)).kind).toBe("unknown");
  });

  it("is active despite failed signals when another one proves use", () => {
    const evidence = [failed("traffic", "lb", "503"), ...usedAgo({ rollout: HOUR })];
    expect(judge({}, dev(), evidence)).toMatchObject({ kind: "active" });
  });

  it("is expiring from the first warning, used or idle", () => {
    const createdAt = NOW - 12 * DAY;
    expect(judge({ createdAt }, dev(), usedAgo({ traffic: 0 })).kind).toBe("expiring");
    expect(judge({ createdAt }).kind).toBe("expiring");
    expect(judge({ createdAt: createdAt + 1 }).kind).toBe("idle");
    expect(judge({ createdAt }, dev({ warnAhead: [] })).kind).toBe("idle");
  });
});

describe("the dues", () => {
  const dues = (...args: Parameters<typeof judge>) =>
    judge(...args).dues.map(({ action, cause, at }) => [action, cause, at - NOW]);

  it("is sleep after idleAfter for dev, which is destroyed only after it has slept", () => {
    expect(dues()).toEqual([
      ["destroy", "ttl", 12 * DAY],
      ["sleep", "idle", 3 * HOUR - DAY],
    ]);
  });

  it("is destruction for environments that never sleep, and for sleeping ones", () => {
    expect(dues({}, ci())).toEqual([
      ["destroy", "maxTtl", 12 * DAY],
      ["destroy", "idle", 2 * DAY],
    ]);
    expect(dues({ asleepSince: NOW - HOUR })).toContainEqual(["destroy", "idle", 13 * DAY]);
  });

  it("is only the expiry for an empty stack", () => {
    expect(dues({ hasResources: false })).toEqual([["destroy", "ttl", 12 * DAY]]);
  });

  it("is sleep at the end of the working hours, an hour after the last use at the earliest", () => {
    const at = (workingHours: typeof AWAKE | typeof ASLEEP, ago: number) =>
      dues({}, dev({ workingHours }), usedAgo({ traffic: ago })).find(
        ([, cause]) => cause === "workingHours",
      );
    expect(at(AWAKE, MINUTE)).toEqual(["sleep", "workingHours", 8 * HOUR]);
    expect(at(ASLEEP, 20 * MINUTE)).toEqual(["sleep", "workingHours", 40 * MINUTE]);
    const soon = dev({ workingHours: ASLEEP, idleAfter: "30m" });
    expect(dues({}, soon, usedAgo({ traffic: 20 * MINUTE }))).toContainEqual([
      "sleep",
      "workingHours",
      10 * MINUTE,
    ]);
    // It ended last Monday at eight.
    expect(at(ASLEEP, DAY)).toEqual(["sleep", "workingHours", HOUR - DAY]);
  });

  it("is waking in the working hours, once, and not if the last wake was unused", () => {
    const waking = (differences: Partial<Situation>, use = DAY) =>
      dues(
        { createdAt: NOW - 9 * DAY, asleepSince: NOW - 2 * DAY, ...differences },
        dev({ workingHours: AWAKE }),
        usedAgo({ update: use, use, push: use, traffic: use, processor: use, rollout: use }),
      ).filter(([action]) => action === "wake");
    const wake = ["wake", "workingHours", -5 * HOUR];
    expect(waking({})).toEqual([wake]);
    expect(waking({ wokenAt: NOW - 3 * DAY })).toEqual([wake]);
    expect(waking({ wokenAt: NOW - 3 * DAY }, 4 * DAY)).toEqual([]);
    expect(waking({ asleepSince: NOW - 4 * HOUR })).toEqual([]);
  });

  it("is sleep idleAfter after a scheduled wake, but destruction counts from the last use", () => {
    const wokenAt = NOW - 2 * HOUR;
    expect(dues({ wokenAt })).toContainEqual(["sleep", "idle", HOUR]);
    expect(dues({ wokenAt }, ci())).toContainEqual(["destroy", "idle", 2 * DAY]);
  });

  it("is postponed for a kept environment, except its expiry and a wake", () => {
    const keptUntil = NOW + 3 * DAY;
    expect(dues({ keptUntil }, dev({ workingHours: ASLEEP }))).toEqual([
      ["destroy", "ttl", 12 * DAY],
      ["sleep", "idle", 3 * DAY],
      ["sleep", "workingHours", 3 * DAY],
    ]);
    expect(dues({ keptUntil }, ci())).toContainEqual(["destroy", "idle", 3 * DAY]);
    expect(dues({ keptUntil: NOW + HOUR }, ci())).toContainEqual(["destroy", "idle", 2 * DAY]);
    const asleep = { asleepSince: NOW - 13 * HOUR, keptUntil };
    expect(dues(asleep, dev({ workingHours: AWAKE, destroyAfterIdle: "2d" }))).toEqual([
      ["destroy", "ttl", 12 * DAY],
      ["destroy", "idle", 3 * DAY],
      ["wake", "workingHours", -5 * HOUR],
    ]);
    const { dues: all } = judge({ keptUntil }, ci());
    expect(all.map(({ why }) => why)).toContain(
      "not used for 3d since 2026-11-22 12:00 UTC; kept until 2026-11-26 12:00 UTC",
    );
  });
});

describe("signalsNeeded", () => {
  const stackSignals = (ago: number) =>
    usedAgo({ update: ago, use: ago, push: ago }).filter(({ signal }) =>
      ["update", "use", "push"].includes(signal),
    );
  const needed = (
    differences: Partial<Situation>,
    evidence: readonly Signal[],
    policy = dev(),
    announcements = silent,
  ) =>
    signalsNeeded(situation(differences), policy, evidence, announcements, NOW).map(
      ({ signal }) => signal,
    );
  const FROM_CLUSTER = ["traffic", "processor", "rollout"];

  it("are none when the stack alone decides", () => {
    for (const differences of [
      { protected: true },
      { fault: "no JSON" },
      { lockedBy: ["bob"] },
      { lastUpdateAt: NOW - MINUTE },
      { createdAt: NOW - 40 * DAY },
      { orphaned: GONE },
    ]) {
      expect(needed(differences, [])).toEqual([]);
    }
  });

  it("are none after a recent use, and otherwise all, the cheapest first", () => {
    expect(needed({}, stackSignals(HOUR))).toEqual([]);
    expect(needed({}, stackSignals(4 * HOUR))).toEqual(FROM_CLUSTER);
    expect(needed({}, [])).toEqual(["update", "use", "push", ...FROM_CLUSTER]);
  });

  it("are none as soon as one has proved use, or has failed", () => {
    const evidence = stackSignals(4 * HOUR);
    expect(needed({}, [...evidence, seenAt("traffic", "lb", NOW - HOUR)])).toEqual([]);
    expect(needed({}, [...evidence, failed("traffic", "lb", "503")])).toEqual([]);
    expect(needed({}, [...evidence, absent("traffic", "stack", "none")])).toEqual(
      FROM_CLUSTER.slice(1),
    );
  });

  it("are needed to show an environment as idle, even without an action", () => {
    const policy = ci({ idleAfter: "4h" });
    expect(needed({}, stackSignals(5 * HOUR), policy, announced())).toEqual(FROM_CLUSTER);
    expect(needed({}, stackSignals(3 * HOUR), policy, announced())).toEqual([]);
  });

  it("are needed for a warning, and not between two", () => {
    const at = NOW - 26 * HOUR;
    const evidence = stackSignals(26 * HOUR);
    const first = announced({
      subject: "alice-dev",
      action: "destroy",
      cause: "idle",
      dueAt: at + 3 * DAY,
      step: 2 * DAY,
      deliveredAt: NOW - HOUR,
    });
    expect(needed({}, evidence, ci(), announced())).toEqual(FROM_CLUSTER);
    expect(needed({}, evidence, ci(), first)).toEqual([]);
    expect(needed({}, evidence, ci({ warnAhead: ["2h"] }), announced())).toEqual([]);
  });

  it("are requested up to the time of the verdict, not of the request", () => {
    const [need] = signalsNeeded(situation({}), dev(), stackSignals(4 * HOUR), silent, NOW);
    expect(need).toMatchObject({ from: NOW - DAY, until: NOW });
  });

  it("are requested for at least a day, back to the last known use, within the retention", () => {
    const from = (ago: number, policy: Policy) =>
      signalsNeeded(
        situation({ createdAt: NOW - 25 * DAY, expiresAt: NOW + DAY }),
        policy,
        stackSignals(ago),
        silent,
        NOW,
      )[0]?.from;
    expect(from(4 * HOUR, dev())).toBe(NOW - DAY);
    expect(from(4 * DAY, dev())).toBe(NOW - DAY);
    expect(from(4 * DAY, ci({ maxTtl: "30d" }))).toBe(NOW - 3 * DAY);
    expect(from(20 * DAY, ci({ maxTtl: "30d", destroyAfterIdle: "15d" }))).toBe(NOW - 14 * DAY);
  });

  it("lead to a verdict that further signals cannot change", () => {
    // As the caller does: read the first, ask again.
    for (const ages of [{}, { traffic: HOUR }, { processor: HOUR }, { rollout: HOUR }]) {
      const all = usedAgo(ages);
      const evidence: Signal[] = [];
      for (let need = needed({}, []); need.length > 0; need = needed({}, evidence)) {
        evidence.push(...all.filter(({ signal }) => signal === need[0]));
      }
      expect(judge({}, dev(), evidence).kind).toBe(judge({}, dev(), all).kind);
    }
  });
});
