import * as fc from "fast-check";
import { expiryOf } from "../../../../cli/reap/policy/dues";
import {
  absent,
  failed,
  SIGNALS,
  type Signal,
  type SignalName,
} from "../../../../cli/reap/policy/evidence";
import { type PlanRules, planOf } from "../../../../cli/reap/policy/plan";
import type { Situation } from "../../../../cli/reap/policy/situation";
import { RECENT_UPDATE_SECONDS, verdictOf } from "../../../../cli/reap/policy/verdict";
import type { Announcements, Delivered } from "../../../../cli/reap/policy/warnings";
import { policyOf } from "../../../../core/reaping-policy";
import { announced, DAY, HOUR, MINUTE, NOW, silent } from "./fixtures";

/** What may never happen, whatever the situation, the settings, the evidence and the warnings. */

const RULES: PlanRules = {
  mostDestroys: 3,
  mostDestroysShare: 0.2,
  warnAheadSeconds: [],
};
const NAMES = Object.keys(SIGNALS) as SignalName[];

/** Ages around which something changes, in seconds. */
const age = fc.oneof(
  fc
    .constantFrom(0, MINUTE, HOUR / 2, HOUR, 3 * HOUR, DAY, 3 * DAY, 14 * DAY, 30 * DAY)
    .chain((around) =>
      fc.integer({ min: -120, max: 120 }).map((more) => Math.max(0, around + more)),
    ),
  fc.integer({ min: 0, max: 40 * DAY }),
);
const past = age.map((seconds) => NOW - seconds);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });
const rarely = fc.integer({ min: 0, max: 9 }).map((number) => number === 0);

const policy = fc
  .record({
    ttl: fc.constantFrom("3d", "14d", "30d"),
    idleAfter: fc.constantFrom("30m", "3h", "1d"),
    onIdle: fc.constantFrom("sleep" as const, "keep" as const),
    destroyAfterIdle: fc.constantFrom("1d", "3d", "14d"),
    protect: rarely,
    warnAhead: fc.subarray(["2d", "2h", "30m"]),
    workingHours: maybe(
      fc.record({
        wakeAt: fc.constantFrom("07:00", "11:59"),
        sleepAt: fc.constantFrom("12:00", "12:10", "20:00"),
        days: fc.constantFrom(["mon"] as const, ["tue"] as const),
        timeZone: fc.constant("UTC"),
      }),
    ),
  })
  .map((settings) => policyOf({ ...settings, maxTtl: "30d" }));

const situation: fc.Arbitrary<Situation> = fc.record({
  stack: fc.constant("alice-dev"),
  clusterIds: fc.constant(["c1"]),
  hasResources: rarely.map((not) => !not),
  createdAt: fc.option(past, { nil: undefined, freq: 15 }),
  expiresAt: maybe(fc.integer({ min: -DAY, max: 60 * DAY }).map((later) => NOW + later)),
  lastUpdateAt: maybe(past),
  protected: rarely,
  lockedBy: rarely.map((held) => (held ? ["bob"] : [])),
  fault: rarely.map((bad) => (bad ? "no JSON" : undefined)),
  asleepSince: maybe(past),
  wokenAt: maybe(past),
  keptUntil: fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: age.map((seconds) => NOW - DAY + seconds) },
  ),
  usdPerMonth: fc.constant(72),
  orphaned: fc.option(
    past.map((since) => ({ cause: "pullRequestClosed" as const, since, why: "" })),
    {
      nil: undefined,
      freq: 2,
    },
  ),
});

const signal = (name: SignalName) => {
  const source = "a test";
  const read = fc
    .record({ at: maybe(past), from: maybe(past) })
    .map((seen): Signal => ({ signal: name, source, detail: "", state: "read", ...seen }));
  return fc.oneof(
    { weight: 20, arbitrary: read },
    { weight: 10, arbitrary: fc.constant(absent(name, source, "none")) },
    { weight: 1, arbitrary: fc.constant(failed(name, source, "503")) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
};
const evidence = fc
  .tuple(...NAMES.map(signal))
  .map((signals) => signals.filter((one) => one !== undefined));

/** Warnings about everything that could be due, more or less at the right time. */
const warnings = fc.array(
  fc.record({
    subject: fc.constant("alice-dev"),
    action: fc.constantFrom("destroy" as const, "sleep" as const),
    cause: fc.constantFrom(
      "ttl" as const,
      "maxTtl" as const,
      "idle" as const,
      "workingHours" as const,
      "pullRequestClosed" as const,
    ),
    dueAt: fc.oneof(past, fc.constant(NOW), fc.constant(NOW + DAY)),
    step: fc.constantFrom(2 * DAY, 2 * HOUR, HOUR / 2),
    deliveredAt: past,
  }),
  { maxLength: 12 },
);
const announcements: fc.Arbitrary<Announcements> = fc.oneof(
  fc.constant(silent),
  warnings.map((delivered) => announced(...delivered)),
);

interface Case {
  readonly its: Situation;
  readonly policy: ReturnType<typeof policyOf>;
  readonly evidence: readonly Signal[];
  readonly announcements: Announcements;
}
const world: fc.Arbitrary<Case> = fc.record({ its: situation, policy, evidence, announcements });

function decide({ its, policy: by, evidence: seen, announcements: told }: Case) {
  const verdict = verdictOf(its, by, seen, NOW);
  const [entry] = planOf([verdict], [], told, RULES, NOW).entries;
  return { verdict, entry, takesDown: entry?.action === "destroy" || entry?.action === "sleep" };
}

/** Checks a rule in many worlds, and that enough of them were put to the test by it. */
function holds(isTested: (tested: Case) => boolean, rule: (tested: Case) => void): void {
  let tests = 0;
  fc.assert(
    fc.property(world.filter(isTested), (tested) => {
      tests++;
      rule(tested);
    }),
    { numRuns: 1_000, seed: 5 },
  );
  expect(tests).toBeGreaterThanOrEqual(1_000);
}

describe("in any situation", () => {
  it("a protected stack is not changed", () => {
    holds(
      ({ its, policy: by }) => its.protected || by.protect,
      (tested) =>
        expect(decide(tested)).toMatchObject({ takesDown: false, entry: { action: "skip" } }),
    );
  });

  it("a locked, recently updated or unreadable stack is not changed", () => {
    holds(
      ({ its }) =>
        its.lockedBy.length > 0 ||
        its.fault !== undefined ||
        NOW - (its.lastUpdateAt ?? -Infinity) < RECENT_UPDATE_SECONDS,
      (tested) => {
        const { verdict, entry } = decide(tested);
        expect(verdict.dues).toEqual([]);
        expect([undefined, "skip"]).toContain(entry?.action);
      },
    );
  });

  it("no environment sleeps or is destroyed as idle unless every signal was read or is absent", () => {
    holds(
      ({ its, evidence: seen }) => {
        const asleep = its.asleepSince !== undefined || !its.hasResources;
        const names = asleep ? NAMES.slice(0, 3) : NAMES;
        return names.some((name) =>
          seen.every((one) => one.signal !== name || one.state === "failed"),
        );
      },
      (tested) => {
        const { entry } = decide(tested);
        expect(
          ["idle", "workingHours"].includes(entry?.due?.cause ?? "") &&
            entry?.due?.action !== "wake",
        ).toBe(false);
      },
    );
  });

  it("no environment sleeps or is destroyed as idle while it is kept for failed tests", () => {
    holds(
      ({ its: { keptUntil = NOW } }) => keptUntil > NOW,
      (tested) => {
        const { entry, takesDown } = decide(tested);
        expect(takesDown && ["idle", "workingHours"].includes(entry?.due?.cause ?? "")).toBe(false);
      },
    );
  });

  it("no environment sleeps or is destroyed as idle that was, or may have been, used recently", () => {
    holds(
      () => true,
      (tested) => {
        const { entry, takesDown } = decide(tested);
        if (!takesDown || (entry?.due?.cause !== "idle" && entry?.due?.cause !== "workingHours")) {
          return;
        }
        const { idleAfterSeconds, destroyAfterIdleSeconds } = tested.policy;
        const patience =
          entry.action === "destroy"
            ? destroyAfterIdleSeconds
            : entry.due.cause === "idle"
              ? idleAfterSeconds
              : Math.min(idleAfterSeconds, HOUR);
        const { wokenAt = -Infinity, asleepSince = -Infinity } = tested.its;
        const proved = tested.evidence.flatMap((one) =>
          one.state === "read" ? (one.at ?? []) : [],
        );
        const byPeople = proved.filter((at) => at > Math.max(wokenAt + HOUR / 2, asleepSince));
        expect(byPeople.filter((at) => NOW - at < patience)).toEqual([]);
        const newest = Math.max(tested.its.createdAt ?? 0, ...proved);
        const unseen = tested.evidence.filter(
          (one) =>
            one.state === "read" &&
            one.from !== undefined &&
            one.from > Math.max(newest, NOW - patience),
        );
        const blind = unseen.filter(
          ({ signal: name }) => tested.its.asleepSince === undefined || NAMES.indexOf(name) < 3,
        );
        expect(blind).toEqual([]);
      },
    );
  });

  it("no environment exceeds maxTtl or expires early", () => {
    holds(
      ({ its, policy: by }) =>
        !its.protected &&
        !by.protect &&
        its.lockedBy.length === 0 &&
        its.fault === undefined &&
        its.orphaned === undefined &&
        NOW - (its.lastUpdateAt ?? -Infinity) >= RECENT_UPDATE_SECONDS &&
        its.createdAt !== undefined,
      (tested) => {
        const { its, policy: by } = tested;
        const { verdict } = decide(tested);
        const old = NOW - (its.createdAt ?? NOW);
        const expired = NOW >= (its.expiresAt ?? (its.createdAt ?? NOW) + by.ttlSeconds);
        expect(verdict.kind === "expired").toBe(old >= by.maxTtlSeconds || expired);
        expect(expiryOf(its, by)?.at).toBeLessThanOrEqual((its.createdAt ?? 0) + by.maxTtlSeconds);
      },
    );
  });

  it("no environment is destroyed without a timely last warning, unless warnings are off", () => {
    holds(
      ({ announcements: told, policy: by }) =>
        told.channel === "on" && by.warnAheadSeconds.length > 0,
      (tested) => {
        const { entry, takesDown } = decide(tested);
        if (!takesDown) {
          return;
        }
        const last = tested.policy.warnAheadSeconds.at(-1) ?? 0;
        const heard = (tested.announcements.delivered.get("alice-dev") ?? []).filter(
          (warning: Delivered) =>
            warning.step === last &&
            warning.action === entry?.action &&
            warning.cause === entry?.due?.cause &&
            warning.deliveredAt + last <= NOW &&
            (entry?.due?.at ?? Infinity) <= warning.dueAt + 15 * MINUTE,
        );
        expect(heard).not.toEqual([]);
      },
    );
  });

  it("nothing is done before it is due", () => {
    holds(
      () => true,
      (tested) => {
        const { entry } = decide(tested);
        const isDone = entry !== undefined && entry.action !== "skip" && entry.action !== "warn";
        expect(isDone ? entry.due?.at : NOW).toBeLessThanOrEqual(NOW);
      },
    );
  });

  it("the generated situations cover every case", () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(world, (one) => {
        const { verdict, entry } = decide(one);
        for (const what of [
          verdict.kind,
          `${entry?.action ?? "none"} ${entry?.due?.cause ?? ""}`,
        ]) {
          seen.set(what, (seen.get(what) ?? 0) + 1);
        }
      }),
      { numRuns: 8_000, seed: 5 },
    );
    for (const what of [
      "active",
      "idle",
      "expiring",
      "expired",
      "orphaned",
      "protected",
      "unknown",
      "destroy ttl",
      "destroy maxTtl",
      "destroy idle",
      "destroy pullRequestClosed",
      "sleep idle",
      "sleep workingHours",
      "wake workingHours",
      "warn idle",
      "warn ttl",
    ]) {
      expect([what, (seen.get(what) ?? 0) >= 10]).toEqual([what, true]);
    }
  });
});
