import { join } from "node:path";
import type { DownData } from "../../../cli/environments/down.data";
import type { UpData } from "../../../cli/environments/up.data";
import type { SleepData } from "../../../cli/sleep/sleep.data";
import { EMPTY } from "../support/account";
import { MINUTES } from "../support/commands";
import { World } from "../support/world";
import { snapshotNames, volumeNames, writtenContents } from "./support/contents";
import { writeDatabaseTree } from "./support/database-tree";

// Claim: on a shared cluster, too, data survives a sleep, and the cluster keeps nothing of who sleeps.

const HOST = "team-shared";
const TENANT = "bob-dev";

let world: World;
beforeAll(async () => {
  world = await World.start();
}, MINUTES);
afterAll(() => world.close(), MINUTES);

it(
  "an environment in a namespace gets its data back",
  async () => {
    const overlay = writeDatabaseTree(join(world.folder, "database"));
    const pool = ["--set", "minNodes=2", "--set", "maxNodes=2"];
    await world.doksEnvJson<UpData>("up", HOST, "--yes", ...pool);
    const place = ["--set", "placement=namespace", "--set", `hostStack=${HOST}`];
    await world.doksEnvJson<UpData>("up", TENANT, "--yes", "--overlay", overlay, ...place);
    const before = await writtenContents(world, TENANT);

    const { kept } = await world.doksEnvJson<SleepData>("sleep", TENANT, "--yes");
    expect(kept.map(({ claim }) => claim).sort()).toEqual(Object.keys(before));
    expect(await volumeNames(world)).toEqual([]);

    await world.doksEnvJson<UpData>("wake", TENANT, "--yes");
    expect(await writtenContents(world, TENANT)).toEqual(before);
    expect(await snapshotNames(world)).toEqual([]);

    await world.doksEnvJson<DownData>("down", TENANT, "--yes");
    expect(await volumeNames(world)).toEqual([]);
    await world.doksEnvWell("unprotect", HOST);
    await world.doksEnvJson<DownData>("down", HOST, "--yes");
    expect(await world.api.holdings()).toEqual(EMPTY);
  },
  12 * MINUTES,
);
