import type { PlanEntry } from "../../../../cli/reap/policy/plan";
import type { Cause, Due, Situation } from "../../../../cli/reap/policy/situation";
import type { Verdict } from "../../../../cli/reap/policy/verdict";
import { warningOf } from "../../../../cli/reap/policy/warning-text";
import { DAY, dev, HOUR, MINUTE, NOW, situation } from "./fixtures";

function warning(action: Due["action"], cause: Cause, changes: Partial<Situation> = {}) {
  const due: Due = { action, cause, at: NOW + HOUR, needsEvidence: false, why: "a reason" };
  const entry: PlanEntry = {
    subject: "alice-dev",
    kind: "stack",
    ids: [],
    action: "warn",
    due,
    warning: { step: HOUR, deadline: NOW + HOUR },
    why: due.why,
    usdPerMonth: 72,
  };
  const verdict: Verdict = {
    stack: "alice-dev",
    kind: "expiring",
    reasons: [],
    dues: [due],
    situation: situation(changes),
    policy: dev(),
    evidence: [],
  };
  return warningOf(entry, { verdict, pullRequest: 7 }, NOW);
}

describe("a warning", () => {
  it("contains action, time, reason and price", () => {
    expect(warning("destroy", "ttl")).toMatchObject({
      subject: "alice-dev",
      pullRequest: 7,
      text: "alice-dev will be destroyed at 2026-11-23 13:00 UTC, in 1h: a reason. It costs $72 a month.",
    });
    expect(warning("sleep", "idle").text).toMatch(/^alice-dev will be put to sleep at/);
  });

  it.each<[string, Due["action"], Cause, Partial<Situation>, string]>([
    ["an extension of a day", "destroy", "ttl", {}, "extend alice-dev 1d"],
    [
      "as long an extension as the hard cap allows, less a minute to paste it",
      "destroy",
      "ttl",
      { createdAt: NOW - 30 * DAY + 5 * HOUR, expiresAt: NOW + HOUR },
      "extend alice-dev 3h59m",
    ],
    [
      "protection where the cap allows none",
      "destroy",
      "ttl",
      { createdAt: NOW - 30 * DAY + HOUR, expiresAt: NOW + HOUR - MINUTE },
      "protect alice-dev",
    ],
    ["an extension, which is a use, too", "destroy", "idle", {}, "extend alice-dev 1d"],
    ["a use, before it sleeps for being idle", "sleep", "idle", {}, "touch alice-dev"],
    ["a use, before it sleeps by the clock", "sleep", "workingHours", {}, "touch alice-dev"],
    ["protection from the hard cap", "destroy", "maxTtl", {}, "protect alice-dev"],
    ["protection for an orphan", "destroy", "pullRequestClosed", {}, "protect alice-dev"],
    ["protection without a cluster", "destroy", "clusterGone", {}, "protect alice-dev"],
  ])("contains the command that prevents the action: %s", (_, action, cause, changes, command) => {
    expect(warning(action, cause, changes).keep).toBe(`doks-env ${command}`);
  });
});
