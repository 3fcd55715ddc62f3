import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { DownData } from "../../../cli/environments/down.data";
import type { UpData } from "../../../cli/environments/up.data";
import type { ListData } from "../../../cli/overview/list.data";
import type { SleepData } from "../../../cli/sleep/sleep.data";
import { EMPTY } from "../support/account";
import { MINUTES } from "../support/commands";
import { lockHolder } from "../support/lock-holder";
import { signalGroup } from "../support/run";
import { until } from "../support/until";
import { World } from "../support/world";
import {
  type Content,
  contentsOf,
  snapshotNames,
  volumeNames,
  writtenContents,
} from "./support/contents";
import { CLAIMS, writeDatabaseTree } from "./support/database-tree";

// Claim: what is on the volumes of an environment survives its sleep, whatever ends one on the way, and nothing else stays.

const STACK = "alice-dev";

let world: World;
let overlay: string;
beforeAll(async () => {
  world = await World.start();
  overlay = writeDatabaseTree(join(world.folder, "database"));
}, MINUTES);
afterAll(() => world.close(), MINUTES);

/** Kills a command, and the engine that works for it, as soon as something is so. */
async function kill(args: readonly string[], what: string, when: () => Promise<boolean>) {
  const killed = world.startDoksEnv([...args]);
  await until(what, async () => (await when()) || undefined, 3 * MINUTES);
  killed.signal("SIGKILL");
  await killed.finished;
  // The engine is in a group of its own, and may only just have been started.
  const deadline = Date.now() + 20_000;
  for (let pulumi: number | undefined; pulumi === undefined && Date.now() < deadline; ) {
    pulumi = lockHolder(world.backend, STACK);
    if (pulumi === undefined) {
      await wait(250);
    } else {
      signalGroup(pulumi, "SIGKILL");
    }
  }
}

// An engine that was killed as it started has left a lock of which nobody knows whose it is.
const sleep = () => world.doksEnvJson<SleepData>("sleep", STACK, "--yes", "--break-lock");
const wake = () => world.doksEnvJson<UpData>("wake", STACK, "--yes", "--break-lock");

describe.each([
  ["takes snapshots of the cluster's volumes along", true],
  ["leaves snapshots of the cluster's volumes", false],
])("where DigitalOcean %s with the cluster", (_, follow) => {
  let before: Record<string, Content | null>;

  beforeAll(async () => {
    await world.api.request("POST", "/_emulator/volume-snapshots", { follow_volumes: follow });
  });

  it(
    "a sleep keeps every claim, also one that was killed when it had stopped the pods",
    async () => {
      const keepVolume = ["--set", "data.claims.files=volume"];
      await world.doksEnvJson<UpData>("up", STACK, "--yes", "--overlay", overlay, ...keepVolume);
      before = await writtenContents(world, STACK);
      await kill(
        ["sleep", STACK, "--yes"],
        "there is a snapshot",
        async () => (await snapshotNames(world)).length > 0,
      );
      const { kept, left } = await sleep();
      expect(kept.map(({ claim }) => claim).sort()).toEqual(CLAIMS);
      expect(kept.map(({ kind, usdPerMonth }) => [kind, usdPerMonth])).toEqual([
        ["snapshot", 0.01],
        ["snapshot", 0.01],
        ["volume", 0.1],
      ]);
      expect(left).toEqual([]);
      const names = kept.map(({ name }) => name);
      expect(await world.api.holdings()).toEqual({ ...EMPTY, volumes: names.slice(2) });
      expect(await snapshotNames(world)).toEqual(names.slice(0, 2).sort());
      const listed = await world.doksEnvJson<ListData>("list");
      expect(listed.environments).toMatchObject([{ stack: STACK, kept }]);
      expect(await world.doksEnvWell("show", STACK)).toContain("kept data, $0.12 a month");
    },
    6 * MINUTES,
  );

  it(
    "plain pulumi does not bring it up empty",
    async () => {
      const { exitCode, output } = await world.pulumi(["up", "--yes", "--stack", STACK]);
      expect(exitCode).not.toBe(0);
      expect(output).toContain("would come up empty");
      expect(output).toContain(`doks-env wake ${STACK}`);
      expect((await world.api.holdings()).clusters).toEqual([]);
    },
    2 * MINUTES,
  );

  it(
    "a wake gives every claim its content back, clean, also after one that was killed",
    async () => {
      await kill(
        ["wake", STACK, "--yes"],
        "there is a volume of a snapshot",
        async () => (await volumeNames(world)).length > 1,
      );
      await wake();
      const after = await contentsOf(world, STACK);
      expect(after).toEqual(before);
      expect(Object.values(after).every((content) => content?.clean)).toBe(true);
      expect(await snapshotNames(world)).toEqual([]);
      expect(await volumeNames(world)).toHaveLength(CLAIMS.length);
    },
    6 * MINUTES,
  );

  it(
    "the next update leaves the volumes as they are, and taking it down leaves nothing",
    async () => {
      await world.doksEnvJson<UpData>("up", STACK, "--yes");
      expect(await contentsOf(world, STACK)).toEqual(before);
      expect(await world.doksEnvJson<DownData>("down", STACK, "--yes")).toMatchObject({
        gone: true,
      });
      await world.expectNoTraceOf(STACK);
      expect(await snapshotNames(world)).toEqual([]);
    },
    4 * MINUTES,
  );
});

describe("a tree that has changed meanwhile", () => {
  it(
    "gets the data of a claim that has grown, and the snapshot of one that it has not stays until the end",
    async () => {
      const keepAll = ["--set", "data.claims.files=snapshot"];
      await world.doksEnvJson<UpData>("up", STACK, "--yes", "--overlay", overlay, ...keepAll);
      const before = await writtenContents(world, STACK);
      await sleep();
      writeDatabaseTree(overlay, { size: "3Gi", files: "documents" });

      const elsewhere = await world.doksEnvResult<{ message: string }>(
        ...["up", STACK, "--wake", "--yes", "--set", "region=nyc3"],
      );
      expect(elsewhere).toMatchObject({
        exitCode: 1,
        data: {
          message: expect.stringContaining("a volume can only be created in its snapshot's region"),
        },
      });
      expect(await world.api.holdings()).toEqual(EMPTY);

      await wake();
      const { documents, ...after } = await contentsOf(world, STACK);
      const { files, ...databases } = before;
      expect(after).toEqual(databases);
      expect(documents?.id).not.toBe(files?.id);
      const sizes = await world.kubectl(
        ...[STACK, "get", "pvc", "-n", STACK, "-o", "jsonpath={.items[*].status.capacity.storage}"],
      );
      expect(sizes).toBe("3Gi 3Gi 1Gi");
      expect(await snapshotNames(world)).toEqual([`${STACK}-files-1`]);
    },
    6 * MINUTES,
  );

  it(
    "is not moved to another region while it has data, and goes with its snapshot",
    async () => {
      const { exitCode, output } = await world.doksEnv([
        ...["up", STACK, "--yes", "--set", "region=nyc3"],
      ]);
      expect(exitCode).toBe(1);
      expect(output).toContain("would be lost");
      expect((await world.api.holdings()).clusters).toEqual([STACK]);
      expect(await world.doksEnvJson<DownData>("down", STACK, "--yes")).toMatchObject({
        deletedData: [{ claim: "files", name: `${STACK}-files-1`, usdPerMonth: 0.01 }],
      });
      expect(await snapshotNames(world)).toEqual([]);
      await world.expectNoTraceOf(STACK);
    },
    4 * MINUTES,
  );
});
