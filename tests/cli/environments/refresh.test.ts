import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../../cli/environments/refresh.action";
import type { dataRefresh } from "../../../cli/environments/refresh.command";
import type { OptionsOf } from "../../../cli/terminal/command";
import { UsageError } from "../../../cli/terminal/errors";
import { seedsIn, seedTags } from "../../../core/data/seed";
import { TestEmulator } from "../../../packages/emulator/tests/api/support/test-emulator";
import { claimOf } from "../../helpers/kubernetes-objects";
import { ClusterServer } from "../support/cluster-server";
import type { Answer, PulumiRun } from "../support/fake-pulumi";
import { hurry } from "../support/hurry";
import { Trial } from "../support/trial";

const CLAIM = {
  ...{ apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "db" } },
  spec: { accessModes: ["ReadWriteOnce"], ...claimOf("1Gi") },
};
/** The commands of pulumi that a refresh runs. */
const CAME_AND_WENT = ["stack init", "up", "destroy", "stack rm"];

const TOKEN = "a-token-of-an-hour";
const TOKEN_REQUEST = "/api/v1/namespaces/seed-dev/serviceaccounts/developer/token";

let server: ClusterServer;
beforeAll(async () => {
  server = await ClusterServer.start();
});
afterAll(() => server.close());

let emulator: TestEmulator;
let place: Trial;
beforeEach(async () => {
  emulator = await TestEmulator.start();
  emulator.controlPlanes.endpoint = server.endpoint;
  server.clear();
  const expirationTimestamp = new Date(Date.now() + 3_600_000).toISOString();
  server.documents.set(TOKEN_REQUEST, { status: { token: TOKEN, expirationTimestamp } });
  place = new Trial(emulator);
  place.env = { ...place.env, PATH: `${place.pulumi.folder}:${process.env.PATH ?? ""}` };
  // The command's token comes from the real credential plugin.
  symlinkSync(join(__dirname, "../../../bin"), join(place.folder, "bin"));
  place.tree(CLAIM);
  place.pulumi.on("up", comesUp);
  place.pulumi.on("destroy", async () => {
    for (const { id } of await place.account.clusters()) {
      await place.account.deleteCluster(id);
    }
    place.empty("seed-dev");
    return {};
  });
  hurry();
});
afterEach(async () => {
  jest.restoreAllMocks();
  place.remove();
  await emulator.close();
});

/** An environment with a claim, whose volume is the one that was made of the seed, if there is one. */
async function comesUp(its: PulumiRun): Promise<Answer> {
  const { id: clusterId } = await emulator.createCluster({ name: "seed-dev" });
  const [made] = JSON.parse(its.env.DOKS_ENV_RESTORED ?? "[]") as RestoredVolume[];
  const volumeId = made?.volumeId ?? (await place.volume("pvc-1", `k8s:${clusterId}`));
  server.holds("seed-dev", { claim: "db", volume: made?.name ?? "pvc-1", id: volumeId });
  const answer = place.comesUp(its, { clusterId });
  place.isUp("seed-dev", server, { clusterId });
  return answer;
}
interface RestoredVolume {
  readonly name: string;
  readonly volumeId: string;
}

const refresh = (options: OptionsOf<typeof dataRefresh> = {}) =>
  run(place.context(), ["seed-dev"], {
    as: "small",
    run: "cat $KUBECONFIG",
    yes: true,
    ...options,
  });
const seeds = async () =>
  seedsIn(await place.account.volumeSnapshots(), "shop").map(({ name, version, isComplete }) => ({
    ...{ name, version, isComplete },
  }));
const config = () => place.pulumi.runsOf("up")[0]?.config;

it("brings an environment up with the seed, runs the command on it, saves, and takes it down", async () => {
  const kind = { storageClass: "do-block-storage", fsType: "ext4", wasUsed: true } as const;
  const volume = { ...kind, claim: "db", volumeMode: "Filesystem" } as const;
  const tags = seedTags("shop", { name: "small", version: 1, size: 1 }, volume);
  await place.account.takeVolumeSnapshot(await place.volume("older"), "small-db-1", tags);
  expect(await refresh()).toMatchObject({
    data: { seeds: [{ name: "small" }] },
    exitCode: 0,
  });
  expect(place.pulumi.commands).toEqual(CAME_AND_WENT);
  expect(config()).toMatch(/shop:data:\n {4}seed: small/);
  expect(await seeds()).toEqual([{ name: "small", version: 2, isComplete: true }]);
  expect(await place.account.clusters()).toEqual([]);
  expect(place.stderr()).toMatch(/kind: Config[\s\S]*namespace: seed-dev/);
});

it("starts empty when the seed does not exist yet", async () => {
  place.pulumi.on("up", (its) => {
    expect(place.backend.tagsOf("seed-dev").refreshes).toBe("small");
    return comesUp(its);
  });
  await refresh();
  expect(config()).not.toContain("seed");
  expect(await seeds()).toEqual([{ name: "small", version: 1, isComplete: true }]);
});

it("changes nothing where snapshots of the seed are gone", async () => {
  const kind = { storageClass: "do-block-storage", fsType: "ext4", wasUsed: true } as const;
  const volume = { ...kind, claim: "db", volumeMode: "Filesystem" } as const;
  const tags = seedTags("shop", { name: "small", version: 1, size: 2 }, volume);
  await place.account.takeVolumeSnapshot(await place.volume("older"), "small-db-1", tags);
  await expect(refresh()).rejects.toThrow('seed "small" is incomplete');
  expect(place.pulumi.commands).toEqual([]);
  expect(await seeds()).toEqual([{ name: "small", version: 1, isComplete: false }]);
});

describe("saves nothing and takes the environment down when", () => {
  afterEach(async () => {
    expect(place.pulumi.commands).toEqual(CAME_AND_WENT);
    expect(await seeds()).toEqual([]);
  });

  it("the update fails", async () => {
    place.pulumi.answer("up", { stderr: "error: no", code: 255 });
    await expect(refresh()).rejects.toThrow('"seed-dev" is not up');
  });

  it("the command fails", async () => {
    await expect(refresh({ run: "exit 3" })).rejects.toThrow("failed with exit code 3: exit 3");
  });

  it("the save fails", async () => {
    await emulator.fault({ method: "POST", path: "/v2/volumes/*/snapshots", status: 422 });
    await expect(refresh()).rejects.toThrow("422");
  });
});

it("first takes down the environment of a killed refresh", async () => {
  place.empty("seed-dev");
  place.backend.tags("seed-dev", { refreshes: "small" });
  await refresh();
  expect(place.pulumi.commands).toEqual(["destroy", "stack rm", ...CAME_AND_WENT]);
});

it("leaves its environment at Ctrl-C, and names the commands that remove it", async () => {
  const work = refresh({ run: "echo migrating; exec sleep 60" });
  const onceItRuns = setInterval(
    () => place.stderr().includes("migrating") && place.abort.abort(),
    50,
  );
  await expect(work).rejects.toMatchObject({
    message: 'interrupted: "seed-dev" exists and is billed',
    fix: "run the same command again, which starts over; doks-env down seed-dev removes it",
  });
  clearInterval(onceItRuns);
  expect(place.pulumi.commands).toEqual(["stack init", "up"]);
  expect(place.backend.tagsOf("seed-dev").refreshes).toBe("small");
  expect(await seeds()).toEqual([]);
});

it("touches no environment that is not its own", async () => {
  place.empty("seed-dev");
  for (const refreshes of ["", "large"]) {
    place.backend.tags("seed-dev", { refreshes });
    await expect(refresh()).rejects.toThrow('"seed-dev" exists already');
  }
  expect(place.pulumi.commands).toEqual([]);
});

it("does nothing without a command, a name, or somebody to ask", async () => {
  for (const wrong of [{ run: "" }, { as: "Small" }, { yes: false }]) {
    await expect(refresh(wrong)).rejects.toThrow(UsageError);
  }
  expect(place.pulumi.commands).toEqual([]);
});

it("hands no secret to the command, prints none, and leaves none behind", async () => {
  const secret = "a-secret-of-ours";
  place.env = { ...place.env, PULUMI_CONFIG_PASSPHRASE: secret, AWS_SECRET_ACCESS_KEY: secret };
  await refresh({
    run: `env > got.txt; cat $KUBECONFIG; echo ${TOKEN}; echo $KUBECONFIG > file.txt`,
  });
  const got = readFileSync(join(place.folder, "got.txt"), "utf8");
  for (const kept of [secret, "DIGITALOCEAN_TOKEN", "PULUMI_BACKEND_URL"]) {
    expect(got).not.toContain(kept);
  }
  expect(got).toContain("PATH=");
  expect(place.stderr()).not.toContain(TOKEN);
  expect(existsSync(readFileSync(join(place.folder, "file.txt"), "utf8").trim())).toBe(false);
});

it("runs the command in the project's folder", async () => {
  await refresh({ run: "touch migrated" });
  expect(existsSync(join(place.folder, "migrated"))).toBe(true);
});
