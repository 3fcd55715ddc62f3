import { existsSync, statSync, utimesSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { withLock } from "../lock";
import { type Workbench, workbench } from "./workbench";

/** Short enough for a test, and stale never by a slow machine alone. */
const TIMES = { beat: 10, stale: 60_000 };

let bench: Workbench;
let file: string;
beforeEach(() => {
  bench = workbench();
  file = path.join(bench.context.places.cache, "tools.lock");
});
afterEach(() => bench.remove());

const ignore = () => undefined;

test("the second waits for the first and prints so once", async () => {
  const order: string[] = [];
  let release = ignore as () => void;
  let first: Promise<void> = Promise.resolve();
  // The second comes when the first has the lock: started together, either could be the first.
  await new Promise<void>((begun) => {
    first = withLock(
      file,
      ignore,
      async () => {
        order.push("first begins");
        begun();
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        order.push("first ends");
      },
      TIMES,
    );
  });
  const second = withLock(
    file,
    () => {
      order.push("second waits");
      release();
    },
    async () => order.push("second begins"),
    TIMES,
  );
  await Promise.all([first, second]);
  expect(order).toEqual(["first begins", "second waits", "first ends", "second begins"]);
});

test("a failure releases the lock", async () => {
  const fails = withLock(file, ignore, () => Promise.reject(new Error("no disk")), TIMES);
  await expect(fails).rejects.toThrow("no disk");
  expect(existsSync(file)).toBe(false);
});

test("takes over the lock of a dead process", async () => {
  bench.write(file, "");
  const longAgo = new Date(Date.now() - 2 * TIMES.stale);
  utimesSync(file, longAgo, longAgo);
  await expect(withLock(file, ignore, async () => "done", TIMES)).resolves.toBe("done");
});

test("long work renews its lock", async () => {
  const longAgo = new Date(Date.now() - 2 * TIMES.stale);
  const beats = async () => {
    utimesSync(file, longAgo, longAgo);
    while (statSync(file).mtimeMs <= longAgo.getTime()) {
      await sleep(TIMES.beat);
    }
    return true;
  };
  await expect(withLock(file, ignore, beats, TIMES)).resolves.toBe(true);
});
