import { existsSync } from "node:fs";
import { join } from "node:path";
import { DigitalOcean } from "../../../cli/account/digitalocean";
import type { DownData } from "../../../cli/environments/down.data";
import { run } from "../../../cli/sleep/down.action";
import type { down as definition } from "../../../cli/sleep/down.command";
import type { OptionsOf } from "../../../cli/terminal/command";
import { InterruptedError, UsageError } from "../../../cli/terminal/errors";
import type { Terminal } from "../../../cli/terminal/terminal";
import { keptTags } from "../../../core/data/kept-claim";
import { seedsIn } from "../../../core/data/seed";
import { idTag } from "../../../core/digitalocean-tags";
import { TestEmulator } from "../../../packages/emulator/tests/api/support/test-emulator";
import { ClusterServer } from "../support/cluster-server";
import type { Answer } from "../support/fake-pulumi";
import { hurry } from "../support/hurry";
import { Trial } from "../support/trial";

const ID = "7c7dc0f5-7d3a-4b77-9d5e-7e9a5c1b0f44";
const TAGS = ["project:shop", "stack:alice-dev"];

let server: ClusterServer;
beforeAll(async () => {
  server = await ClusterServer.start();
});
afterAll(() => server.close());

let emulator: TestEmulator;
let clusterId: string;
let place: Trial;
beforeEach(async () => {
  emulator = await TestEmulator.start();
  emulator.controlPlanes.endpoint = server.endpoint;
  server.clear();
  const tags = [...TAGS, idTag(ID)];
  clusterId = (await emulator.createCluster({ name: "alice-dev", tags })).id;
  place = new Trial(emulator);
  const { uuid: account } = await place.account.identity();
  const outputs = { clusterId, createdAt: "2026-11-20T08:00:00Z" };
  place.isUp("alice-dev", server, outputs, { id: ID, account });
  place.write(".rendered/alice-dev/kubeconfig.yaml", "");
  place.pulumi.on("destroy", () => destroyed());
  hurry();
});
afterEach(async () => {
  jest.restoreAllMocks();
  place.remove();
  await emulator.close();
});

/** A destroy of pulumi that succeeds. Volumes that are no part of the cluster stay. */
async function destroyed(): Promise<Answer> {
  await emulator.call("DELETE", `/v2/kubernetes/clusters/${clusterId}`);
  place.empty("alice-dev");
  return {};
}

const down = (
  options: OptionsOf<typeof definition> = { yes: true },
  terminal: Partial<Terminal> = {},
) => {
  const context = place.context();
  const changed = { ...context, terminal: { ...context.terminal, ...terminal } };
  return run(changed, ["alice-dev"], options);
};
const destroys = () => place.pulumi.runsOf("destroy");
const removals = () => place.pulumi.runsOf("stack rm");
/** A cluster that a killed update of the environment has left. */
const stray = (name = "stray") => emulator.createCluster({ name, tags: [...TAGS, idTag(ID)] });
const failing = (stderr: string): Answer => ({ stderr, code: 255 });
const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("down", () => {
  it("destroys, checks the account, and removes the stack with its rendered files", async () => {
    const { id, name } = await stray();
    const production = await emulator.createCluster({ name: "production", tags: TAGS });
    let late: { readonly id: string; readonly name: string } | undefined;
    place.pulumi.on("destroy", async () => {
      expect((await place.account.clusters()).map((one) => one.id)).not.toContain(id);
      late = await stray("late");
      return destroyed();
    });
    const { data, text, exitCode } = await down();
    expect((await place.account.clusters()).map((one) => one.id)).toEqual([production.id]);
    expect(removals()).toHaveLength(1);
    expect(existsSync(join(place.folder, ".rendered/alice-dev"))).toBe(false);
    expect({ data: data as DownData, exitCode }).toMatchObject({
      data: {
        stack: "alice-dev",
        gone: true,
        left: [],
        strays: [
          { id, name },
          { id: late?.id, name: "late" },
        ],
        foreign: [{ kind: "clusters", id: production.id, name: "production" }],
        costSoFarUsd: 8.14,
      },
      exitCode: 0,
    });
    expect(text()).toContain("alice-dev is gone");
    expect(place.stderr()).toMatch(/ {2}✓ account .*nothing left\n$/);
  });

  it("ends with exit code 3 and keeps the stack when resources are left", async () => {
    const volume = await place.volume("pvc-1", `k8s:${clusterId}`);
    const { data, text, exitCode } = await down();
    expect({ data, exitCode }).toMatchObject({
      data: { gone: false, left: [{ kind: "volumes", id: volume, name: "pvc-1" }] },
      exitCode: 3,
    });
    expect(text()).toContain(`  doctl compute volume delete ${volume}\n`);
    expect(removals()).toEqual([]);
    expect(existsSync(join(place.folder, ".rendered/alice-dev"))).toBe(true);
    expect(place.stderr()).toMatch(/1 left\n$/);
  });

  it("repeats a failed destroy after a refresh: the cluster may be gone", async () => {
    place.pulumi.on("destroy", ({ args }) =>
      args.includes("--refresh") ? destroyed() : failing("error: 404 cluster not found"),
    );
    expect(await down()).toMatchObject({ exitCode: 0 });
    expect(destroys()).toHaveLength(2);
    expect(place.stderr()).toContain("  trying again after a refresh of the state\n");
  });

  it("fails when the second destroy fails, and skips the remaining steps", async () => {
    place.pulumi.answer("destroy", failing("error: 401 Unauthorized"));
    await expect(down()).rejects.toThrow("401 Unauthorized");
    expect(destroys()).toHaveLength(2);
    expect((await place.account.clusters()).map(({ id }) => id)).toEqual([clusterId]);
    expect(removals()).toEqual([]);
  });

  it("does not repeat a destroy whose state cannot be read", async () => {
    place.pulumi.answer("destroy", failing("error: failed to load checkpoint: EOF"));
    await expect(down()).rejects.toThrow("pulumi cannot read the stack's state");
    expect(destroys()).toHaveLength(1);
  });

  it("reports after Ctrl-C that resources may exist, and the command that continues", async () => {
    place.pulumi.on("destroy", () => {
      place.abort.abort();
      return failing("error: destroy cancelled");
    });
    const error = await errorOf(down());
    expect(error).toBeInstanceOf(InterruptedError);
    expect(error).toMatchObject({
      message: 'interrupted: some resources of "alice-dev" may still exist',
      fix: "doks-env down alice-dev   # continues",
    });
    expect(destroys()).toHaveLength(1);
    expect(removals()).toEqual([]);
  });
});

describe("the kept data of an environment", () => {
  let volume: string;
  beforeEach(async () => {
    volume = await place.volume("pvc-1");
  });
  /** A snapshot that a sleep has taken. */
  async function keep(): Promise<void> {
    const kept = keptTags(
      { project: "shop", stack: "alice-dev", dataId: "d-1" },
      {
        ...{ storageClass: "do-block-storage", fsType: "ext4", wasUsed: true, claim: "db" },
        volumeMode: "Filesystem",
      },
      1,
    );
    await place.account.takeVolumeSnapshot(volume, "alice-dev-db-1", kept);
    place.backend.tags("alice-dev", { data: "d-1", asleep: "2026-11-23T11:58:00Z" });
  }
  const snapshots = () => place.account.volumeSnapshots();

  it("is listed with its price before and after its deletion", async () => {
    await keep();
    const confirm = jest.fn(() => Promise.resolve(true));
    const { data, text } = await down({}, { interactive: true, confirm });
    expect(confirm.mock.calls[0]).toEqual([
      expect.stringMatching(
        /^Take down alice-dev, and delete its kept data, which costs \$[\d.]+ a month: db \(snapshot alice-dev-db-1\)\?$/,
      ),
      expect.anything(),
    ]);
    const { deletedData } = data as DownData;
    expect(deletedData).toMatchObject([{ claim: "db", kind: "snapshot", name: "alice-dev-db-1" }]);
    expect(text()).toMatch(/Deleted data:\n\n {2}db: snapshot alice-dev-db-1, /);
    expect(await snapshots()).toEqual([]);
  });

  it("is not forgotten when a list lacks it", async () => {
    await keep();
    await destroyed();
    const lists = [
      jest.spyOn(DigitalOcean.prototype, "volumeSnapshots").mockResolvedValue([]),
      jest.spyOn(DigitalOcean.prototype, "volumes").mockResolvedValue([]),
    ];
    await expect(down()).rejects.toThrow(
      "DigitalOcean counts 1 resource with the tag data:d-1, but lists none",
    );
    expect(place.pulumi.calls).toEqual([]);
    for (const list of lists) {
      list.mockRestore();
    }
    expect(await snapshots()).toHaveLength(1);
    expect((await down()).data).toMatchObject({ gone: true });
    expect(await snapshots()).toEqual([]);
  });

  it.each(["awake", "asleep"])(
    "becomes a seed before the %s environment is removed",
    async (state) => {
      if (state === "asleep") {
        await keep();
        await destroyed();
      } else {
        server.holds("alice-dev", { claim: "db", volume: "pvc-1", id: volume });
      }
      const confirm = jest.fn(() => Promise.resolve(true));
      const { data, text } = await down({ keepData: "small" }, { interactive: true, confirm });
      const [question] = confirm.mock.calls[0] as unknown as [string];
      expect(question).toBe("Take down alice-dev, and keep its data as seed small?");
      const seeds = seedsIn(await snapshots(), "shop");
      expect(seeds).toMatchObject([
        { name: "small", snapshots: [{ claim: "db", volumeId: volume }] },
      ]);
      expect(destroys()).toHaveLength(state === "awake" ? 2 : 1);
      expect(data).toMatchObject({ gone: true, seed: { name: "small" } });
      expect(data).not.toHaveProperty("deletedData");
      expect(text()).toContain("Its data is now seed small");
    },
  );
});

describe("down changes nothing", () => {
  afterEach(async () => {
    expect(place.pulumi.calls).toEqual([]);
    expect((await place.account.clusters()).map(({ id }) => id)).toEqual([clusterId]);
  });

  it("without a terminal and without --yes", async () => {
    expect(await errorOf(down({}))).toBeInstanceOf(UsageError);
  });

  it("after an answer other than yes", async () => {
    const questions: string[] = [];
    const confirm = (question: string) => {
      questions.push(question);
      return Promise.resolve(false);
    };
    const error = await errorOf(down({}, { interactive: true, confirm }));
    expect(error).toBeInstanceOf(InterruptedError);
    expect(error).toMatchObject({ message: "not confirmed; nothing was changed" });
    expect(questions).toEqual(["Take down alice-dev?"]);
  });

  it("when it is protected, even with --yes", async () => {
    place.backend.tags("alice-dev", { protected: "true" });
    expect(await errorOf(down({ yes: true, breakLock: true }))).toMatchObject({
      message: '"alice-dev" is protected',
      fix: "doks-env unprotect alice-dev",
    });
  });

  it("when it has no data for a seed", async () => {
    expect(await errorOf(down({ yes: true, keepData: "small" }))).toMatchObject({
      message: '"alice-dev" has no data to keep, so seed small would be empty',
      fix: "doks-env down alice-dev   # without --keep-data",
    });
  });

  it("for an invalid name of a seed", async () => {
    expect(await errorOf(down({ yes: true, keepData: "Small" }))).toBeInstanceOf(UsageError);
  });

  it("without a token, and before the question", async () => {
    place.env = { ...place.env, DIGITALOCEAN_TOKEN: "" };
    const confirm = jest.fn(() => Promise.resolve(true));
    const error = await errorOf(down({}, { interactive: true, confirm }));
    expect(error).toMatchObject({ message: "no DigitalOcean token is set" });
    expect(confirm).not.toHaveBeenCalled();
  });

  it("when the environment does not exist", async () => {
    await expect(run(place.context(), ["alcie-dev"], { yes: true })).rejects.toThrow(
      'did you mean "alice-dev"?',
    );
  });
});
