import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DownData } from "../../../cli/environments/down.data";
import type { UpData } from "../../../cli/environments/up.data";
import type { SleepData } from "../../../cli/sleep/sleep.data";
import { EMPTY } from "../support/account";
import { MINUTES } from "../support/commands";
import { World } from "../support/world";
import {
  type Content,
  contentsOf,
  snapshotNames,
  volumeNames,
  writtenContents,
} from "./support/contents";
import { CLAIMS, writeDatabaseTree } from "./support/database-tree";

// Claim: after whichever change to the account, the cluster or the record a sleep or a wake is killed, the same once more ends it,
// and every claim has what it had. `make kills` tries all of them, in both placements and with both behaviours of DigitalOcean;
// `make test` some, on a shared cluster, where each takes seconds.

const HOST = "team-shared";
const { KILLS: chosen } = process.env;
const isWhole = chosen !== undefined;
/** Of a sleep and of a wake. */
const SOME = [
  [4, 3],
  [9, 18],
] as const;
/** More than there are: the loop ends by itself. */
const MOST = 99;

let world: World;
let overlay: string;
beforeAll(async () => {
  world = await World.start();
  overlay = writeDatabaseTree(join(world.folder, "database"));
  const pool = ["--set", "minNodes=2", "--set", "maxNodes=2"];
  await world.doksEnvJson<UpData>("up", HOST, "--yes", ...pool);
}, 4 * MINUTES);
afterAll(async () => {
  await world.doksEnvWell("unprotect", HOST);
  await world.doksEnvJson<DownData>("down", HOST, "--yes");
  expect(await world.api.holdings()).toEqual(EMPTY);
  await world.close();
}, 4 * MINUTES);

/** @returns whether it was killed; otherwise it made no so many changes, and has come to its end */
async function killed(command: "sleep" | "wake", stack: string, after: number): Promise<boolean> {
  const counter = join(world.folder, "changes");
  writeFileSync(counter, "");
  const preload = `--require ${join(__dirname, "support/at-change.js")}`;
  const { exitCode, output } = await world.doksEnv([command, stack, "--yes"], {
    env: {
      ...world.env,
      NODE_OPTIONS: `${world.env.NODE_OPTIONS ?? ""} ${preload}`,
      E2E_AT_CHANGE: JSON.stringify({ after, counter }),
    },
  });
  const changes = readFileSync(counter, "utf8").length;
  const isKilled = exitCode === null;
  if (isKilled !== changes >= after || !(isKilled || exitCode === 0)) {
    throw new Error(`${command} made ${changes} changes, and ended with ${exitCode}:\n${output}`);
  }
  return isKilled;
}

/** An engine that was killed as it started has left a lock of which nobody knows whose it is. */
const again = (command: string, stack: string) => [command, stack, "--yes", "--break-lock"];

async function finishSleep(stack: string): Promise<void> {
  const { left, kept } = await world.doksEnvJson<SleepData>(...again("sleep", stack));
  expect({ left, claims: kept.map(({ claim }) => claim).sort() }).toEqual({
    left: [],
    claims: CLAIMS,
  });
}

/** A wake that was killed after its last change has come to its end. */
async function finishWake(stack: string): Promise<void> {
  const { exitCode, output } = await world.doksEnv(again("wake", stack));
  if (exitCode !== 0 && !output.includes(`"${stack}" is not asleep: it is up`)) {
    throw new Error(output);
  }
}

async function sleepAndWake(
  stack: string,
  before: Record<string, Content | null>,
  [sleeps, wakes]: readonly [number, number],
): Promise<boolean> {
  const isAsleep = !(await killed("sleep", stack, sleeps));
  if (!isAsleep) {
    await finishSleep(stack);
  }
  const wasWoken = !(await killed("wake", stack, wakes));
  if (!wasWoken) {
    await finishWake(stack);
  }
  expect(await writtenContents(world, stack)).toEqual(before);
  expect(Object.values(before).every((content) => content?.clean)).toBe(true);
  expect(await snapshotNames(world)).toEqual([]);
  expect(await volumeNames(world)).toHaveLength(CLAIMS.length);
  return !(isAsleep && wasWoken);
}

const PLACES = [
  ["on a shared cluster", "bob-dev", true, ["placement=namespace", `hostStack=${HOST}`]],
  ["with a cluster that takes its volumes' snapshots along", "alice-dev", true, []],
  ["with a cluster that leaves them", "alice-dev", false, []],
] as const;

describe.each(PLACES.slice(0, isWhole ? PLACES.length : 1))(
  "%s",
  (place, stack, follow, settings) => {
    it(
      "a sleep and a wake that were killed are ended by the same once more, with the same contents",
      async () => {
        await world.api.request("POST", "/_emulator/volume-snapshots", { follow_volumes: follow });
        const placement = settings.flatMap((setting) => ["--set", setting]);
        await world.doksEnvJson<UpData>("up", stack, "--yes", "--overlay", overlay, ...placement);
        const before = await writtenContents(world, stack);
        const all = Array.from({ length: MOST }, (_, index) => [index + 1, index + 1] as const);
        for (const changes of isWhole ? all : SOME) {
          const wasKilled = await sleepAndWake(stack, before, changes);
          if (isWhole) {
            process.stderr.write(`${place}: killed after change ${changes[0]}: ${wasKilled}\n`);
          }
          if (!wasKilled) {
            break;
          }
        }
        expect(await contentsOf(world, stack)).toEqual(before);
        await world.doksEnvJson<DownData>("down", stack, "--yes");
        expect(await volumeNames(world)).toEqual([]);
      },
      isWhole ? 600 * MINUTES : 8 * MINUTES,
    );
  },
);
