import pc from "picocolors";
import type { EnvironmentStatus } from "../../../../cli/stacks/environment-status";

export const PLAIN = pc.createColors(false);
export const COLOURED = pc.createColors(true);
export const NOW = new Date("2026-11-23T12:00:00Z");

/** An environment that is up. */
export const UP: EnvironmentStatus = {
  stack: "alice-dev",
  owner: "alice",
  profile: "dev",
  state: "up",
  createdAt: "2026-11-20T08:00:00Z",
  lastUpdateAt: "2026-11-23T08:30:00Z",
  expiresAt: "2026-12-07T08:42:00Z",
  expired: false,
  protected: false,
  pricePerHourUsd: 0.1071,
  costSoFarUsd: 8.14,
  url: "http://127.94.210.38",
  namespace: "alice-dev",
  clusterId: "c-1",
  clusterName: "alice-dev",
  pullRequest: "7",
  commit: "1f2e3d4",
  lockedBy: [],
};

/** A stack and nothing else. */
export const EMPTY: EnvironmentStatus = {
  stack: "bob-dev",
  owner: "bob",
  profile: "dev",
  state: "empty",
  expired: false,
  protected: false,
  lockedBy: [],
};
