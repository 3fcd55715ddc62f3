import { describeLock, describeLocks, isHeld, lockedError } from "../../../cli/stacks/locks";
import type { Lock } from "../../../cli/stacks/record";

const LOCK: Lock = {
  user: "alice",
  host: "laptop",
  pid: 4711,
  since: "2026-11-23T12:55:30.123456789+01:00",
  id: "1b2c",
};
const NOW = new Date("2026-11-23T12:00:00Z");

describe("the description of a lock", () => {
  it("names the owner and the time", () => {
    expect(describeLock(LOCK, NOW)).toBe(
      "alice@laptop (pid 4711) since 2026-11-23 11:55 UTC, 4m30s ago",
    );
  });

  it("has no negative age when clocks differ", () => {
    expect(describeLock(LOCK, new Date("2026-11-23T11:00:00Z"))).toContain(", 0s ago");
  });

  it('names all owners, or "another update" when the backend does not report them', () => {
    expect(describeLocks([LOCK, { ...LOCK, pid: 8 }], NOW)).toMatch(/\(pid 4711\).*; .*\(pid 8\)/);
    expect(describeLocks([], NOW)).toBe("another update");
  });

  it("is followed by a fix", () => {
    const message = `stack "alice-dev" is locked by ${describeLock(LOCK, NOW)}`;
    expect(lockedError("alice-dev", [LOCK], NOW, true)).toMatchObject({
      message,
      fix: "wait with --wait; if that process certainly no longer runs, add --break-lock",
    });
    expect(lockedError("alice-dev", [LOCK], NOW, false)).toMatchObject({
      message,
      fix: "run this command again when that process has ended; if it certainly no longer runs: pulumi cancel --stack alice-dev",
    });
  });
});

describe("a stack", () => {
  it("is held when the backend says so, or when there are locks", () => {
    expect(isHeld({ updating: true, locks: [] })).toBe(true);
    expect(isHeld({ locks: [LOCK] })).toBe(true);
    expect(isHeld({ locks: [] })).toBe(false);
    expect(isHeld({ updating: false, locks: [] })).toBe(false);
  });
});
