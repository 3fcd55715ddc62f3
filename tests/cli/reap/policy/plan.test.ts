import { type PlanRules, planOf } from "../../../../cli/reap/policy/plan";
import type { Due } from "../../../../cli/reap/policy/situation";
import type { Stray } from "../../../../cli/reap/policy/strays";
import type { Verdict } from "../../../../cli/reap/policy/verdict";
import type { Announcements } from "../../../../cli/reap/policy/warnings";
import { announced, DAY, dev, HOUR, MINUTE, NOW, silent, situation } from "./fixtures";

const RULES: PlanRules = {
  mostDestroys: 3,
  mostDestroysShare: 0.2,
  warnAheadSeconds: [2 * HOUR, 30 * MINUTE],
};

const due = (action: Due["action"], at: number, cause: Due["cause"] = "idle"): Due => ({
  action,
  cause,
  at,
  needsEvidence: false,
  why: `${action} by ${cause}`,
});

function verdict(stack: string, dues: readonly Due[], differences: Partial<Verdict> = {}): Verdict {
  const common = { stack, situation: situation({ stack }), policy: dev(), evidence: [] };
  return { ...common, kind: "idle", reasons: ["a reason"], dues, ...differences };
}

const stray = (differences: Partial<Stray> = {}): Stray => ({
  id: "x",
  name: "x",
  tags: [],
  createdAt: NOW - DAY,
  since: NOW - HOUR,
  usdPerMonth: 12,
  inUse: false,
  kind: "volume",
  key: "volume/x",
  stack: "alice-dev",
  cause: "clusterGone",
  certain: true,
  why: "its cluster is gone",
  ...differences,
});

const plan = (
  verdicts: readonly Verdict[],
  announcements: Announcements = silent,
  strays: readonly Stray[] = [],
  rules: Partial<PlanRules> = {},
) => planOf(verdicts, strays, announcements, { ...RULES, ...rules }, NOW);

const actions = (...args: Parameters<typeof plan>) =>
  plan(...args).entries.map(({ subject, action }) => [subject, action]);

describe("planOf", () => {
  it("contains due actions only", () => {
    const verdicts = [
      verdict("a-dev", [due("sleep", NOW)]),
      verdict("b-dev", [due("destroy", NOW)]),
      verdict("c-dev", [due("destroy", NOW + 1)]),
      verdict("d-dev", [due("wake", NOW - 1)]),
      verdict("e-dev", []),
    ];
    expect(actions(verdicts)).toEqual([
      ["b-dev", "destroy"],
      ["a-dev", "sleep"],
      ["d-dev", "wake"],
    ]);
  });

  it("skips protected and unknown environments with the reason", () => {
    const verdicts = (["protected", "unknown"] as const).map((kind) => verdict(kind, [], { kind }));
    expect(plan(verdicts).entries).toMatchObject([
      { subject: "protected", action: "skip", why: "a reason" },
      { subject: "unknown", action: "skip", why: "a reason" },
    ]);
  });

  it("warns before it acts, puts to sleep what is announced for destruction, and lists waits", () => {
    const end = due("destroy", NOW, "ttl");
    expect(plan([verdict("a-dev", [end])], announced()).entries).toMatchObject([
      { action: "warn", due: end, warning: { step: 30 * MINUTE, deadline: NOW + 30 * MINUTE } },
    ]);
    const warning = {
      subject: "a-dev",
      dueAt: NOW,
      step: 30 * MINUTE,
      deliveredAt: NOW - 10 * MINUTE,
    };
    const told = { ...warning, action: "destroy", cause: "ttl" } as const;
    expect(plan([verdict("a-dev", [end])], announced(told)).entries).toMatchObject([
      { action: "skip", why: expect.stringContaining("before 2026-11-23 12:20 UTC") },
    ]);
    const slept = { ...warning, action: "sleep", cause: "idle", deliveredAt: NOW - HOUR } as const;
    const both = [verdict("a-dev", [end, due("sleep", NOW)])];
    expect(actions(both, announced(told, slept))).toEqual([["a-dev", "sleep"]]);
  });

  it("does not wake an environment that will be destroyed", () => {
    const both = [due("destroy", NOW), due("wake", NOW)];
    expect(actions([verdict("a-dev", both)], announced())).toEqual([["a-dev", "warn"]]);
    expect(actions([verdict("a-dev", [due("destroy", NOW + HOUR), due("wake", NOW)])])).toEqual([
      ["a-dev", "wake"],
    ]);
  });

  it("destroys strays after warnings, and skips uncertain ones", () => {
    expect(actions([], silent, [stray()])).toEqual([["volume/x", "destroy"]]);
    expect(actions([], announced(), [stray()])).toEqual([["volume/x", "warn"]]);
    const uncertain = [stray({ certain: false })];
    expect(actions([], silent, uncertain)).toEqual([["volume/x", "skip"]]);
    expect(plan([], silent, uncertain).entries[0]?.why).toMatch(
      /if it is yours, remove it: doctl compute volume delete \S+$/,
    );
  });

  it("counts every deleted cluster once", () => {
    const two = situation({ stack: "a-dev", clusterIds: ["c1", "c2"] });
    const left = stray({ kind: "cluster", id: "c2", key: "cluster/c2" });
    const taken = plan([verdict("a-dev", [due("destroy", NOW)], { situation: two })], silent, [
      left,
    ]);
    expect(taken.entries.map(({ subject, ids }) => [subject, ids])).toEqual([
      ["a-dev", ["c1", "c2"]],
    ]);
    expect(taken.cap.destroys).toBe(2);
    const kept = plan([verdict("a-dev", [], { situation: two })], silent, [left]);
    expect(kept.entries.map(({ subject }) => subject)).toEqual(["cluster/c2"]);
    expect(kept.cap.destroys).toBe(1);
  });

  it("sums the savings of destructions and new sleeps", () => {
    const asleep = situation({ asleepSince: NOW - DAY });
    const { savesUsdPerMonth, entries } = plan(
      [
        verdict("a-dev", [due("destroy", NOW)]),
        verdict("b-dev", [due("sleep", NOW)]),
        verdict("c-dev", [due("destroy", NOW)], { situation: asleep }),
        verdict("d-dev", [], { kind: "protected" }),
      ],
      silent,
      [stray()],
    );
    expect(savesUsdPerMonth).toBe(72 + 72 + 12);
    expect(entries.map(({ usdPerMonth }) => usdPerMonth)).toEqual([72, 12, 0, 72, 72]);
  });

  it.each([
    [3, 3, false],
    [10, 4, true],
    [15, 3, false],
    [19, 4, true],
    [20, 4, false],
    [100, 20, false],
    [100, 21, true],
  ])("of %d stacks treats %d destructions as too many: %s", (stacks, destroys, exceeded) => {
    const verdicts = Array.from({ length: stacks }, (_, index) =>
      verdict(`s${index}-dev`, index < destroys ? [due("destroy", NOW)] : []),
    );
    expect(plan(verdicts).cap).toEqual({
      most: Math.max(3, Math.floor(stacks / 5)),
      destroys,
      exceeded,
    });
  });

  it("counts strays among the destructions", () => {
    const strays = ["a", "b", "c", "d"].map((id) => stray({ id, key: `volume/${id}` }));
    expect(plan([], silent, strays).cap).toEqual({ most: 3, destroys: 4, exceeded: true });
  });
});
