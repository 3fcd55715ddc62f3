import { DigitalOcean } from "../../../cli/account/digitalocean";
import { keptToSeed } from "../../../cli/data/kept-to-seed";
import { planRestoreOf } from "../../../cli/data/restore-data";
import type { Context } from "../../../cli/terminal/context";
import { keepsTag, keptClaimsIn, keptTags } from "../../../core/data/kept-claim";
import { seedsIn, seedTags } from "../../../core/data/seed";
import { TestEmulator } from "../../../packages/emulator/tests/api/support/test-emulator";
import { recordOf } from "../support/records";

const CONTEXT = {
  project: { name: "shop" },
  signal: new AbortController().signal,
} as unknown as Context;
const RECORD = recordOf({ tags: { data: "d-1" } });
const PLACE = { project: "shop", stack: "alice-dev", dataId: "d-1" };
const VOLUME = {
  ...{ storageClass: "do-block-storage", fsType: "ext4", wasUsed: true },
  volumeMode: "Filesystem",
} as const;

let emulator: TestEmulator;
let account: DigitalOcean;
/** By claim, in the order in which they were taken. */
let ids: Record<string, string[]>;

beforeEach(async () => {
  emulator = await TestEmulator.start();
  const sleep = async (ms: number) => {
    await emulator.call("POST", "/_emulator/clock", { advanceSeconds: ms / 1000 });
  };
  const now = () => emulator.clock.now();
  account = new DigitalOcean({ origin: emulator.url, token: emulator.token }, { sleep, now });
  ids = {
    "data-db-0": [await keep("data-db-0", 1), await keep("data-db-0", 2)],
    files: [await keep("files", 4)],
  };
});
afterEach(() => emulator.close());

async function keep(claim: string, number: number, place = PLACE): Promise<string> {
  const request = { name: `${claim}-${number}`, region: "fra1", size_gigabytes: 1 };
  const { body } = await emulator.call<{ volume: { id: string } }>("POST", "/v2/volumes", request);
  const tags = keptTags(place, { ...VOLUME, claim }, number);
  return (await account.takeVolumeSnapshot(body.volume.id, `${claim}-${number}`, tags)).id;
}

const toSeed = (name = "small") => keptToSeed(CONTEXT, account, RECORD, name);
const seeds = async () =>
  seedsIn(await account.volumeSnapshots(), "shop").map(
    ({ name, version, snapshots, isComplete }) => {
      const found = snapshots.map(({ id }) => id).sort();
      return { name, version, ids: found, isComplete };
    },
  );
const kept = async () => keptClaimsIn(await account.volumeSnapshots(), "d-1").map(({ id }) => id);
const newest = () => [ids["data-db-0"]?.[1], ids.files?.[0]].sort();

it("turns the newest snapshot of each claim into a seed, and deletes older ones that a wake would restore", async () => {
  await toSeed();
  expect(await seeds()).toEqual([{ name: "small", version: 1, ids: newest(), isComplete: true }]);
  expect(await kept()).toEqual([]);
});

it("takes a snapshot of a kept volume", async () => {
  const request = { name: "pvc-1", region: "fra1", size_gigabytes: 1 };
  const { body } = await emulator.call<{ volume: { id: string } }>("POST", "/v2/volumes", request);
  const { id } = body.volume;
  for (const tag of [...keptTags(PLACE, { ...VOLUME, claim: "cache" }, 0), keepsTag(3)]) {
    await account.tag("volume", [id], tag);
  }
  const { snapshots } = await toSeed();
  expect(snapshots).toContainEqual(
    expect.objectContaining({ kind: "snapshot", claim: "cache", volumeId: id, number: 4 }),
  );
  expect(await seeds()).toMatchObject([{ name: "small", isComplete: true }]);
});

it("replaces the seed of the same name, and no other", async () => {
  await toSeed();
  const other = await keep("data-db-0", 3);
  await toSeed("other");
  ids.files = [await keep("files", 5)];
  await toSeed();
  expect(await seeds()).toEqual([
    { name: "other", version: 1, ids: [other], isComplete: true },
    { name: "small", version: 2, ids: ids.files, isComplete: true },
  ]);
});

/** Why a wake is refused. */
async function wakes() {
  const record = recordOf({ tags: { data: "d-1", asleep: "2026-11-23T12:00:00Z" } });
  const region = () => Promise.resolve("fra1");
  const wanted = { objects: [], data: { keep: "snapshot", claims: {} }, region } as const;
  return (await planRestoreOf(CONTEXT, account, "alice-dev", record, wanted)).faults;
}

describe("killed", () => {
  let older: object | undefined;
  let taken: (string | undefined)[];

  beforeEach(async () => {
    await toSeed();
    [older] = await seeds();
    await keep("files", 5);
    ids = { files: [await keep("files", 6)], "data-db-0": [await keep("data-db-0", 6)] };
    taken = [ids.files?.[0], ids["data-db-0"]?.[0]].sort();
  });

  /** Fails at one of its changes to the account, and at all after that. */
  function killedAt(change: number): Promise<unknown> {
    let left = change;
    const dying = Object.create(account) as DigitalOcean;
    for (const name of ["tag", "untag", "deleteThing"] as const) {
      const step = account[name].bind(account) as (...args: unknown[]) => Promise<void>;
      dying[name] = (...args: unknown[]) =>
        --left < 1 ? Promise.reject(new Error("killed")) : step(...args);
    }
    return keptToSeed(CONTEXT, dying, RECORD, "small");
  }

  it.each([1, 2, 3, 4, 5, 6])(
    "at change %i, it has taken nothing, and ends when it is run again",
    async (change) => {
      await expect(killedAt(change)).rejects.toThrow("killed");
      expect(await kept()).toEqual(expect.arrayContaining(taken));
      expect(await wakes()).toEqual([]);
      expect(await seeds()).toContainEqual(older);
      await toSeed();
      expect(await seeds()).toEqual([{ name: "small", version: 2, ids: taken, isComplete: true }]);
    },
  );

  it.each([7, 8])(
    "at change %i, the environment has let go, and the seed is found again",
    async (change) => {
      await expect(killedAt(change)).rejects.toThrow("killed");
      expect(await kept()).toEqual([]);
      const [newest] = await seeds();
      expect(newest).toEqual({ name: "small", version: 2, ids: taken, isComplete: true });
      expect((await wakes()).map(({ message }) => message)).toEqual([
        '"alice-dev" no longer has data: an unfinished `down` made seed small from it',
      ]);
      await expect(toSeed("other")).rejects.toThrow("has no kept data");
      expect(await toSeed()).toMatchObject({ version: 2, isComplete: true });
      expect(await seeds()).toEqual([newest]);
    },
  );

  it("at change 8, is not continued when another environment has replaced the seed since", async () => {
    await expect(killedAt(8)).rejects.toThrow("killed");
    const request = { name: "bob", region: "fra1", size_gigabytes: 1 };
    const { body } = await emulator.call<{ volume: { id: string } }>(
      "POST",
      "/v2/volumes",
      request,
    );
    const version = { name: "small", version: 3, size: 1 };
    const tags = seedTags("shop", version, { ...VOLUME, claim: "files" });
    await account.takeVolumeSnapshot(body.volume.id, "bob", tags);
    await expect(toSeed()).rejects.toThrow("has no kept data that could become seed small");
    expect(await seeds()).toContainEqual(expect.objectContaining({ version: 3 }));
  });

  it("has all of its eight changes tested", async () => {
    await expect(killedAt(9)).resolves.toMatchObject({ version: 2 });
  });
});

it("can make another seed as long as the environment still has its data", async () => {
  const untag = account.untag.bind(account);
  account.untag = () => Promise.reject(new Error("killed"));
  await expect(toSeed()).rejects.toThrow("killed");
  account.untag = untag;
  expect(await seeds()).toEqual([]);
  await toSeed("other");
  expect(await seeds()).toEqual([{ name: "other", version: 1, ids: newest(), isComplete: true }]);
});

it("does not use snapshots that another environment's killed command has marked for the same seed", async () => {
  const untag = account.untag.bind(account);
  account.untag = () => Promise.reject(new Error("killed"));
  await expect(toSeed()).rejects.toThrow("killed");
  account.untag = untag;
  const bob = { ...PLACE, stack: "bob-dev", dataId: "d-2" };
  const other = await keep("cache", 1, bob);
  await keptToSeed(
    CONTEXT,
    account,
    recordOf({ stack: "bob-dev", tags: { data: "d-2" } }),
    "small",
  );
  expect(await kept()).toEqual(expect.arrayContaining(newest()));
  expect(await seeds()).toMatchObject([{ name: "small", version: 1, ids: [other] }]);
});

it("fails when the copy of a claim was deleted, and names the claim", async () => {
  const asleep = { data: "d-1", asleep: "2026-11-23T12:00:00Z", claims1: "cache data-db-0 files" };
  const refused = keptToSeed(CONTEXT, account, recordOf({ tags: asleep }), "small");
  await expect(refused).rejects.toThrow(
    'the data of "alice-dev" cannot become seed small:\n  - claim cache: the last sleep kept its data',
  );
  expect(await seeds()).toEqual([]);
  expect(await kept()).toHaveLength(3);
});

it("fails when no data is kept", async () => {
  const bare = recordOf({ tags: {} });
  await expect(keptToSeed(CONTEXT, account, bare, "small")).rejects.toThrow("has no kept data");
});
