import { DigitalOcean, requireAccess } from "../../../cli/account/digitalocean";
import { type Actor, putToSleep } from "../../../cli/sleep/sleep";
import { run } from "../../../cli/sleep/sleep.action";
import type { sleep as definition } from "../../../cli/sleep/sleep.command";
import { openWorkspace } from "../../../cli/stacks/workspace";
import type { OptionsOf } from "../../../cli/terminal/command";
import { UsageError } from "../../../cli/terminal/errors";
import { progressOf } from "../../../cli/terminal/progress";
import { TestEmulator } from "../../../packages/emulator/tests/api/support/test-emulator";
import { withRegistry } from "../../helpers/registry-server";
import { checkpointWith } from "../stacks/support/checkpoints";
import { ClusterServer } from "../support/cluster-server";
import { hurry } from "../support/hurry";
import { Trial } from "../support/trial";
import { NOW } from "../support/workplace";

const digest = (of: string) => `sha256:${of.repeat(64)}`;
const CREATED = "2026-11-20T08:00:00Z";
const PODS = "/api/v1/namespaces/alice-dev/pods";
/** Of a registry that does not answer. */
const API = "127.0.0.1:9/acme/api:v1";

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
  clusterId = (await emulator.createCluster({ name: "alice-dev" })).id;
  server.clear();
  place = new Trial(emulator);
  place.write("Pulumi.alice-dev.yaml", "config: {}\n");
  place.isUp("alice-dev", server, { clusterId, createdAt: CREATED, images: [API] });
  place.pulumi.on("destroy", async () => {
    await place.account.deleteCluster(clusterId);
    place.empty("alice-dev");
    return {};
  });
  runs([API, digest("a")]);
  hurry();
});
afterEach(async () => {
  jest.restoreAllMocks();
  place.remove();
  await emulator.close();
});

/** The cluster runs these images, each with the digest that a node has pulled. */
function runs(...images: readonly (readonly [reference: string, digest?: string])[]): void {
  const pods = images.map(([image, pulled], index) => {
    const name = `pod-${index}`;
    const [repository = ""] = image.split(/[:@](?!.*\/)/);
    const imageID = pulled === undefined ? "" : `${repository}@${pulled}`;
    return {
      metadata: { name },
      spec: { containers: [{ name, image }] },
      status: { phase: "Running", containerStatuses: [{ name, imageID }] },
    };
  });
  server.set(PODS, ...pods);
}

const sleep = (options: OptionsOf<typeof definition> = { yes: true }) =>
  run(place.context(), ["alice-dev"], options);
/** As the reaper does it. */
async function putToSleepBy(by: Actor) {
  const context = place.context();
  const progress = progressOf(context);
  try {
    const account = new DigitalOcean(requireAccess(place.env));
    const tools = { workspace: openWorkspace(context), account, progress };
    return await putToSleep(context, "alice-dev", tools, by, {});
  } finally {
    progress.close();
  }
}
const tags = () => place.backend.tagsOf("alice-dev");
const destroys = () => place.pulumi.runsOf("destroy");

describe("sleep", () => {
  it("records everything that a wake needs before it destroys anything, and reports the end", async () => {
    place.pulumi.on("destroy", async () => {
      expect(tags()).toEqual({
        pins1: `${API}=${digest("a")}`,
        created: CREATED,
        expires: "2026-12-07T08:00:00Z",
        spent: "8.14",
        lastUsed: NOW.toISOString(),
        asleep: NOW.toISOString(),
      });
      await place.account.deleteCluster(clusterId);
      place.empty("alice-dev");
      return {};
    });
    const { data, text, exitCode } = await sleep();
    expect({ data, exitCode }).toEqual({
      data: {
        stack: "alice-dev",
        asleepSince: NOW.toISOString(),
        left: [],
        pins: { [API]: digest("a") },
        unpinned: [],
        kept: [],
        costSoFarUsd: 8.14,
      },
      exitCode: 0,
    });
    expect(text()).toContain("alice-dev sleeps; DigitalOcean still has");
    expect(text()).toContain(
      "`doks-env wake alice-dev` brings it back, with the same bytes of 1 image.",
    );
    expect(place.pulumi.commands).toEqual(["destroy"]);
  });

  it("ends with exit code 3 when resources are left", async () => {
    const volume = await place.volume("pvc-1", `k8s:${clusterId}`);
    place.pulumi.on("destroy", async () => {
      await emulator.call("DELETE", `/v2/kubernetes/clusters/${clusterId}`);
      place.empty("alice-dev");
      return {};
    });
    const { data, text, exitCode } = await sleep();
    expect({ data, exitCode }).toMatchObject({
      data: { left: [{ kind: "volumes", id: volume, name: "pvc-1" }] },
      exitCode: 3,
    });
    expect(data).not.toHaveProperty("asleepSince");
    expect(text()).toContain("Run `doks-env sleep alice-dev` again");
  });

  it("is refused for a protected environment, without a terminal, and for an environment without resources", async () => {
    await expect(sleep({})).rejects.toThrow(UsageError);
    place.backend.tags("alice-dev", { protected: "true" });
    await expect(sleep()).rejects.toThrow('"alice-dev" is protected');
    place.backend.tags("alice-dev", {});
    place.empty("alice-dev");
    await expect(sleep()).rejects.toThrow('"alice-dev" cannot sleep: it is empty');
    expect(destroys()).toEqual([]);
    expect(tags()).toEqual({});
  });

  it("is refused after an unfinished teardown: the remaining data is incomplete", async () => {
    place.backend.tags("alice-dev", { going: NOW.toISOString() });
    await expect(sleep()).rejects.toThrow('a teardown of "alice-dev" did not finish');
    expect(destroys()).toEqual([]);
    expect(tags()).toEqual({ going: NOW.toISOString() });
  });

  it("is refused while its namespace is being deleted, as plain pulumi does without a mark", async () => {
    const metadata = { name: "alice-dev", deletionTimestamp: NOW.toISOString() };
    server.set("/api/v1/namespaces", { metadata });
    await expect(sleep()).rejects.toThrow('a teardown of "alice-dev" did not finish');
    expect(destroys()).toEqual([]);
    expect(tags()).toEqual({});
  });

  it("continues a killed sleep while the namespace is being deleted, and reads none of its volumes", async () => {
    const volume = await place.volume("pvc-1");
    server.holds("alice-dev", { claim: "db", volume: "pvc-1", id: volume });
    const metadata = { name: "alice-dev", deletionTimestamp: NOW.toISOString() };
    server.set("/api/v1/namespaces", { metadata });
    place.backend.tags("alice-dev", { asleep: "2026-11-23T11:58:00Z" });
    expect((await sleep()).data).toMatchObject({ kept: [] });
    expect(await place.account.volumeSnapshots()).toEqual([]);
  });

  it("is refused when its cluster, and so its data, is gone", async () => {
    const { uuid: account } = await place.account.identity();
    place.backend.tags("alice-dev", { account });
    await place.account.deleteCluster(clusterId);
    await expect(sleep()).rejects.toThrow("its cluster or namespace no longer exists");
    expect(destroys()).toEqual([]);
    expect(tags()).toEqual({ account });
  });

  it("is refused when a claim of a killed sleep is gone without a copy", async () => {
    const { uuid: account } = await place.account.identity();
    const begun = { account, asleep: "2026-11-23T11:58:00Z", claims1: "db" };
    place.backend.tags("alice-dev", begun);
    await place.account.deleteCluster(clusterId);
    await expect(sleep()).rejects.toThrow("claim db: the last sleep kept its data, but the copy");
    expect(destroys()).toEqual([]);
    expect(tags()).toEqual(begun);
  });

  it("finishes a killed sleep, and uses the snapshots of that sleep", async () => {
    const kept = { pins1: `${API}=${digest("a")}` };
    const begun = { ...kept, asleep: "2026-11-23T11:58:00Z", created: CREATED, spent: "8.14" };
    place.backend.tags("alice-dev", begun);
    place.backend.stack("alice-dev", checkpointWith("alice-dev", {}));
    await place.account.deleteCluster(clusterId);
    const { data } = await sleep();
    expect(data).toMatchObject({ pins: { [API]: digest("a") }, costSoFarUsd: 8.14 });
    expect(tags()).toMatchObject({ ...kept, asleep: NOW.toISOString() });
  });
});

describe("the data of a sleep", () => {
  let volume: string;
  beforeEach(async () => {
    volume = await place.volume("pvc-1");
    server.holds("alice-dev", { claim: "db", volume: "pvc-1", id: volume });
  });
  const snapshots = () => place.account.volumeSnapshots();

  it("is kept before anything is destroyed, checked afterwards, and listed with its price", async () => {
    place.pulumi.on("destroy", async () => {
      const [snapshot, ...others] = await snapshots();
      expect(others).toEqual([]);
      expect(snapshot).toMatchObject({ resource_id: volume });
      expect(snapshot?.tags).toContain(`data:${tags().data}`);
      await place.account.deleteCluster(clusterId);
      await place.account.deleteThing("volume", volume);
      place.empty("alice-dev");
      return {};
    });
    const { data, text } = await sleep();
    expect(tags()).toMatchObject({ claims1: "db" });
    expect(data).toMatchObject({ kept: [{ claim: "db", kind: "snapshot" }], left: [] });
    expect(text()).toMatch(/ db: snapshot alice-dev-db-1, [\d.]+ GiB, \$[\d.]+ a month/);
  });

  it("stops the sleep before it changes anything when it cannot be kept", async () => {
    await place.account.deleteThing("volume", volume);
    await expect(sleep()).rejects.toThrow("cannot sleep without losing data");
    expect(destroys()).toEqual([]);
    expect(tags()).toEqual({});
  });

  it.each([
    ["awake", undefined],
    ["half asleep, as a killed sleep left it", "2026-11-23T11:58:00Z"],
  ])("leaves the environment %s when no snapshot is taken", async (_, before) => {
    place.backend.tags("alice-dev", before === undefined ? {} : { asleep: before });
    await emulator.fault({ method: "POST", path: "/v2/volumes/*/snapshots", status: 422 });
    await expect(sleep()).rejects.toThrow("422");
    expect(destroys()).toEqual([]);
    expect(tags().asleep).toBe(before);
  });

  it("is required after the destroy, or the environment does not count as asleep", async () => {
    place.pulumi.on("destroy", async () => {
      await place.account.deleteCluster(clusterId);
      for (const { id } of await snapshots()) {
        await place.account.deleteThing("volume snapshot", id);
      }
      await place.account.deleteThing("volume", volume);
      return {};
    });
    await expect(sleep()).rejects.toThrow("DigitalOcean no longer has these resources");
  });
});

describe("the digests that a sleep keeps", () => {
  it("are those that the nodes have pulled, otherwise the registry's; images without one are reported", async () => {
    const images = { "acme/api:v1": digest("b"), "acme/web:v1": digest("c") };
    await withRegistry({ images }, async ({ host }) => {
      const redis = "127.0.0.1:9/redis";
      place.isUp("alice-dev", server, { clusterId, images: [] });
      runs(
        [`${host}/acme/api:v1`, digest("a")],
        [`${host}/acme/web:v1`],
        [redis],
        [`${host}/acme/pinned@${digest("f")}`],
      );
      const { data } = await sleep();
      const unreachable = `${redis}:latest: 127.0.0.1:9 cannot be reached (ECONNREFUSED)`;
      expect(data).toMatchObject({
        pins: { [`${host}/acme/api:v1`]: digest("a"), [`${host}/acme/web:v1`]: digest("c") },
        unpinned: [unreachable],
      });
      expect(place.stderr()).toContain(
        `  ! wake will pull ${unreachable.replace(": 127", " by tag: 127")}`,
      );
    });
  });

  it("are the registry's for the declared images when the cluster does not answer", async () => {
    await withRegistry({ images: { "acme/api:v1": digest("b") } }, async ({ host }) => {
      const image = `${host}/acme/api:v1`;
      place.isUp("alice-dev", server, { clusterId, images: [image] });
      server.failure = { path: "/apis/apps/v1", status: 500 };
      expect((await sleep()).data).toMatchObject({ pins: { [image]: digest("b") } });
      expect(place.stderr()).toContain('cannot read which images run in "alice-dev"');
    });
  });

  it("are still those of the previous sleep when no update came since", async () => {
    place.backend.tags("alice-dev", { pins1: `${API}=${digest("a")}` });
    runs([`127.0.0.1:9/acme/api@${digest("a")}`, digest("a")]);
    expect((await sleep()).data).toMatchObject({ pins: { [API]: digest("a") } });
  });
});

describe("a sleep by the clock", () => {
  it("is not a use, and records the last use, which it would hide", async () => {
    await putToSleepBy({ hand: false, lastUse: new Date("2026-11-23T08:00:00Z") });
    expect(tags().lastUsed).toBe("2026-11-23T08:00:00.000Z");
  });

  it("does not overwrite a later recorded use", async () => {
    place.backend.tags("alice-dev", { lastUsed: "2026-11-23T09:00:00Z" });
    await putToSleepBy({ hand: false, lastUse: new Date("2026-11-23T08:00:00Z") });
    expect(tags().lastUsed).toBe("2026-11-23T09:00:00Z");
  });

  it("records no use when none is known", async () => {
    await putToSleepBy({ hand: false });
    expect(tags()).not.toHaveProperty("lastUsed");
  });
});
