import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import timers from "node:timers/promises";
import { Engine } from "../../../cli/stacks/engine";
import { withLockGuard } from "../../../cli/stacks/lock-guard";
import type { StackRecord } from "../../../cli/stacks/record";
import { StackLockedError } from "../../../cli/stacks/update";
import { InterruptedError } from "../../../cli/terminal/errors";
import type { LockOptions } from "../../../cli/terminal/shared-options";
import { FOREIGN_LOCK, recordOf } from "../support/records";
import { Workplace } from "../support/workplace";
import { lockOfDeadProcess } from "./support/dead-owner";

const FREE = recordOf();
const HELD = recordOf({ updating: true, locks: [FOREIGN_LOCK] });
/** As Pulumi Cloud has it, which does not tell by whom. */
const HELD_BY_SOMEBODY = recordOf({ updating: true });
const BY = "alice@somewhere-else (pid 4711) since 2026-11-23 11:55 UTC, 4m30s ago";

let place: Workplace;
let pauses: jest.SpyInstance;
beforeEach(() => {
  place = new Workplace();
  pauses = jest.spyOn(timers, "setTimeout").mockResolvedValue(undefined);
});
afterEach(() => {
  pauses.mockRestore();
  place.remove();
});

/** Does something with a stack that is found in these states one after the other, the last of them again and again. */
function guarded(
  states: readonly (StackRecord | undefined)[],
  options: LockOptions = {},
  work: () => Promise<string> = () => Promise.resolve("done"),
): Promise<string> {
  const left = [...states];
  const read = () => Promise.resolve(left.length > 1 ? left.shift() : left[0]);
  const engine = new Engine(place.folder, place.env);
  return withLockGuard(place.context(), engine, "alice-dev", read, options, work);
}

/** Work that finds the stack locked as often as is said, and then does it. */
function lockedAtFirst(times: number) {
  let left = times;
  return jest.fn(() =>
    left-- > 0 ? Promise.reject(new StackLockedError("locked")) : Promise.resolve("done"),
  );
}

describe("a stack without a lock", () => {
  it.each([
    ["there is none", undefined],
    ["it is free", recordOf({ updating: false })],
    ["its backend tells nothing", FREE],
  ])("is used at once: %s", async (_, record) => {
    expect(await guarded([record])).toBe("done");
    expect(pauses).not.toHaveBeenCalled();
    expect(place.stderr()).toBe("");
  });

  it("fails with the error of the work", async () => {
    const work = () => Promise.reject(new Error("no nodes"));
    await expect(guarded([FREE], { wait: true }, work)).rejects.toThrow("no nodes");
  });
});

describe("a stack's half-written files", () => {
  const LOCK = ".pulumi/locks/organization/shop/alice-dev/78c60de2.json.18eced4a63aeeb9b.tmp";
  const ATTRIBUTES = ".pulumi/stacks/shop/alice-dev.json.attrs";
  const isThere = (key: string) => existsSync(join(place.backend.folder, key));
  beforeEach(() => {
    place.backend.write(LOCK, "");
    place.backend.write(ATTRIBUTES, "");
  });

  it("are removed when the stack is not locked: Pulumi could not continue", async () => {
    await guarded([FREE]);
    expect([LOCK, ATTRIBUTES].filter(isThere)).toEqual([]);
  });

  it("stay when a process has locked the stack meanwhile and may be writing them", async () => {
    await guarded([FREE, HELD]);
    expect([LOCK, ATTRIBUTES].filter(isThere)).toEqual([LOCK, ATTRIBUTES]);
  });
});

describe("a stack whose lock has an owner that may be alive", () => {
  it("is left alone, and the error names the owner and the time", async () => {
    const work = lockedAtFirst(0);
    await expect(guarded([HELD], {}, work)).rejects.toMatchObject({
      message: `stack "alice-dev" is locked by ${BY}`,
    });
    expect(work).not.toHaveBeenCalled();
    expect(place.pulumi.calls).toEqual([]);
  });

  it("is also left alone when the backend does not report the owner", async () => {
    await expect(guarded([HELD_BY_SOMEBODY])).rejects.toThrow(
      'stack "alice-dev" is locked by another update',
    );
  });

  it("is waited for with --wait, with one message", async () => {
    expect(await guarded([HELD, HELD, HELD, FREE], { wait: true })).toBe("done");
    expect(pauses).toHaveBeenCalledTimes(3);
    expect(place.stderr()).toBe(`waiting for ${BY}, which has locked stack "alice-dev"\n`);
    expect(place.pulumi.calls).toEqual([]);
  });

  it("ends the wait on Ctrl-C", async () => {
    pauses.mockRestore();
    place.abort.abort();
    const error: unknown = await guarded([HELD], { wait: true }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InterruptedError);
    expect(error).toMatchObject({
      message: 'interrupted while waiting for stack "alice-dev"; nothing was changed',
    });
  });

  it.each([
    ["by any holder", HELD],
    ["where the backend does not tell who", HELD_BY_SOMEBODY],
  ])("loses its lock with --break-lock, %s", async (_, record) => {
    expect(await guarded([record], { breakLock: true })).toBe("done");
    expect(place.pulumi.calls).toEqual([["cancel", "--yes", "--stack", "alice-dev"]]);
    expect(place.stderr()).toMatch(/^breaking the lock of .*: because of --break-lock\n$/);
  });
});

describe("a stack locked by a dead process of this machine", () => {
  it("loses the lock without --break-lock", async () => {
    const lock = await lockOfDeadProcess(place.env);
    expect(await guarded([recordOf({ updating: true, locks: [lock] })])).toBe("done");
    expect(place.pulumi.calls).toEqual([["cancel", "--yes", "--stack", "alice-dev"]]);
    expect(place.stderr()).toMatch(/^breaking the lock of alice@.*: that process has ended\n$/);
  });

  it("loses that process's half-written files, which Pulumi could not read", async () => {
    const folder = join(place.backend.folder, ".pulumi/stacks/shop");
    const whole = ["alice-dev.json", "alice-dev.json.bak", "alice-dev.json.bak.attrs"];
    for (const name of whole) {
      place.backend.write(`.pulumi/stacks/shop/${name}`, "{}");
    }
    for (const name of ["alice-dev.json.attrs", "bob-dev.json.attrs"]) {
      place.backend.write(`.pulumi/stacks/shop/${name}`, "");
    }
    place.backend.write(".pulumi/stacks/shop/alice-dev.json.18ecdb2d6bf692f4.tmp", "{");
    const lock = await lockOfDeadProcess(place.env);
    await guarded([recordOf({ updating: true, locks: [lock] })]);
    expect(readdirSync(folder).sort()).toEqual([...whole, "bob-dev.json.attrs"]);
  });

  it("is left alone when another lock has an owner that may be alive", async () => {
    const locks = [await lockOfDeadProcess(place.env), FOREIGN_LOCK];
    await expect(guarded([recordOf({ updating: true, locks })])).rejects.toThrow("is locked by");
    expect(place.pulumi.calls).toEqual([]);
  });
});

describe("under CI, where machines are copies of each other", () => {
  it("a lock is broken only with --break-lock", async () => {
    const lock = await lockOfDeadProcess(place.env);
    place.env = { ...place.env, CI: "true" };
    const held = recordOf({ updating: true, locks: [lock] });
    await expect(guarded([held])).rejects.toThrow("is locked by");
    expect(place.pulumi.calls).toEqual([]);
    expect(await guarded([held], { breakLock: true })).toBe("done");
  });
});

describe("a lock that appears between the check and the work", () => {
  it("is reported as if the check had found it", async () => {
    await expect(guarded([FREE, HELD], {}, lockedAtFirst(1))).rejects.toMatchObject({
      message: `stack "alice-dev" is locked by ${BY}`,
      fix: expect.stringContaining("--wait") as string,
    });
  });

  it("is also reported when it is gone again", async () => {
    await expect(guarded([FREE], {}, lockedAtFirst(1))).rejects.toThrow(
      'stack "alice-dev" is locked by another update',
    );
  });

  it("is waited for with --wait before the work is done", async () => {
    const work = lockedAtFirst(1);
    expect(await guarded([FREE, HELD, FREE], { wait: true }, work)).toBe("done");
    expect(work).toHaveBeenCalledTimes(2);
    expect(place.stderr()).toContain(`waiting for ${BY}`);
  });

  it("causes repeated attempts with pauses when the backend does not show it", async () => {
    const work = lockedAtFirst(3);
    expect(await guarded([FREE], { wait: true }, work)).toBe("done");
    expect(work).toHaveBeenCalledTimes(4);
    expect(pauses).toHaveBeenCalledTimes(3);
  });
});
