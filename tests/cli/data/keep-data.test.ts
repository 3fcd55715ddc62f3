import { DigitalOceanError } from "../../../cli/account/digitalocean-error";
import { type Keeping, keepData, keptNow, planKeepingOf } from "../../../cli/data/keep-data";
import { keepsTag, keptTags } from "../../../core/data/kept-claim";
import { hurry } from "../support/hurry";
import { CLAIMS, DataTrial, SNAPSHOTS, VOLUME } from "./support/data-trial";

// Claim: a sleep keeps the present content of each claim, or starts the pods again.

const DATA_ID = "0b1f1a52-8d0f-4d57-9d0c-3d0b1f3a7c11";
const ACTIONS = "/v2/volumes/*/actions";
const tagsOf = (claim: string, number: number, dataId = DATA_ID) =>
  keptTags({ project: "shop", stack: "alice-dev", dataId }, { ...VOLUME, claim }, number);

let trial: DataTrial;
beforeEach(async () => {
  trial = await DataTrial.start();
  trial.backend.tags("alice-dev", { data: DATA_ID });
  hurry();
});
afterEach(async () => {
  jest.restoreAllMocks();
  await trial.end();
});

async function planned(): Promise<Keeping> {
  const keeping = await planKeepingOf(trial.context(), trial.account, await trial.stack());
  if (keeping === undefined) {
    throw new Error("there is nothing to keep");
  }
  return keeping;
}
const keep = async () => keepData(trial.context(), trial.account, "alice-dev", await planned());
/** Adds the snapshot of a sleep that was killed. */
const takenBefore = (claim: string) =>
  trial.snapshotOf(claim, `alice-dev-${claim}-1`, tagsOf(claim, 1));

describe("keepData", () => {
  it("takes a snapshot of each claim, with the facts that a wake needs in its tags", async () => {
    expect(await keep()).toMatchObject(CLAIMS.map((claim) => ({ claim, number: 1 })));
    expect(await trial.account.volumeSnapshots()).toMatchObject(
      CLAIMS.map((claim) => ({
        name: `alice-dev-${claim}-1`,
        tags: expect.arrayContaining([
          ...["project:shop", "stack:alice-dev", `data:${DATA_ID}`, `claim:${claim}`],
        ]) as unknown,
      })),
    );
    expect(trial.running()).toEqual([]);
  });

  it("does not repeat the snapshot of a killed sleep when no node has attached the volume since", async () => {
    await trial.move("attach", "db");
    trial.emulator.clock.advance(60_000);
    await trial.move("detach", "db");
    const taken = await takenBefore("db");
    expect(await keep()).toMatchObject([{ id: taken, number: 1 }, { claim: "files" }]);
    expect(await trial.snapshotNames()).toEqual(["alice-dev-db-1", "alice-dev-files-1"]);
  });

  it.each<[string, () => Promise<void>]>([
    [
      "attached the volume since",
      async () => {
        await takenBefore("db");
        await trial.move("attach", "db");
        await trial.move("detach", "db");
      },
    ],
    [
      "still had the volume then",
      async () => {
        await trial.move("attach", "db");
        await takenBefore("db");
        await trial.move("detach", "db");
      },
    ],
    [
      "attached it since, in the other words of DigitalOcean's documentation",
      async () => {
        await takenBefore("db");
        const actions = [{ type: "attach", started_at: "2100-01-01T00:00:00Z" }];
        const body = { actions, links: {}, meta: { total: 1 } };
        await trial.emulator.fault({ method: "GET", path: ACTIONS, status: 200, body, times: 2 });
      },
    ],
  ])("takes another snapshot when a node %s", async (_, arrange) => {
    await arrange();
    await keep();
    expect(await trial.snapshotNames()).toContain("alice-dev-db-2");
  });

  it("waits when DigitalOcean refuses a second snapshot of a volume as too soon", async () => {
    await trial.emulator.fault({ method: "POST", path: SNAPSHOTS, status: 429, times: 3 });
    expect(await keep()).toMatchObject(CLAIMS.map((claim) => ({ claim })));
  });

  it("fails when the account's rate limit is used up", async () => {
    const used = new DigitalOceanError("used up", "wait", { status: 429, isLimit: true });
    jest.spyOn(trial.account, "takeVolumeSnapshot").mockRejectedValueOnce(used);
    await expect(keep()).rejects.toThrow("used up");
  });

  it("releases a kept volume that a claim uses, but not one that waits for its claim", async () => {
    const volumes = [trial.volumeOf("db"), await trial.volume("waiting")];
    for (const [index, id] of volumes.entries()) {
      const claim = index === 0 ? "db" : "waiting";
      for (const tag of [...tagsOf(claim, 1), keepsTag(1)]) {
        await trial.account.tag("volume", [id], tag);
      }
    }
    await keep();
    const kept = (await trial.account.volumes()).filter(({ tags }) => tags?.includes(keepsTag(1)));
    expect(kept.map(({ name }) => name)).toEqual(["waiting"]);
  });

  it.each<[string, () => Promise<void> | void]>([
    [
      "the pods do not stop",
      () => {
        trial.server.control = () => {};
      },
    ],
    [
      "no snapshot is taken",
      () => trial.emulator.fault({ method: "POST", path: SNAPSHOTS, times: 100 }),
    ],
    [
      "a snapshot lacks its tags",
      () => {
        const snapshot = { id: "s-2", name: "s", tags: [], resource_id: trial.volumeOf("db") };
        const body = { snapshot: { ...snapshot, min_disk_size: 1, size_gigabytes: 0 } };
        return trial.emulator.fault({
          method: "POST",
          path: SNAPSHOTS,
          status: 201,
          body,
          times: 2,
        });
      },
    ],
  ])("starts the stopped workloads again when %s", async (_, arrange) => {
    const before = await planned();
    await arrange();
    const kept = keepData(trial.context(), trial.account, "alice-dev", before);
    await expect(kept).rejects.toThrow();
    const sets = trial.server.of("/apis/apps/v1/namespaces/alice-dev/statefulsets");
    expect(sets.map(({ spec }) => spec)).toEqual(CLAIMS.map(() => ({ replicas: 1 })));
  });
});

describe("keptNow", () => {
  const now = async (expected: Awaited<ReturnType<typeof keep>>) =>
    keptNow(trial.account, await trial.stack(), expected);

  it("returns the environment's snapshots, and no others", async () => {
    const id = await takenBefore("db");
    await trial.snapshotOf("files", "bob-dev-files-1", tagsOf("files", 1, "another-id"));
    expect(await now([])).toMatchObject([{ id }]);
    trial.backend.tags("alice-dev", {});
    expect(await now([])).toEqual([]);
  });

  it("contains a snapshot that exists and is not listed yet", async () => {
    const kept = await keep();
    await trial.hideSnapshots();
    expect(await now(kept)).toEqual(kept);
  });

  it("fails when a snapshot was deleted with the cluster", async () => {
    const kept = await keep();
    const [{ id, name } = { id: "", name: "" }] = kept;
    await trial.account.deleteThing("volume snapshot", id);
    await expect(now(kept)).rejects.toThrow(
      `no longer has these resources, which keep data of "alice-dev": snapshot ${name} (${id})`,
    );
  });
});
