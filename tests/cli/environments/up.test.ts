import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../../cli/environments/up.action";
import type { up as definition } from "../../../cli/environments/up.command";
import type { UpData } from "../../../cli/environments/up.data";
import { recordedSettings } from "../../../cli/stacks/settings-record";
import { readStackFile, writeStackFile } from "../../../cli/stacks/stack-file";
import type { OptionsOf } from "../../../cli/terminal/command";
import { InterruptedError, UsageError } from "../../../cli/terminal/errors";
import type { Terminal } from "../../../cli/terminal/terminal";
import { keptTags } from "../../../core/data/kept-claim";
import { idTag } from "../../../core/digitalocean-tags";
import { UserError } from "../../../core/errors";
import { revisionOf } from "../../../core/settings/revision";
import { TestEmulator } from "../../../packages/emulator/tests/api/support/test-emulator";
import { claimOf, loadBalanced, running } from "../../helpers/kubernetes-objects";
import { withRegistry } from "../../helpers/registry-server";
import { checkpointOf, checkpointWith } from "../stacks/support/checkpoints";
import { ClusterServer } from "../support/cluster-server";
import { says } from "../support/events";
import { type Answer, optionOf, type PulumiRun } from "../support/fake-pulumi";
import { hurry } from "../support/hurry";
import { recorded } from "../support/records";
import { EMPTY_STATE, resourcesOwning, stateWithCluster } from "../support/state";
import { Trial } from "../support/trial";
import { NOW } from "../support/workplace";

let emulator: TestEmulator;
let place: Trial;
beforeEach(async () => {
  emulator = await TestEmulator.start();
  place = new Trial(emulator);
  place.tree(loadBalanced("web"));
});
afterEach(async () => {
  jest.restoreAllMocks();
  place.remove();
  await emulator.close();
});

function up(
  options: Partial<OptionsOf<typeof definition>> = { yes: true },
  terminal: Partial<Terminal> = {},
) {
  const context = place.context();
  const changed = { ...context, terminal: { ...context.terminal, ...terminal } };
  return run(changed, ["alice-dev"], { image: [], set: [], ...options });
}

const calls = () => place.pulumi.commands;
const updates = () => place.pulumi.runsOf("up ");
const tags = () => place.backend.tagsOf("alice-dev");
const settings = () => recordedSettings({ tags: tags(), outputs: {} })?.own;
const file = () => readStackFile(place.project, "alice-dev");
const failing = (stderr: string): Answer => ({ stderr, code: 255 });
/** Updates end like these, one after the other, and those after that like the last. */
function updatesEnd(...ends: readonly ((run: PulumiRun) => Answer | Promise<Answer>)[]): void {
  let count = 0;
  place.pulumi.on("up", (run) => (ends[count++] ?? ends.at(-1))?.(run) ?? {});
}
const comesUp = (outputs: object) => updatesEnd((run) => place.comesUp(run, outputs));
const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("up while the quota is counted", () => {
  const message =
    'resource "cache" was not created: Operation cannot be fulfilled on resourcequotas "environment": the object has been modified';
  const conflict = () => ({ ...failing("update failed"), events: [says("error", message)] });

  it("runs again, because nothing is wrong with the object", async () => {
    updatesEnd(conflict, (run) => place.comesUp(run));
    await up();
    expect(updates()).toHaveLength(2);
  });

  it("fails with it when it does not pass", async () => {
    updatesEnd(conflict);
    await expect(up()).rejects.toThrow("cannot be fulfilled on resourcequotas");
    expect(updates()).toHaveLength(3);
  });
});

describe("up of a new environment", () => {
  it("makes the stack, writes what was said, tags it, and only then updates", async () => {
    const env = { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: "/dev/null" };
    const git = (...args: string[]) =>
      execFileSync("git", args, { cwd: place.folder, encoding: "utf8", env }).trim();
    git("init", "--quiet");
    const author = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
    git(...author, "commit", "--quiet", "--message=x", "--allow-empty");
    const commit = git("rev-parse", "HEAD");
    updatesEnd((run) => {
      expect(calls()).toEqual(["stack init", "up"]);
      expect(tags()).toMatchObject({
        owner: "alice",
        profile: "dev",
        created: "2026-11-23T12:00:00.000Z",
        expires: "2026-11-30T12:00:00.000Z",
        lastUsed: "2026-11-23T12:00:00.000Z",
        pullRequest: "7",
        commit,
      });
      expect(settings()).toEqual({ imageTag: "v2" });
      expect(file()).toMatchObject({
        own: { imageTag: "v2" },
        basedOn: revisionOf({ imageTag: "v2" }),
      });
      expect(run.config).toContain("shop:imageTag: v2");
      return place.comesUp(run);
    });
    await up({ yes: true, imageTag: "v2", pullRequest: "7" });
    expect(updates()).toHaveLength(1);
  });

  it("ends with what somebody needs to know who has just brought it up", async () => {
    const { data, text, exitCode } = await up();
    expect(exitCode).toBeUndefined();
    expect(data as UpData).toMatchObject({
      environment: { stack: "alice-dev", state: "up", url: "http://127.94.210.38" },
      images: ["acme/web:v1"],
      kubeconfigFile: join(place.folder, ".rendered/alice-dev/kubeconfig.yaml"),
      seconds: 0,
    });
    expect(text()).toContain("alice-dev is up after 0 s");
  });

  it("prints what was checked, and what could not be", async () => {
    place.tree(loadBalanced("web"), running("127.0.0.1:9/redis:7"));
    await up();
    expect(place.stderr()).toBe(
      `  ✓ checks        0.0 s  $0.1116 an hour, $75 a month; 3 new Droplets needed, 25 left in the account
  ! unknown whether 127.0.0.1:9/redis:7 exists: 127.0.0.1:9 cannot be reached (ECONNREFUSED)
`,
    );
  });

  it("keeps with --pin the digests of the tags as they are now, and not those that were kept before", async () => {
    const digest = `sha256:${"a".repeat(64)}`;
    await withRegistry({ images: { "acme/web:v2": digest } }, async ({ host }) => {
      place.tree(running(`${host}/acme/web:v2`));
      await up({
        yes: true,
        pin: true,
        set: [`pins={"${host}/acme/web:v2":"sha256:${"b".repeat(64)}"}`],
      });
      expect(settings()).toEqual({ pins: { [`${host}/acme/web:v2`]: digest } });
      expect(updates()[0]?.config).toContain(digest);
    });
  });
});

const TAGS = {
  owner: "alice",
  profile: "dev",
  created: "2026-11-20T08:00:00Z",
  expires: "2026-12-09T08:00:00Z",
  commit: "1f2e3d4",
};

describe("up after an update that was killed", () => {
  const ID = "7c7dc0f5-7d3a-4b77-9d5e-7e9a5c1b0f44";
  const begun = {
    type: "digitalocean:index/dnsRecord:DnsRecord",
    urn: "urn:record",
    inputs: { domain: "dev.example.com", name: "alice-dev", value: "192.0.2.1" },
  };

  it("deletes the cluster that is left, takes what it had begun into the state, and only then updates", async () => {
    const tagged = ["project:shop", "stack:alice-dev", idTag(ID)];
    const { id } = await emulator.createCluster({ name: "alice-dev", tags: tagged });
    await emulator.call("POST", "/v2/domains", { name: "dev.example.com" });
    const { body } = await emulator.call<{ domain_record: { id: number } }>(
      ...(["POST", "/v2/domains/dev.example.com/records"] as const),
      { type: "A", name: "alice-dev", data: "192.0.2.1" },
    );
    const { uuid: account } = await place.account.identity();
    const deployment = {
      resources: resourcesOwning("alice-dev", { id: ID, account, clusterIds: [] }),
      pending_operations: [{ resource: begun, type: "creating" }],
    };
    const { resources, pending_operations: pending } = deployment;
    place.backend.stack("alice-dev", checkpointWith("alice-dev", { resources, pending }));
    const stateFile = (run: PulumiRun) => optionOf("--file", run) ?? "";
    place.pulumi.on("stack export", (run) => {
      writeFileSync(stateFile(run), JSON.stringify({ version: 3, deployment }));
      return {};
    });
    let imported: unknown;
    place.pulumi.on("stack import", (run) => {
      imported = JSON.parse(readFileSync(stateFile(run), "utf8"));
      return {};
    });
    hurry();
    await up();
    expect(place.stderr()).toContain(`deleting cluster alice-dev (${id})`);
    expect((await emulator.get(`/v2/kubernetes/clusters/${id}`)).status).toBe(404);
    expect(imported).toMatchObject({
      deployment: {
        resources: expect.arrayContaining([
          { ...begun, id: String(body.domain_record.id), outputs: begun.inputs },
        ]) as object,
      },
    });
    expect(calls()).toEqual(["stack export", "stack import", "config refresh", "up"]);
  });

  it("forgets nothing where nothing was begun", async () => {
    await up();
    expect(calls()).not.toContain("stack import");
  });
});

describe("up of an environment that is there", () => {
  beforeEach(() => {
    place.backend.stack("alice-dev", checkpointOf("alice-dev"));
    place.backend.tags("alice-dev", TAGS);
    place.write("Pulumi.alice-dev.yaml", "config: {}\n");
  });

  it("makes no stack, and leaves its tags alone, but for being used: an extension holds", async () => {
    const { data } = await up();
    expect(tags()).toEqual({ ...TAGS, lastUsed: NOW.toISOString(), ...recorded({}) });
    expect(calls()).toEqual(["up"]);
    expect((data as UpData).environment.expiresAt).toBe("2026-12-09T08:00:00Z");
  });

  it("after a teardown that did not end warns, and removes its mark only when all is there again", async () => {
    place.backend.tags("alice-dev", { ...TAGS, going: NOW.toISOString() });
    updatesEnd(() => failing("error: no"));
    await expect(up()).rejects.toThrow("is not up");
    expect(place.stderr()).toContain("claims that it deleted start empty");
    expect(tags()).toHaveProperty("going");
    updatesEnd();
    await up();
    expect(tags()).not.toHaveProperty("going");
  });

  it("moves the expiry that an extension had moved, when told how long it shall live", async () => {
    comesUp({ expiresAt: "2026-11-24T08:00:00Z" });
    const { data } = await up({ yes: true, ttl: "4d" });
    expect((data as UpData).environment.expiresAt).toBe("2026-11-24T08:00:00Z");
    expect(tags()).toMatchObject({ expires: "2026-11-24T08:00:00Z" });
  });

  it("moves it forward when the update says a later one", async () => {
    comesUp({ expiresAt: "2027-01-01T08:00:00Z" });
    await up();
    expect(tags()).toMatchObject({ expires: "2027-01-01T08:00:00Z" });
  });

  it("lets what the update says of its protection count, and not what `unprotect` has said before", async () => {
    place.backend.tags("alice-dev", { expires: "2026-12-09T08:00:00Z", protected: "false" });
    comesUp({ protected: true });
    const { data } = await up({ yes: true, set: ["protect=true"] });
    expect((data as UpData).environment.protected).toBe(true);
    expect(tags()).toMatchObject({ protected: "true" });
  });

  it("goes on from the environment's settings where the checkout has none: they may allow what is said", async () => {
    rmSync(join(place.folder, "Pulumi.alice-dev.yaml"));
    await expect(up({ yes: true, ttl: "60d" })).rejects.toThrow("maxTtl must be at least ttl");
    place.backend.tags("alice-dev", { ...TAGS, ...recorded({ maxTtl: "90d" }) });
    expect(await up({ yes: true, ttl: "60d" })).toMatchObject({ data: {} });
    expect(file()?.own).toEqual({ maxTtl: "90d", ttl: "60d" });
  });

  it("that cannot note afterwards what it has done has done it", async () => {
    updatesEnd((run) => {
      // Nothing can be written in its place.
      const file = join(place.backend.folder, ".pulumi/stacks/shop/alice-dev.pulumi-tags");
      rmSync(file);
      mkdirSync(file);
      return place.comesUp(run, { expiresAt: "2027-01-01T08:00:00Z" });
    });
    const { data, exitCode } = await up();
    expect({ data, exitCode }).toMatchObject({ data: { environment: { state: "up" } } });
    expect(exitCode).toBeUndefined();
    expect(place.stderr()).toMatch(
      /! could not record the tags of "alice-dev", which is up: .*EISDIR/,
    );
  });
});

describe("up of an environment whose settings have changed since this checkout's were written", () => {
  const MINE = { nodeCount: "2", ttl: "8h" };
  const THEIRS = { nodeCount: "4" };
  beforeEach(() => {
    place.backend.stack("alice-dev", checkpointOf("alice-dev"));
    writeStackFile(place.project, "alice-dev", "", MINE, revisionOf({}));
    place.backend.tags("alice-dev", { ...TAGS, ...recorded(THEIRS) });
  });
  const changed = {
    message: `another checkout has changed the settings of "alice-dev":
  nodeCount: 2 here, 4 in the environment
  ttl: 8h here, not set in the environment`,
    fix: `doks-env up alice-dev --settings theirs   # uses the environment's settings; or, to use this checkout's:
  doks-env up alice-dev --settings mine`,
  };
  const expectNothingChanged = () => {
    expect({ mine: file()?.own, theirs: settings() }).toEqual({ mine: MINE, theirs: THEIRS });
    expect(updates()).toEqual([]);
  };

  it("is refused where nobody can be asked, with both values and both ways to go on", async () => {
    expect(await errorOf(up())).toMatchObject(changed);
    expectNothingChanged();
  });

  it("tells what one of them unsets", async () => {
    place.backend.tags("alice-dev", {
      ...TAGS,
      ...recorded({ ...MINE, domain: null, hosts: { api: null } }),
    });
    const { message } = (await errorOf(up())) as Error;
    expect(message).toBe(`another checkout has changed the settings of "alice-dev":
  domain: not set here, unset (null) in the environment
  hosts.api: not set here, unset (null) in the environment`);
  });

  it("asks, and is refused when the answer is no", async () => {
    const confirm = jest.fn((_question: string, _signal: AbortSignal) => Promise.resolve(false));
    expect(await errorOf(up({ yes: true }, { interactive: true, confirm }))).toMatchObject(changed);
    expect(confirm.mock.calls[0]?.[0]).toBe("Bring it up with this checkout's settings?");
    expectNothingChanged();
  });

  it.each([
    ["mine", MINE],
    ["theirs", THEIRS],
  ])("takes with --settings %s what that says, and then agrees", async (choice, expected) => {
    await up({ yes: true, settings: choice });
    expect({ file: file()?.own, record: settings() }).toEqual({ file: expected, record: expected });
    await up();
    expect(updates()).toHaveLength(2);
  });

  it("changes nothing when they change once more while it asks", async () => {
    const confirm = () => {
      place.backend.tags("alice-dev", { ...TAGS, ...recorded({ nodeCount: "5" }) });
      return Promise.resolve(true);
    };
    await expect(up({ settings: "mine" }, { interactive: true, confirm })).rejects.toThrow(
      "nodeCount: 2 here, 5 in the environment",
    );
    expect(settings()).toEqual({ nodeCount: "5" });
    expect(updates()).toEqual([]);
  });

  it("refuses another word", async () => {
    expect(await errorOf(up({ yes: true, settings: "ours" }))).toBeInstanceOf(UsageError);
  });
});

describe("the question", () => {
  const asked = async (answer: boolean) => {
    const confirm = jest.fn((_question: string, _signal: AbortSignal) => Promise.resolve(answer));
    const error = await errorOf(up({}, { interactive: true, confirm }));
    return { error, question: confirm.mock.calls[0]?.[0] };
  };

  it("comes after the checks, with the price", async () => {
    const price = "for $0.1116 an hour, $75 a month?";
    expect(await asked(true)).toEqual({
      error: undefined,
      question: `Bring up alice-dev ${price}`,
    });
    expect(await asked(true)).toEqual({ error: undefined, question: `Update alice-dev ${price}` });
  });

  it("may be answered with no, and nothing is changed", async () => {
    const { error } = await asked(false);
    expect(error).toBeInstanceOf(InterruptedError);
    expect(error).toMatchObject({ message: "not confirmed; nothing was changed" });
    expect(calls()).toEqual([]);
  });
});

describe("up changes nothing", () => {
  afterEach(() => {
    expect(calls()).toEqual([]);
  });

  it("where nobody can be asked and --yes is not given", async () => {
    expect(await errorOf(up({}))).toBeInstanceOf(UsageError);
  });

  it.each([
    [{ image: ["frontend"] }, "--image needs <name>=<value>"],
    [{ set: ["nodeCount=many"] }, 'nodeCount must be a whole number from 1 to 512; got "many"'],
    [
      { ttl: "8x" },
      'ttl must be a duration such as 30m, 8h, 2h30m, 14d or 2w, from 1s to 365d; got "8x"',
    ],
    [{ imageTag: "a b" }, "imageTag must be an image tag"],
  ])("for a wrong word on the command line, and checks nothing: %j", async (options, message) => {
    const error = await errorOf(up({ yes: true, ...options }));
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toContain(message);
    expect(place.stderr()).toBe("");
  });

  it("when a check has found a fault", async () => {
    await expect(up({ yes: true, set: ["region=xyz1"] })).rejects.toThrow("xyz1");
    expect(place.stderr()).toMatch(/^ {2}✗ checks/);
  });

  it("when Ctrl-C comes before", async () => {
    const confirm = () => {
      place.abort.abort();
      return Promise.resolve(true);
    };
    expect(await errorOf(up({}, { interactive: true, confirm }))).toMatchObject({
      message: "interrupted; nothing was changed",
    });
  });
});

describe("data that a sleep has kept", () => {
  const CLAIM = {
    ...{ apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "db" } },
    spec: { accessModes: ["ReadWriteOnce"], ...claimOf("1Gi") },
  };
  let server: ClusterServer;
  let outputs: object;

  beforeEach(async () => {
    server = await ClusterServer.start();
    emulator.controlPlanes.endpoint = server.endpoint;
    const { id: clusterId } = await emulator.createCluster({ name: "asleep" });
    outputs = { clusterId };
    const volume = await place.volume("pvc-1");
    const kept = keptTags(
      { project: "shop", stack: "alice-dev", dataId: "d-1" },
      {
        ...{ storageClass: "do-block-storage", fsType: "ext4", wasUsed: true, claim: "db" },
        volumeMode: "Filesystem",
      },
      1,
    );
    await place.account.takeVolumeSnapshot(volume, "alice-dev-db-1", kept);
    place.tree(CLAIM);
    place.backend.stack("alice-dev", checkpointWith("alice-dev", {}));
    place.backend.tags("alice-dev", { asleep: "2026-11-22T20:00:00Z", data: "d-1" });
  });
  afterEach(() => server.close());

  const kept = async () => (await place.account.volumeSnapshots()).map(({ name }) => name);
  /** The update binds the claim to the volume that was made of the snapshot. */
  function bind({ env }: PulumiRun, volume?: string): void {
    const [made] = JSON.parse(env.DOKS_ENV_RESTORED ?? "") as { name: string; volumeId: string }[];
    const { name = "", volumeId = "" } = made ?? {};
    server.holds("alice-dev", "db", volume ?? name, volumeId);
  }

  it("is handed to the update, and given up when every claim has it", async () => {
    updatesEnd(async (run) => {
      expect(await kept()).toEqual(["alice-dev-db-1"]);
      bind(run);
      return place.comesUp(run, outputs);
    });
    await up({ yes: true, wake: true });
    expect(await place.account.volumes()).toHaveLength(2);
    expect(await kept()).toEqual([]);
  });

  it("stays when the update fails", async () => {
    updatesEnd(() => failing("error: no"));
    await expect(up({ yes: true, wake: true })).rejects.toThrow("is not up");
    expect(await kept()).toEqual(["alice-dev-db-1"]);
  });

  it("is asked for when its only copy is deleted, and not when it is not to be kept", async () => {
    const copied = { ...place.backend.tagsOf("alice-dev"), claims1: "db files not-in-the-tree" };
    place.backend.tags("alice-dev", copied);
    place.tree(CLAIM, { ...CLAIM, metadata: { name: "files" } });
    await expect(up({ yes: true, wake: true })).rejects.toThrow(
      "claim files: the last sleep kept its data, but the copy has been deleted since",
    );
    expect(place.pulumi.commands).toEqual([]);
    updatesEnd((run) => {
      bind(run);
      return place.comesUp(run, outputs);
    });
    await up({ yes: true, wake: true, set: ["data.claims.files=none"] });
    expect(place.backend.tagsOf("alice-dev")).not.toHaveProperty("claims1");
  });

  it("stays when a claim has another volume afterwards", async () => {
    updatesEnd((run) => {
      bind(run, "pvc-empty");
      return place.comesUp(run, outputs);
    });
    await expect(up({ yes: true, wake: true })).rejects.toThrow("is up without its data");
    expect(await kept()).toEqual(["alice-dev-db-1"]);
  });
});

describe("an update that fails", () => {
  it("is reported with what the cluster says, and with how to go on", async () => {
    const server = await ClusterServer.start();
    try {
      const { id } = await emulator.createCluster({ name: "failing" });
      place.isUp("alice-dev", server, { clusterId: id });
      updatesEnd(() => failing("error: timed out"));
      server.set("/apis/apps/v1/namespaces/alice-dev/deployments", {
        metadata: { name: "web" },
        spec: { replicas: 1, selector: { matchLabels: { app: "web" } } },
      });
      const error = await errorOf(up());
      expect(error).toBeInstanceOf(UserError);
      expect(error).toMatchObject({
        message: expect.stringMatching(
          /^"alice-dev" is not up: pulumi up failed: error: timed out\n\n1 of 1 workloads .*\nDeployment web .* 0 of 1 ready/s,
        ) as string,
        fix: "fix it and run the same command again; `doks-env diagnose alice-dev` checks again, `doks-env down alice-dev` removes the environment",
      });
    } finally {
      server.close();
    }
  });

  it("because its state cannot be read is told as that, with its own fix", async () => {
    updatesEnd(() => failing("error: failed to load checkpoint: EOF"));
    expect(await errorOf(up())).toMatchObject({
      message: "pulumi cannot read the stack's state: failed to load checkpoint: EOF",
      fix: expect.stringContaining(".json.bak") as string,
    });
  });

  /** An update that Ctrl-C has ended, and what is in the state by then. */
  async function interrupted(exported?: string): Promise<unknown> {
    place.pulumi.answer("stack export", { stdout: exported ?? EMPTY_STATE });
    updatesEnd(() => {
      if (exported !== undefined) {
        place.backend.stack("alice-dev", checkpointOf("alice-dev", { outputs: {} }));
      }
      place.abort.abort();
      return failing("error: update cancelled");
    });
    const error = await errorOf(up());
    expect(error).toBeInstanceOf(InterruptedError);
    return error;
  }

  it("because of Ctrl-C says what there is, and how to go on", async () => {
    expect(await interrupted(stateWithCluster())).toMatchObject({
      message:
        'interrupted: "alice-dev" is not locked, and some of its resources exist and are billed',
      fix: "doks-env up alice-dev   # continues; doks-env down alice-dev removes it",
    });
  });

  it("because of Ctrl-C says that there is nothing", async () => {
    expect(await interrupted()).toMatchObject({
      message: 'interrupted: "alice-dev" is not locked, and none of its resources exist',
      fix: "doks-env up alice-dev   # continues; doks-env down alice-dev removes it",
    });
  });

  it("because of Ctrl-C before there is a cluster in the state goes on, too: what was being created carries its id", async () => {
    expect(await interrupted(EMPTY_STATE)).toMatchObject({
      message:
        'interrupted: "alice-dev" is not locked, and some of its resources exist and are billed',
      fix: "doks-env up alice-dev   # continues; doks-env down alice-dev removes it",
    });
  });

  it("because of Ctrl-C says so, too, when pulumi has left its lock", async () => {
    updatesEnd(() => {
      place.backend.stack("alice-dev", checkpointOf("alice-dev"));
      const lock = { pid: 1, username: "bob", hostname: "x", timestamp: NOW.toISOString() };
      place.backend.lock("alice-dev", "1b2c", lock);
      place.abort.abort();
      return failing("error: update cancelled");
    });
    await expect(up()).rejects.toThrow('"alice-dev" is still locked');
  });

  it("after another has made the stack while this was waiting makes none, and keeps its tags", async () => {
    const another = () => {
      place.backend.stack("alice-dev", checkpointOf("alice-dev"));
      place.backend.tags("alice-dev", { created: "2026-11-23T11:59:00Z", ...recorded({}) });
      return failing("error: the stack is currently locked by 1 lock(s)");
    };
    updatesEnd(another, (run) => place.comesUp(run));
    hurry();
    await up({ yes: true, wait: true });
    expect(place.pulumi.runsOf("stack init")).toHaveLength(1);
    expect(tags().created).toBe("2026-11-23T11:59:00Z");
  });
});
