import { type Signal, type SignalName, seenAt } from "../../../../cli/reap/policy/evidence";
import type { Situation } from "../../../../cli/reap/policy/situation";
import type { Announcements, Delivered } from "../../../../cli/reap/policy/warnings";
import { bySubject } from "../../../../cli/reap/policy/warnings";
import { type Policy, type PolicySettings, policyOf } from "../../../../core/reaping-policy";

export const MINUTE = 60;
export const HOUR = 3_600;
export const DAY = 24 * HOUR;

/** A Monday, at noon. */
export const NOW = Date.UTC(2026, 10, 23, 12) / 1000;

/** What profile dev says. */
export const DEV: PolicySettings = {
  ttl: "14d",
  maxTtl: "30d",
  idleAfter: "3h",
  onIdle: "sleep",
  destroyAfterIdle: "14d",
  protect: false,
  warnAhead: ["2d", "2h", "30m"],
};

/** What profile ci says. */
export const CI: PolicySettings = {
  ...DEV,
  maxTtl: "14d",
  idleAfter: "3d",
  onIdle: "keep",
  destroyAfterIdle: "3d",
};

export const dev = (settings: Partial<PolicySettings> = {}): Policy =>
  policyOf({ ...DEV, ...settings });
export const ci = (settings: Partial<PolicySettings> = {}): Policy =>
  policyOf({ ...CI, ...settings });

export const ACCOUNT = { uuid: "team-1", name: "Acme" };

/** An environment that was created two days ago, and updated a day ago. */
export function situation(differences: Partial<Situation> = {}): Situation {
  return {
    stack: "alice-dev",
    account: ACCOUNT.uuid,
    clusterIds: ["c1"],
    hasResources: true,
    createdAt: NOW - 2 * DAY,
    lastUpdateAt: NOW - DAY,
    protected: false,
    lockedBy: [],
    usdPerMonth: 72,
    ...differences,
  };
}

/** All six signals, each that long ago; those that are not named, a day. In seconds. */
export function usedAgo(ages: Partial<Record<SignalName, number>> = {}): Signal[] {
  const names: SignalName[] = ["update", "use", "push", "traffic", "processor", "rollout"];
  return names.map((name) => seenAt(name, "a test", NOW - (ages[name] ?? DAY)));
}

export const silent: Announcements = { channel: "off", delivered: new Map() };

export function announced(...delivered: Delivered[]): Announcements {
  return { channel: "on", delivered: bySubject(delivered) };
}
