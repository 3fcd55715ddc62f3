import * as fc from "fast-check";
import type { Plan, PlanEntry } from "../../../../cli/reap/policy/plan";
import { hashOf, requireSamePlan } from "../../../../cli/reap/policy/plan-hash";
import type { Due } from "../../../../cli/reap/policy/situation";
import { UserError } from "../../../../core/errors";
import { HOUR, NOW } from "./fixtures";

const DUE: Due = { action: "destroy", cause: "ttl", at: NOW, needsEvidence: false, why: "expires" };
const ENTRY: PlanEntry = {
  subject: "alice-dev",
  kind: "stack",
  ids: ["c1"],
  action: "destroy",
  due: DUE,
  why: "expires",
  usdPerMonth: 72,
};

const plan = (...entries: PlanEntry[]): Plan => ({
  entries,
  savesUsdPerMonth: 0,
  cap: { most: 3, destroys: 0, exceeded: false },
});

describe("hashOf", () => {
  it("is short, and depends only on the actions, not on time, price or reasons", () => {
    const later = { ...ENTRY, due: { ...DUE, at: NOW + HOUR, why: "?" }, why: "?", usdPerMonth: 1 };
    expect(hashOf(plan(ENTRY))).toMatch(/^[0-9a-f]{12}$/);
    expect(hashOf(plan(later))).toBe(hashOf(plan(ENTRY)));
  });

  it("is independent of the order and of skipped entries", () => {
    const entries = ["a", "b", "c", "d"].map((subject) => ({ ...ENTRY, subject }));
    const skipped = { ...ENTRY, subject: "e", action: "skip" } as const;
    fc.assert(
      fc.property(fc.shuffledSubarray(entries, { minLength: 4 }), (shuffled) => {
        expect(hashOf(plan(...shuffled, skipped))).toBe(hashOf(plan(...entries)));
      }),
    );
  });

  it.each<[string, Partial<PlanEntry>]>([
    ["another environment", { subject: "bob-dev" }],
    ["another cluster of the same name", { ids: ["c2"] }],
    ["another action", { action: "sleep" }],
    ["another rule", { due: { ...DUE, cause: "idle" } }],
  ])("differs for %s", (_, differences) => {
    expect(hashOf(plan({ ...ENTRY, ...differences }))).not.toBe(hashOf(plan(ENTRY)));
    expect(hashOf(plan())).not.toBe(hashOf(plan(ENTRY)));
  });

  it("differs for another step of the same warning", () => {
    const warn = (step: number): PlanEntry => ({
      ...ENTRY,
      action: "warn",
      warning: { step, deadline: NOW },
    });
    expect(hashOf(plan(warn(60)))).not.toBe(hashOf(plan(warn(120))));
    expect(hashOf(plan({ ...warn(60), warning: { step: 60, deadline: NOW + 1 } }))).toBe(
      hashOf(plan(warn(60))),
    );
  });

  it("differs for names with the same concatenation", () => {
    const named = (...subjects: string[]) =>
      hashOf(plan(...subjects.map((subject) => ({ ...ENTRY, subject }))));
    expect(named('a","b')).not.toBe(named("a", "b"));
    expect(named("a\nb")).not.toBe(named("a", "b"));
  });
});

describe("requireSamePlan", () => {
  it("accepts the plan that was shown", () => {
    expect(() => requireSamePlan(plan(ENTRY), hashOf(plan(ENTRY)))).not.toThrow();
  });

  it("fails when the plan has changed", () => {
    expect(() => requireSamePlan(plan(), hashOf(plan(ENTRY)))).toThrow(UserError);
    expect(() => requireSamePlan(plan(ENTRY), "")).toThrow(UserError);
  });
});
