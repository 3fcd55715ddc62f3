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

  it("is repeated, because the object is valid", async () => {
    updatesEnd(conflict, (run) => place.comesUp(run));
    await up();
    expect(updates()).toHaveLength(2);
  });

  it("fails when the error persists", async () => {
    updatesEnd(conflict);
    await expect(up()).rejects.toThrow("cannot be fulfilled on resourcequotas");
    expect(updates()).toHaveLength(3);
  });
});

describe("up of a new environment", () => {
  const agent = { name: "agent", image: "acme/agent:v1" };
  it.each<[string, object, string]>([
    [
      "that a Pod Security level refuses",
      { hostNetwork: true, containers: [agent] },
      "podSecurity=privileged",
    ],
    [
      "that no node fits",
      { containers: [{ ...agent, resources: { requests: { cpu: "3" } } }] },
      "nodeSize=s-4vcpu-8gb",
    ],
  ])("prints a fix for a pod %s, which works although the stack does not exist", async (...row) => {
    const [, spec, expected] = row;
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "agent" }, spec };
    place.tree(loadBalanced("web"), pod);
    const { message, fix } = (await errorOf(up())) as UserError;
    expect(calls()).toEqual([]);
    const [, setting = ""] = /--set ([^\s,]+)/.exec(`${message}\n${fix}`) ?? [];
    expect(setting).toBe(expected);
    await up({ yes: true, set: [setting] });
    expect(updates()).toHaveLength(1);
  });

  it("creates the stack, writes its config, tags it, and only then updates", async () => {
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

  it("ends with a summary of the new environment", async () => {
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

  it("prints passed and skipped checks", async () => {
    place.tree(loadBalanced("web"), running("127.0.0.1:9/redis:7"));
    await up();
    expect(place.stderr()).toBe(
      `  ✓ checks        0.0 s  $0.1116 an hour, $75 a month; 3 new Droplets needed, 25 left in the account
  ! unknown whether 127.0.0.1:9/redis:7 exists: 127.0.0.1:9 cannot be reached (ECONNREFUSED)
`,
    );
  });

  it("keeps the current digests of the tags with --pin, not the earlier ones", async () => {
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

  it("deletes the remaining cluster, imports pending resources into the state, and only then updates", async () => {
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

  it("does not change the state without pending operations", async () => {
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

  it("does not create the stack, and keeps its tags except for the last use", async () => {
    const { data } = await up();
    expect(tags()).toEqual({ ...TAGS, lastUsed: NOW.toISOString(), ...recorded({}) });
    expect(calls()).toEqual(["up"]);
    expect((data as UpData).environment.expiresAt).toBe("2026-12-09T08:00:00Z");
  });

  it("removes the tag by which the next refresh would take it down", async () => {
    place.backend.tags("alice-dev", { ...TAGS, refreshes: "small" });
    await up();
    expect(tags()).not.toHaveProperty("refreshes");
  });

  it("after an unfinished teardown warns, and removes the mark only after a successful update", async () => {
    place.backend.tags("alice-dev", { ...TAGS, going: NOW.toISOString() });
    updatesEnd(() => failing("error: no"));
    await expect(up()).rejects.toThrow("is not up");
    expect(place.stderr()).toContain("claims that it deleted start empty");
    expect(tags()).toHaveProperty("going");
    updatesEnd();
    await up();
    expect(tags()).not.toHaveProperty("going");
  });

  it("replaces an extended expiry with --ttl", async () => {
    comesUp({ expiresAt: "2026-11-24T08:00:00Z" });
    const { data } = await up({ yes: true, ttl: "4d" });
    expect((data as UpData).environment.expiresAt).toBe("2026-11-24T08:00:00Z");
    expect(tags()).toMatchObject({ expires: "2026-11-24T08:00:00Z" });
  });

  it("moves the expiry forward when the update's is later", async () => {
    comesUp({ expiresAt: "2027-01-01T08:00:00Z" });
    await up();
    expect(tags()).toMatchObject({ expires: "2027-01-01T08:00:00Z" });
  });

  it("applies the update's protection instead of an earlier `unprotect`", async () => {
    place.backend.tags("alice-dev", { expires: "2026-12-09T08:00:00Z", protected: "false" });
    comesUp({ protected: true });
    const { data } = await up({ yes: true, set: ["protect=true"] });
    expect((data as UpData).environment.protected).toBe(true);
    expect(tags()).toMatchObject({ protected: "true" });
  });

  it("starts from the environment's settings when the checkout has none", async () => {
    rmSync(join(place.folder, "Pulumi.alice-dev.yaml"));
    await expect(up({ yes: true, ttl: "60d" })).rejects.toThrow("maxTtl must be at least ttl");
    place.backend.tags("alice-dev", { ...TAGS, ...recorded({ maxTtl: "90d" }) });
    expect(await up({ yes: true, ttl: "60d" })).toMatchObject({ data: {} });
    expect(file()?.own).toEqual({ maxTtl: "90d", ttl: "60d" });
  });

  it("succeeds even if it cannot write the tags afterwards", async () => {
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

  it("is refused without a terminal, with both values and both options", async () => {
    expect(await errorOf(up())).toMatchObject(changed);
    expectNothingChanged();
  });

  it("lists values that one of them unsets", async () => {
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
  ])("uses those settings with --settings %s, and then agrees", async (choice, expected) => {
    await up({ yes: true, settings: choice });
    expect({ file: file()?.own, record: settings() }).toEqual({ file: expected, record: expected });
    await up();
    expect(updates()).toHaveLength(2);
  });

  it("changes nothing when they change again during the question", async () => {
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

  it("refuses another value", async () => {
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

  it("changes nothing after the answer no", async () => {
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

  it("without a terminal and without --yes", async () => {
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
  ])("for an invalid argument, and checks nothing: %j", async (options, message) => {
    const error = await errorOf(up({ yes: true, ...options }));
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toContain(message);
    expect(place.stderr()).toBe("");
  });

  it("when a check finds a fault", async () => {
    await expect(up({ yes: true, set: ["region=xyz1"] })).rejects.toThrow("xyz1");
    expect(place.stderr()).toMatch(/^ {2}✗ checks/);
  });

  it("when Ctrl-C comes first", async () => {
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
  let outputs: { readonly clusterId: string };
  let volume: string;

  beforeEach(async () => {
    server = await ClusterServer.start();
    emulator.controlPlanes.endpoint = server.endpoint;
    const { id: clusterId } = await emulator.createCluster({ name: "asleep" });
    outputs = { clusterId };
    volume = await place.volume("pvc-1");
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
    server.holds("alice-dev", { claim: "db", volume: volume ?? name, id: volumeId });
  }

  it("is passed to the update, and deleted when every claim has it", async () => {
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

  it("is required when its only copy is deleted, unless it is not to be kept", async () => {
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

  /** The sleep has been killed before it deleted the cluster. */
  function stillHasItsVolume(): void {
    place.isUp("alice-dev", server, outputs);
    server.documents.set("/api/v1", { resources: [{ kind: "PersistentVolumeClaim" }] });
    server.holds("alice-dev", { claim: "db", volume: "pvc-1", id: volume });
  }

  it("is restored after a wait in which the sleep has deleted the cluster", async () => {
    stillHasItsVolume();
    const sleepEnds = () => {
      server.clear();
      place.empty("alice-dev");
      return failing("error: the stack is currently locked by 1 lock(s)");
    };
    updatesEnd(sleepEnds, (run) => {
      bind(run);
      return place.comesUp(run, outputs);
    });
    hurry();
    await up({ yes: true, wake: true, wait: true });
    expect(await place.account.volumes()).toHaveLength(2);
    expect(await kept()).toEqual([]);
  });

  it("stays when a claim that still had its volume has lost it", async () => {
    stillHasItsVolume();
    updatesEnd((run) => {
      server.holds("alice-dev", { claim: "db", volume: "pvc-empty", id: "v-9" });
      return place.comesUp(run, outputs);
    });
    await expect(up({ yes: true, wake: true })).rejects.toThrow("is up without its data");
    expect(await kept()).toEqual(["alice-dev-db-1"]);
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
  it("is reported with the cluster's diagnosis and the next command", async () => {
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

  it("because its state cannot be read is reported as such, with its own fix", async () => {
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

  it("because of Ctrl-C reports existing resources, and the next command", async () => {
    expect(await interrupted(stateWithCluster())).toMatchObject({
      message:
        'interrupted: "alice-dev" is not locked, and some of its resources exist and are billed',
      fix: "doks-env up alice-dev   # continues; doks-env down alice-dev removes it",
    });
  });

  it("because of Ctrl-C reports that no resource exists", async () => {
    expect(await interrupted()).toMatchObject({
      message: 'interrupted: "alice-dev" is not locked, and none of its resources exist',
      fix: "doks-env up alice-dev   # continues; doks-env down alice-dev removes it",
    });
  });

  it("because of Ctrl-C before its cluster is in the state can also be continued", async () => {
    expect(await interrupted(EMPTY_STATE)).toMatchObject({
      message:
        'interrupted: "alice-dev" is not locked, and some of its resources exist and are billed',
      fix: "doks-env up alice-dev   # continues; doks-env down alice-dev removes it",
    });
  });

  it("because of Ctrl-C is also reported as such when pulumi has left its lock", async () => {
    updatesEnd(() => {
      place.backend.stack("alice-dev", checkpointOf("alice-dev"));
      const lock = { pid: 1, username: "bob", hostname: "x", timestamp: NOW.toISOString() };
      place.backend.lock("alice-dev", "1b2c", lock);
      place.abort.abort();
      return failing("error: update cancelled");
    });
    await expect(up()).rejects.toThrow('"alice-dev" is still locked');
  });

  it("after another process has created the stack does not create it, and keeps its tags", async () => {
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
