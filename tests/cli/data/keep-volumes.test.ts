import { DigitalOcean } from "../../../cli/account/digitalocean";
import { keptIn } from "../../../cli/data/account-kept";
import { deleteData } from "../../../cli/data/delete-data";
import { keepVolumes, releaseVolumes } from "../../../cli/data/keep-volumes";
import { TestEmulator } from "../../../packages/emulator/tests/api/support/test-emulator";

const CLUSTER = "7c7dc0f5-7d3a-4b77-9d5e-7e9a5c1b0f44";
const PLACE = { project: "shop", stack: "alice-dev", dataId: "d-1", clusterId: CLUSTER };

let emulator: TestEmulator;
let account: DigitalOcean;
/** Of the claims db and files. */
let ids: string[];

beforeEach(async () => {
  emulator = await TestEmulator.start();
  account = new DigitalOcean({ origin: emulator.url, token: emulator.token });
  ids = [await volume("pvc-1"), await volume("pvc-2")];
});
afterEach(() => emulator.close());

/** As the storage driver makes it. */
async function volume(name: string): Promise<string> {
  const request = { name, region: "fra1", size_gigabytes: 5, tags: [`k8s:${CLUSTER}`] };
  const { body } = await emulator.call<{ volume: { id: string } }>("POST", "/v2/volumes", request);
  return body.volume.id;
}

const claims = (number = 1) =>
  ["db", "files"].map((claim, index) => ({
    ...{ claim, number, keep: "volume" as const, volumeId: ids[index] ?? "" },
    ...{ storageClass: "do-block-storage", fsType: "ext4", wasUsed: true },
    volumeMode: "Filesystem" as const,
  }));
const keep = (by = account) => keepVolumes(by, PLACE, claims(), []);
const kept = () => keptIn(account, "d-1");
const names = async () => (await account.volumes()).map(({ name }) => name).sort();

it("gives volumes the environment's tags, and removes the cluster's", async () => {
  expect(await keep()).toMatchObject([
    { kind: "volume", claim: "db", name: "pvc-1", number: 1, giB: 5, regions: ["fra1"] },
    { kind: "volume", claim: "files", name: "pvc-2", number: 1 },
  ]);
  expect(await kept()).toHaveLength(2);
  const tags = (await account.volumes()).flatMap((one) => one.tags ?? []);
  expect(tags).toEqual(expect.arrayContaining(["stack:alice-dev", "data:d-1"]));
  expect(tags).not.toContain(`k8s:${CLUSTER}`);
});

it("keeps volumes only once, and removes tags that their cluster has added since", async () => {
  await keep();
  await account.tag("volume", ids, `k8s:${CLUSTER}`);
  expect(await keepVolumes(account, PLACE, claims(2), await kept())).toMatchObject([
    { number: 1 },
    { number: 1 },
  ]);
  expect((await account.volumes()).flatMap((one) => one.tags ?? [])).not.toContain(
    `k8s:${CLUSTER}`,
  );
});

it("a sleep deletes no kept volume, and a teardown deletes all of them", async () => {
  const [db] = await keep();
  await releaseVolumes(account, db ? [db] : []);
  await deleteData(account, { dataId: "d-1", keepsData: true });
  expect(await names()).toEqual(["pvc-2"]);
  await deleteData(account, { dataId: "d-1" });
  expect(await names()).toEqual([]);
});

it.each(Array.from({ length: 12 }, (_, index) => index + 1))(
  "that is killed at its change %i and runs again keeps all",
  async (change) => {
    let left = change;
    const dying = Object.create(account) as DigitalOcean;
    for (const name of ["tag", "untag"] as const) {
      const step = account[name].bind(account);
      dying[name] = (...args) => (--left < 1 ? Promise.reject(new Error("killed")) : step(...args));
    }
    await expect(keep(dying)).rejects.toThrow("killed");
    // What is no cluster's any more is the environment's: a `down` would delete it.
    for (const { tags = [] } of await account.volumes()) {
      expect([`k8s:${CLUSTER}`, "data:d-1"].some((tag) => tags?.includes(tag))).toBe(true);
    }
    expect(await keepVolumes(account, PLACE, claims(), await kept())).toHaveLength(2);
  },
);

it("fails when DigitalOcean does not list a volume with its tags", async () => {
  account.tag = () => Promise.resolve();
  await expect(keep()).rejects.toThrow(`DigitalOcean does not list volume ${ids.join(", ")}`);
});
