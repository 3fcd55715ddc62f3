import type { Due } from "../../../../cli/reap/policy/situation";
import { type Delivered, noticeOf } from "../../../../cli/reap/policy/warnings";
import { announced, DAY, HOUR, MINUTE, NOW, silent } from "./fixtures";

const STEPS = [2 * DAY, 2 * HOUR, 30 * MINUTE];

const due = (at: number, differences: Partial<Due> = {}): Due => ({
  action: "destroy",
  cause: "ttl",
  at,
  needsEvidence: false,
  why: "",
  ...differences,
});

const told = (step: number, ago: number, differences: Partial<Delivered> = {}): Delivered => ({
  subject: "alice-dev",
  action: "destroy",
  cause: "ttl",
  dueAt: NOW,
  step,
  deliveredAt: NOW - ago,
  ...differences,
});

const notice = (what: Due, ...delivered: Delivered[]) =>
  noticeOf("alice-dev", what, STEPS, announced(...delivered), NOW);

describe("noticeOf", () => {
  it("waits until the first step is reached", () => {
    expect(notice(due(NOW + 2 * DAY + 1))).toMatchObject({ state: "wait", until: NOW + 1 });
  });

  it("warns at each step once", () => {
    expect(notice(due(NOW + 2 * DAY))).toEqual({
      state: "warn",
      step: 2 * DAY,
      deadline: NOW + 2 * DAY,
    });
    const first = told(2 * DAY, DAY, { dueAt: NOW + HOUR });
    expect(notice(due(NOW + 3 * HOUR), { ...first, dueAt: NOW + 3 * HOUR })).toMatchObject({
      state: "wait",
      until: NOW + HOUR,
    });
    expect(notice(due(NOW + HOUR), first)).toMatchObject({ state: "warn", step: 2 * HOUR });
  });

  it("gives only the shortest of the reached steps", () => {
    expect(notice(due(NOW + HOUR))).toMatchObject({ state: "warn", step: 2 * HOUR });
    expect(notice(due(NOW + MINUTE))).toMatchObject({ state: "warn", step: 30 * MINUTE });
  });

  it("makes nothing due without the last warning, even late", () => {
    const late = due(NOW - 5 * DAY);
    const before = { dueAt: late.at };
    const warn = { state: "warn", step: 30 * MINUTE, deadline: NOW + 30 * MINUTE };
    expect(notice(late)).toEqual(warn);
    expect(notice(late, told(2 * HOUR, 6 * DAY, before), told(2 * DAY, 7 * DAY, before))).toEqual(
      warn,
    );
  });

  it("waits for the last warning's time, even when it came late", () => {
    const last = (ago: number) => notice(due(NOW), told(30 * MINUTE, ago));
    expect(last(29 * MINUTE)).toMatchObject({ state: "wait", until: NOW + MINUTE });
    expect(last(30 * MINUTE)).toEqual({ state: "ready" });
    expect(notice(due(NOW + MINUTE), told(30 * MINUTE, HOUR, { dueAt: NOW + MINUTE })).state).toBe(
      "wait",
    );
  });

  it("discards a warning when the deadline has moved later, or the action differs", () => {
    const warning = told(30 * MINUTE, HOUR);
    expect(notice(due(NOW), warning).state).toBe("ready");
    expect(notice(due(NOW), { ...warning, dueAt: NOW - 16 * MINUTE }).state).toBe("warn");
    expect(notice(due(NOW), { ...warning, dueAt: NOW - 14 * MINUTE }).state).toBe("ready");
    expect(notice(due(NOW), { ...warning, cause: "idle" }).state).toBe("warn");
    expect(notice(due(NOW), { ...warning, action: "sleep" }).state).toBe("warn");
    expect(notice(due(NOW), { ...warning, subject: "bob-dev" }).state).toBe("warn");
  });

  it("announces sleep only with the last step, and never a wake", () => {
    const sleep = (at: number) => notice(due(at, { action: "sleep" }));
    expect(sleep(NOW + HOUR)).toMatchObject({ state: "wait", until: NOW + HOUR - 30 * MINUTE });
    expect(sleep(NOW + 20 * MINUTE)).toMatchObject({ state: "warn", step: 30 * MINUTE });
    expect(notice(due(NOW, { action: "wake" }))).toEqual({ state: "ready" });
  });

  it("needs none when the channel is off or there are no steps", () => {
    for (const [steps, announcements] of [
      [STEPS, silent],
      [[], announced()],
    ] as const) {
      expect(noticeOf("alice-dev", due(NOW), steps, announcements, NOW)).toEqual({
        state: "ready",
      });
      expect(noticeOf("alice-dev", due(NOW + 1), steps, announcements, NOW).state).toBe("wait");
    }
  });
});
