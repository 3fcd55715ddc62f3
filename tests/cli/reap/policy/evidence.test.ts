import {
  absent,
  failed,
  gapsIn,
  lastUpdate,
  lastUse,
  requiredSignals,
  type Signal,
  seenAt,
} from "../../../../cli/reap/policy/evidence";
import { DAY, HOUR, NOW, situation, usedAgo } from "./fixtures";

const ALL = ["update", "use", "push", "traffic", "processor", "rollout"] as const;

describe("lastUpdate", () => {
  it("is the time of the stack's last write", () => {
    expect(lastUpdate(situation())).toMatchObject({ state: "read", at: NOW - DAY });
    expect(lastUpdate(situation({ lastUpdateAt: undefined })).state).toBe("absent");
  });

  it("is none for the reaper's own sleep or wake", () => {
    const lastUpdateAt = NOW - HOUR;
    expect(lastUpdate(situation({ lastUpdateAt, asleepSince: lastUpdateAt })).state).toBe("absent");
    expect(lastUpdate(situation({ lastUpdateAt, wokenAt: lastUpdateAt })).state).toBe("absent");
    expect(lastUpdate(situation({ lastUpdateAt, wokenAt: lastUpdateAt - 1 })).state).toBe("read");
  });
});

describe("lastUse", () => {
  it("is the newest of all signals", () => {
    for (const name of ALL) {
      const use = lastUse(usedAgo({ [name]: HOUR }), situation());
      expect([use.at, use.signal?.signal]).toEqual([NOW - HOUR, name]);
    }
  });

  it("is the creation without another signal", () => {
    const evidence = [absent("push", "stack", "none"), failed("traffic", "lb", "503")];
    expect(lastUse(evidence, situation())).toEqual({ at: NOW - 2 * DAY });
  });

  it("may be as late as a scheduled sleep or wake, unless it was recorded", () => {
    const push = [seenAt("push", "pull request", NOW - DAY)];
    const slept = situation({ asleepSince: NOW - HOUR });
    expect(lastUse(push, slept).at).toBe(NOW - HOUR);
    expect(lastUse(push, situation({ wokenAt: NOW - HOUR })).at).toBe(NOW - HOUR);
    const written = seenAt("use", "tag lastUsed", NOW - 4 * HOUR);
    expect(lastUse([...push, written], slept).at).toBe(NOW - 4 * HOUR);
  });

  it("excludes the effects of a scheduled wake", () => {
    const wokenAt = NOW - 2 * HOUR;
    const at = (ago: number) =>
      lastUse(usedAgo({ traffic: ago, processor: ago, rollout: ago }), situation({ wokenAt })).at;
    expect(at(2 * HOUR - 1_500)).toBe(NOW - DAY);
    expect(at(HOUR)).toBe(NOW - HOUR);
    expect(lastUse(usedAgo({ use: 2 * HOUR - 60 }), situation({ wokenAt })).at).toBe(
      NOW - 2 * HOUR + 60,
    );
  });
});

describe("requiredSignals", () => {
  it("are all, or without a cluster only those that do not need one", () => {
    expect(requiredSignals(situation())).toEqual(ALL);
    const withoutCluster = ["update", "use", "push"];
    expect(requiredSignals(situation({ asleepSince: NOW }))).toEqual(withoutCluster);
    expect(requiredSignals(situation({ hasResources: false }))).toEqual(withoutCluster);
  });
});

describe("gapsIn", () => {
  it("finds none when all signals were read or cannot be", () => {
    expect(gapsIn(usedAgo(), ALL, NOW - DAY)).toEqual([]);
    const evidence = usedAgo().map(({ signal }) => absent(signal, "stack", "there is none"));
    expect(gapsIn(evidence, ALL, NOW - DAY)).toEqual([]);
  });

  it("names each that is missing, failed or incomplete", () => {
    const short: Signal = {
      ...seenAt("processor", "node a", undefined),
      state: "read",
      from: NOW - HOUR,
    };
    const evidence = [
      ...usedAgo().filter(({ signal }) => signal !== "processor" && signal !== "rollout"),
      failed("traffic", "load balancer b", "503"),
      short,
    ];
    expect(gapsIn(evidence, ALL, NOW - 2 * HOUR)).toEqual([
      "load balancer traffic (load balancer b) could not be read: 503",
      "processor load (node a) is known only since 2026-11-23 11:00 UTC",
      "rollouts was not read",
    ]);
    expect(gapsIn([short], ["processor"], NOW - HOUR)).toEqual([]);
  });
});
