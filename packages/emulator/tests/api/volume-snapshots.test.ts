import type { CloudPort } from "../../account/cloud-port";
import { type ErrorBody, TestEmulator } from "./support/test-emulator";
import type { ClusterBody } from "./support/wire-types";

interface Snapshot {
  readonly id: string;
  readonly name: string;
  readonly min_disk_size: number;
  readonly size_gigabytes: number;
  readonly regions: readonly string[];
}
interface Content {
  readonly id: string;
  readonly clean: boolean;
}

let emulator: TestEmulator;
let cluster: ClusterBody;
let cloud: CloudPort;

beforeEach(async () => {
  emulator = await TestEmulator.start();
  cluster = await emulator.createCluster();
  cloud = emulator.controlPlanes.cloud;
});
afterEach(() => emulator.close());

const droplet = () => Number(cluster.node_pools[0]?.nodes[0]?.droplet_id);

/** A volume of 10 GiB of the cluster, with files on it, in use or no longer. */
function written(name = "pvc-1", inUse = false): string {
  const request = { clusterId: cluster.id, name, sizeGiB: 10, region: "fra1", description: "" };
  const { id } = cloud.ensureVolume(request);
  cloud.attachVolume(id, droplet(), cluster.id);
  cloud.mountVolume(id, true);
  if (!inUse) {
    cloud.detachVolume(id, droplet());
  }
  return id;
}

const take = (volumeId: string, name: string) =>
  emulator.call<{ snapshot: Snapshot } & ErrorBody>("POST", `/v2/volumes/${volumeId}/snapshots`, {
    name,
    tags: ["kept"],
  });

async function snapshotOf(volumeId: string, name = "s"): Promise<Snapshot> {
  return (await take(volumeId, name)).body.snapshot;
}

async function restored(snapshotId: string, changes: object = {}) {
  return emulator.call<{ volume: { id: string; size_gigabytes: number } } & ErrorBody>(
    "POST",
    "/v2/volumes",
    { name: "back", region: "fra1", size_gigabytes: 50, snapshot_id: snapshotId, ...changes },
  );
}

async function content(kind: "volumes" | "snapshots", id: string): Promise<Content | null> {
  return (await emulator.get<{ content: Content | null }>(`/_emulator/${kind}/${id}`)).body.content;
}

const switchTo = (rules: object) => emulator.call("POST", "/_emulator/volume-snapshots", rules);

test("a snapshot has the size of the volume's content, and a volume from it the size of the volume", async () => {
  const snapshot = await snapshotOf(written());
  const { body } = await restored(snapshot.id);

  expect(snapshot).toMatchObject({ size_gigabytes: 1, min_disk_size: 10, regions: ["fra1"] });
  expect(body.volume.size_gigabytes).toBe(10);
});

test("a snapshot costs 0.06 USD a month for each GiB, and a cent at least", async () => {
  const volume = written();
  const empty = cloud.ensureVolume({
    ...{ clusterId: cluster.id, name: "empty", sizeGiB: 10, region: "fra1", description: "" },
  });
  const [full, blank] = [await snapshotOf(volume), await snapshotOf(empty.id)];
  const monthlyUsd = (id: string) =>
    emulator.account.store.usage.all().find(({ resourceId }) => resourceId === id)?.monthlyUsd;

  expect(monthlyUsd(full.id)).toBeCloseTo(0.06);
  expect(monthlyUsd(blank.id)).toBe(0.01);
});

describe("content", () => {
  test("begins with the first mount, and is the same in a snapshot and in a volume of it", async () => {
    const blank = await emulator.call<{ volume: { id: string } }>("POST", "/v2/volumes", {
      ...{ name: "blank", region: "fra1", size_gigabytes: 1 },
    });
    const volume = written();
    const snapshot = await snapshotOf(volume);
    const { body } = await restored(snapshot.id);
    const first = await content("volumes", volume);

    expect(await content("volumes", blank.body.volume.id)).toBeNull();
    expect(first).toMatchObject({ id: expect.any(String), clean: true });
    expect(await content("snapshots", snapshot.id)).toEqual(first);
    expect(await content("volumes", body.volume.id)).toEqual(first);
    expect((await content("volumes", written("pvc-2")))?.id).not.toBe(first?.id);
  });

  test("of a snapshot of an attached volume is not clean, and stays so", async () => {
    const volume = written("pvc-1", true);
    const snapshot = await snapshotOf(volume);
    const { body } = await restored(snapshot.id);

    expect(await content("volumes", volume)).toMatchObject({ clean: true });
    expect(await content("snapshots", snapshot.id)).toMatchObject({ clean: false });
    expect(await content("volumes", body.volume.id)).toMatchObject({ clean: false });
  });

  test("is not made where the driver may not format", async () => {
    const { id } = cloud.ensureVolume({
      ...{ clusterId: cluster.id, name: "empty", sizeGiB: 1, region: "fra1", description: "" },
    });

    expect(() => cloud.mountVolume(id, false)).toThrow("mount failed: wrong fs type");
    expect(await content("volumes", id)).toBeNull();
  });

  test("is not shown by DigitalOcean's own API", async () => {
    const volume = written();
    const snapshot = await snapshotOf(volume);

    expect((await emulator.get(`/v2/volumes/${volume}`)).text).not.toContain("content");
    expect((await emulator.get(`/v2/snapshots/${snapshot.id}`)).text).not.toContain("content");
  });
});

describe("a snapshot is refused", () => {
  test("of a name that another one of the volume has", async () => {
    const [volume, other] = [written(), written("pvc-2")];
    await take(volume, "s");

    expect((await take(volume, "s")).status).toBe(409);
    expect((await take(other, "s")).status).toBe(201);
  });

  test("within a minute of the one before, unless that is switched off", async () => {
    const volume = written();
    await take(volume, "1");

    expect((await take(volume, "2")).status).toBe(429);
    emulator.clock.advance(61_000);
    expect((await take(volume, "2")).status).toBe(201);
    await switchTo({ seconds_between: 0 });
    expect((await take(volume, "3")).status).toBe(201);
  });

  test("when the volume has 25", async () => {
    await switchTo({ seconds_between: 0 });
    const volume = written();
    const statuses = [];
    for (let number = 1; number <= 26; number += 1) {
      statuses.push((await take(volume, String(number))).status);
    }

    expect(statuses).toEqual([...Array<number>(25).fill(201), 422]);
  });
});

test("a volume is created from a snapshot only in the snapshot's region", async () => {
  const snapshot = await snapshotOf(written());

  expect((await restored(snapshot.id, { region: "nyc1" })).status).toBe(422);
});

test("a volume that the driver attaches gets the cluster's tag", async () => {
  const { body } = await restored((await snapshotOf(written())).id);
  cloud.attachVolume(body.volume.id, droplet(), cluster.id);

  const found = await emulator.get<{ volume: { tags: string[] } }>(`/v2/volumes/${body.volume.id}`);
  expect(found.body.volume.tags).toEqual([`k8s:${cluster.id}`]);
});

test.each([
  { followVolumes: true, left: 0 },
  { followVolumes: false, left: 1 },
])(
  "a dangerous delete leaves $left snapshots of the account's user when they follow volumes: $followVolumes",
  async ({ followVolumes, left }) => {
    await switchTo({ follow_volumes: followVolumes });
    const volume = written();
    await snapshotOf(volume);
    cloud.ensureSnapshot({ clusterId: cluster.id, volumeId: written("pvc-2"), name: "driver's" });

    await emulator.call(
      "DELETE",
      `/v2/kubernetes/clusters/${cluster.id}/destroy_with_associated_resources/dangerous`,
    );

    const { body } = await emulator.get<{ snapshots: Snapshot[] }>("/v2/snapshots");
    expect(body.snapshots).toHaveLength(left);
  },
);
