import { spawnSync } from "node:child_process";
import { hostname } from "node:os";
import {
  describeLock,
  describeLocks,
  isHeld,
  isOwnerDead,
  lockedError,
  type Machine,
  thisMachine,
} from "../../../cli/stacks/locks";
import type { Lock } from "../../../cli/stacks/record";

const LOCK: Lock = {
  user: "alice",
  host: "laptop",
  pid: 4711,
  since: "2026-11-23T12:55:30.123456789+01:00",
  id: "1b2c",
};
const NOW = new Date("2026-11-23T12:00:00Z");

/** A machine on which one process runs. */
const machine = (command?: string, name = "laptop"): Machine => ({
  hostname: name,
  commandLine: (pid) => (pid === LOCK.pid ? command : undefined),
});

describe("the owner of a lock", () => {
  it("is dead when there is no such process on this machine any more", () => {
    expect(isOwnerDead(LOCK, machine())).toBe(true);
  });

  it("is dead when its number belongs to another program by now", () => {
    expect(isOwnerDead(LOCK, machine("/usr/bin/vim"))).toBe(true);
  });

  it("is dead when only its parent has not noticed yet: such a process has no command line", () => {
    expect(isOwnerDead(LOCK, machine(""))).toBe(true);
  });

  it("is not dead when that number is pulumi's", () => {
    expect(isOwnerDead(LOCK, machine("/opt/pulumi\0up\0--stack\0alice-dev"))).toBe(false);
  });

  it("is not known to be dead when it ran on another machine", () => {
    expect(isOwnerDead(LOCK, machine(undefined, "ci-runner-7"))).toBe(false);
  });

  it("is not known to be dead on a machine called localhost, as every container may be", () => {
    const lock = { ...LOCK, host: "localhost" };
    expect(isOwnerDead(lock, machine(undefined, "localhost"))).toBe(false);
  });
});

describe("this machine", () => {
  it("knows its name and the command line of a process", () => {
    expect(thisMachine().hostname).toBe(hostname());
    expect(thisMachine().commandLine(process.pid)).toContain("node");
  });

  it("knows that a process is gone", () => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    expect(thisMachine().commandLine(pid)).toBeUndefined();
  });

  it("takes a process for pulumi that it may not look into", () => {
    const kill = jest.spyOn(process, "kill").mockImplementation(() => {
      throw Object.assign(new Error("kill EPERM"), { code: "EPERM" });
    });
    // No process has this number, as if /proc hid it.
    expect(thisMachine().commandLine(2 ** 30)).toContain("pulumi");
    kill.mockRestore();
  });
});

describe("what is said of a lock", () => {
  it("is who holds it, since when", () => {
    expect(describeLock(LOCK, NOW)).toBe(
      "alice@laptop (pid 4711) since 2026-11-23 11:55 UTC, 4m30s ago",
    );
  });

  it("is not in the future where clocks differ", () => {
    expect(describeLock(LOCK, new Date("2026-11-23T11:00:00Z"))).toContain(", 0s ago");
  });

  it("is of all, or of nobody in particular where the backend does not tell", () => {
    expect(describeLocks([LOCK, { ...LOCK, pid: 8 }], NOW)).toMatch(/\(pid 4711\).*; .*\(pid 8\)/);
    expect(describeLocks([], NOW)).toBe("another update");
  });

  it("tells what to do about it", () => {
    expect(lockedError("alice-dev", [LOCK], NOW)).toMatchObject({
      message: `stack "alice-dev" is locked by ${describeLock(LOCK, NOW)}`,
      fix: "wait for it with --wait; if that process is certainly gone, give --break-lock",
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
