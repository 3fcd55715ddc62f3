import { DigitalOcean } from "../../../cli/account/digitalocean";
import { deleteData } from "../../../cli/data/delete-data";
import { planRestoreOf, restoreVolumes } from "../../../cli/data/restore-data";
import type { Context } from "../../../cli/terminal/context";
import { dataTag } from "../../../core/data/kept-claim";
import type { ReadyVolume } from "../../../core/data/restore";
import { seedTags } from "../../../core/data/seed";
import { TestEmulator } from "../../../packages/emulator/tests/api/support/test-emulator";

// Claim: many environments may start with one seed at once, and the end of the seed ends none of them.

const CONTEXT = {
  project: { name: "shop" },
  signal: new AbortController().signal,
} as unknown as Context;
const CLAIMS = ["db", "files"];
const TREE = CLAIMS.map((name) => ({
  ...{ apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name } },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
}));

let emulator: TestEmulator;
let account: DigitalOcean;
/** Ids of the seed's snapshots, and of what is in them, by claim. */
let snapshots: Record<string, string>;
let contents: Record<string, string | undefined>;

beforeEach(async () => {
  emulator = await TestEmulator.start();
  const sleep = async (ms: number) => {
    await emulator.call("POST", "/_emulator/clock", { advanceSeconds: ms / 1000 });
  };
  const now = () => emulator.clock.now();
  account = new DigitalOcean({ origin: emulator.url, token: emulator.token }, { sleep, now });
  snapshots = {};
  contents = {};
  for (const claim of CLAIMS) {
    const volume = await written(claim);
    contents[claim] = await contentOf(volume);
    const kind = { storageClass: "do-block-storage", fsType: "ext4", wasUsed: true } as const;
    const tags = seedTags(
      "shop",
      { name: "small", version: 1, size: CLAIMS.length },
      { ...kind, claim, volumeMode: "Filesystem" },
    );
    snapshots[claim] = (await account.takeVolumeSnapshot(volume, `small-${claim}`, tags)).id;
  }
});
afterEach(() => emulator.close());

/** A volume that a node has used. */
async function written(name: string): Promise<string> {
  const request = { name, region: "fra1", size_gigabytes: 1 };
  const { body } = await emulator.call<{ volume: { id: string } }>("POST", "/v2/volumes", request);
  emulator.controlPlanes.cloud.mountVolume(body.volume.id, true);
  return body.volume.id;
}

async function contentOf(volume: string): Promise<string | undefined> {
  const path = `/_emulator/volumes/${volume}`;
  const { body } = await emulator.get<{ content: { id: string } | null }>(path);
  return body.content?.id;
}

const planOf = (stack: string) =>
  planRestoreOf(CONTEXT, account, stack, undefined, {
    objects: TREE,
    data: { keep: "snapshot", claims: {}, seed: "small" },
    region: () => Promise.resolve("fra1"),
  });

/** What an `up` does before pulumi makes the cluster. @returns what is in the volumes, by claim */
async function comesUp(stack: string): Promise<Record<string, string | undefined>> {
  const { restored, faults } = await planOf(stack);
  expect(faults).toEqual([]);
  const handed = await restoreVolumes(CONTEXT, account, stack, `d-${stack}`, restored);
  const ready = JSON.parse(handed.DOKS_ENV_RESTORED ?? "") as ReadyVolume[];
  const found = ready.map(
    async ({ claim, volumeId }) => [claim, await contentOf(volumeId)] as const,
  );
  return Object.fromEntries(await Promise.all(found));
}

const STACKS = Array.from({ length: 10 }, (_, index) => `pr-${index}-ci`);

it("fills the volumes of ten environments at once, each with its own volumes", async () => {
  const all = await Promise.all(STACKS.map(comesUp));
  expect(all).toEqual(STACKS.map(() => contents));
  expect(await account.volumes()).toHaveLength(CLAIMS.length + STACKS.length * CLAIMS.length);
});

it("fails only the update during which it is deleted, and that update leaves nothing", async () => {
  const before = await Promise.all(STACKS.slice(1).map(comesUp));
  const { restored } = await planOf("pr-0-ci");
  await account.deleteThing("volume snapshot", snapshots.files ?? "");
  await expect(restoreVolumes(CONTEXT, account, "pr-0-ci", "d-pr-0-ci", restored)).rejects.toThrow(
    "snapshot not found",
  );
  await account.deleteThing("volume snapshot", snapshots.db ?? "");

  const { faults } = await planOf("pr-0-ci");
  expect(faults.map(({ message }) => message)).toEqual(
    CLAIMS.map((claim) => `claim ${claim} cannot start with data: there is no seed "small"`),
  );
  await deleteData(account, { dataId: "d-pr-0-ci" });
  const volumes = await account.volumes();
  expect(volumes.filter(({ tags }) => tags?.includes(dataTag("d-pr-0-ci")))).toEqual([]);
  expect(before).toEqual(STACKS.slice(1).map(() => contents));
  expect(volumes).toHaveLength(CLAIMS.length + before.length * CLAIMS.length);
});
