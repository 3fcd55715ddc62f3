import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { isCi, isOwnerDead, LockNote } from "../../../cli/stacks/lock-notes";
import type { Lock } from "../../../cli/stacks/record";
import { Idler, lockOfDeadProcess, noteFile, noteTaken, noteWritten } from "./support/dead-owner";

let home: string;
let env: NodeJS.ProcessEnv;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "notes-"));
  env = { XDG_STATE_HOME: home };
});
afterEach(async () => {
  await Idler.endAll();
  rmSync(home, { recursive: true });
});

/** Changes what a lock's note says of its owner. */
function rewrite({ id }: Lock, changes: object): void {
  const file = noteFile(env, id);
  const note = JSON.parse(readFileSync(file, "utf8")) as object;
  writeFileSync(file, JSON.stringify({ ...note, ...changes }));
}

describe("the owner of a lock", () => {
  it("is dead when this machine noted its process and the process has ended", async () => {
    expect(isOwnerDead(env, await lockOfDeadProcess(env))).toBe(true);
  });

  it("is alive as long as the noted process runs", async () => {
    const idler = await Idler.start();
    await noteTaken(env, idler.pid, idler.lock());
    expect(isOwnerDead(env, idler.lock())).toBe(false);
    await idler.end();
    expect(isOwnerDead(env, idler.lock())).toBe(true);
  });

  it("is dead when its process id belongs to a process that started later", async () => {
    const idler = await Idler.start();
    await noteTaken(env, idler.pid, idler.lock());
    rewrite(idler.lock(), { startedAt: "1" });
    expect(isOwnerDead(env, idler.lock())).toBe(true);
    await idler.end();
  });

  // All of these have this machine's host name and a number that no process here has.
  it.each<[string, (lock: Lock) => Lock | undefined]>([
    ["a hosted runner with the same host name", (lock) => ({ ...lock, id: "another" })],
    [
      "another container on this machine, with the same home folder",
      (lock) => void rewrite(lock, { pidNamespace: "pid:[1]" }),
    ],
    [
      "a clone of this machine, or this machine before a restart",
      (lock) => void rewrite(lock, { boot: "3c0e1b7c-0000-4000-8000-000000000000" }),
    ],
    ["a note that was cut off", ({ id }) => void writeFileSync(noteFile(env, id), '{"boot":"')],
    ["no note", ({ id }) => void rmSync(noteFile(env, id))],
  ])("is not known to be dead: %s", async (_, change) => {
    const lock = await lockOfDeadProcess(env);
    expect(isOwnerDead(env, change(lock) ?? lock)).toBe(false);
  });

  it.each(["true", "1", "woodpecker"])("is never known to be dead under CI=%s", async (CI) => {
    const lock = await lockOfDeadProcess(env);
    expect(isOwnerDead({ ...env, CI }, lock)).toBe(false);
    expect(isCi({ CI })).toBe(true);
  });

  it.each(["", "0", "false"])(
    "can be known to be dead under CI=%j, which is not a CI",
    async (CI) => {
      expect(isOwnerDead({ ...env, CI }, await lockOfDeadProcess(env))).toBe(true);
    },
  );
});

describe("a note", () => {
  it("is removed when its process has released the lock", async () => {
    const idler = await Idler.start();
    const note = await noteTaken(env, idler.pid, idler.lock());
    await note.remove();
    expect(existsSync(noteFile(env, idler.lock().id))).toBe(false);
    await idler.end();
  });

  it("is only about the process's own lock", async () => {
    const idler = await Idler.start();
    const others = [
      idler.lock({ id: "other-host", host: `not-${hostname()}` }),
      idler.lock({ id: "other-pid", pid: idler.pid + 1 }),
    ];
    const note = new LockNote(env, () => Promise.resolve([...others, idler.lock()]));
    note.started(idler.pid);
    note.taken();
    await turn();
    expect(existsSync(noteFile(env, idler.lock().id))).toBe(true);
    for (const { id } of others) {
      expect(existsSync(noteFile(env, id))).toBe(false);
    }
    await idler.end();
  });

  it("is written as soon as the lock exists, before the process prints anything", async () => {
    const idler = await Idler.start();
    const locks: Lock[] = [];
    const note = new LockNote(env, () => Promise.resolve([...locks]));
    note.started(idler.pid);
    await turn();
    locks.push(idler.lock());
    await noteWritten(env, idler.lock());
    await idler.end();
    expect(isOwnerDead(env, idler.lock())).toBe(true);
    await note.remove();
  });

  it("keeps the process alive while it waits for the lock, or a command would end with exit code 0", async () => {
    const timers = () =>
      process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
    const before = timers();
    const note = new LockNote(env, () => Promise.resolve([]));
    note.started(process.pid);
    await turn();
    expect(timers()).toBeGreaterThan(before);
    await note.remove();
  });

  it("does not fail the command when it cannot be written", async () => {
    writeFileSync(join(home, "file"), "");
    const nowhere = { XDG_STATE_HOME: join(home, "file") };
    const note = new LockNote(nowhere, () => Promise.reject(new Error("no bucket")));
    note.started(process.pid);
    note.taken();
    await expect(note.remove()).resolves.toBeUndefined();
  });
});
