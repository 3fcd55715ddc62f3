import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import timers from "node:timers/promises";
import { run } from "../../../cli/environments/up.action";
import type { up as definition } from "../../../cli/environments/up.command";
import type { UpData } from "../../../cli/environments/up.data";
import type { Checked } from "../../../cli/environments/up-checks";
import { EngineError } from "../../../cli/stacks/engine";
import { recordedSettings } from "../../../cli/stacks/settings-record";
import { readStackFile, writeStackFile } from "../../../cli/stacks/stack-file";
import type { Followed } from "../../../cli/stacks/workspace";
import type { OptionsOf } from "../../../cli/terminal/command";
import { InterruptedError, UsageError } from "../../../cli/terminal/errors";
import type { Terminal } from "../../../cli/terminal/terminal";
import { NOTHING_TO_RESTORE } from "../../../core/data/restore";
import { UserError } from "../../../core/errors";
import { revisionOf } from "../../../core/settings/revision";
import { checkpointOf, outputsOf } from "../stacks/support/checkpoints";
import { FakeWorkspace } from "../support/fake-workspace";
import { recorded } from "../support/records";
import { EMPTY_STATE, stateWithCluster } from "../support/state";
import { NOW, Workplace } from "../support/workplace";

let place: Workplace;
let mockWorkspace: FakeWorkspace;
let mockData: jest.Mock<Promise<object | undefined>, [step: string, outcome?: object]>;
let mockChecks: jest.Mock<Promise<Partial<Checked>>, CheckArgs>;
type CheckArgs = [context: unknown, stack: string, changes: object, record: unknown, pin: boolean];

jest.mock("../../../cli/stacks/workspace", () => ({
  openWorkspace: () => mockWorkspace,
}));
jest.mock("../../../cli/environments/up-checks", () => ({
  checkUp: (...args: CheckArgs) => mockChecks(...args),
}));
const mockLeft = {
  clusters: [],
  pools: [],
  records: [{ urn: "urn:record", id: "7", host: "alice-dev.dev.example.com" }],
  hasPending: true,
};
const mockRemoved = jest.fn(() => Promise.resolve());
jest.mock("../../../cli/environments/ownership-check", () => ({
  checkOwnership: () => Promise.resolve({ faults: [], strays: mockLeft }),
  removeStrays: () => mockRemoved(),
}));
jest.mock("../../../cli/data/restore-data", () => ({
  resumeAfterSleep: () => mockData("resume"),
  restoreVolumes: () => mockData("restore", { DOKS_ENV_RESTORED: "[1]" }),
  requireRestored: () => mockData("look"),
  discardSpent: () => mockData("discard"),
}));
jest.mock("../../../cli/stacks/git", () => ({ currentCommit: () => Promise.resolve("1f2e3d4") }));
jest.mock("../../../cli/cluster/diagnose-stack", () => ({
  diagnosisAfterFailure: () => Promise.resolve("\n\nDeployment web  failed"),
}));

const CHECKED: Partial<Checked> = {
  name: { stack: "alice-dev", owner: "alice", profile: "dev" },
  price: 0.1071,
  isNew: true,
  strays: { clusters: [], pools: [], hasPending: false },
  restore: NOTHING_TO_RESTORE,
  expiresAt: "2026-11-30T12:00:00.000Z",
  notes: ["3 new Droplets are needed"],
  warnings: ["not known whether redis exists"],
};

beforeEach(() => {
  place = new Workplace();
  place.env = { ...place.env, DIGITALOCEAN_TOKEN: "t" };
  mockData = jest.fn((_, outcome) => Promise.resolve(outcome));
  mockWorkspace = new FakeWorkspace(place);
  mockWorkspace.up.mockImplementation(() => comesUp());
  mockChecks = jest.fn((...[, , changes]: CheckArgs) =>
    Promise.resolve({ ...CHECKED, own: changes as Checked["own"] }),
  );
});
afterEach(() => place.remove());

/** An update that succeeds, with these outputs beside those of every environment. */
function comesUp(outputs: object = {}): Promise<object> {
  const all = { ...outputsOf("alice-dev"), protected: false, ...outputs };
  place.backend.stack("alice-dev", checkpointOf("alice-dev", { outputs: all }));
  return Promise.resolve({ ...all, images: ["acme/web:v1"] });
}

function up(
  options: Partial<OptionsOf<typeof definition>> = { yes: true },
  terminal: Partial<Terminal> = {},
) {
  const context = place.context();
  const changed = { ...context, terminal: { ...context.terminal, ...terminal } };
  return run(changed, ["alice-dev"], { image: [], set: [], ...options });
}

const calls = () => place.pulumi.calls.map((words) => words.join(" "));
const tags = () => place.backend.tagsOf("alice-dev");
const settings = () => recordedSettings({ tags: tags(), outputs: {} })?.own;
const file = () => readStackFile(place.project, "alice-dev");
const failed = (stderr: string) => new EngineError(["up"], { stdout: "", stderr, code: 255 });
const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("up while the quota is counted", () => {
  const conflict = (followed: Followed) => {
    const message =
      'resource "cache" was not created: Operation cannot be fulfilled on resourcequotas "environment": the object has been modified';
    const diagnosticEvent = { message, severity: "error", color: "never" } as const;
    followed.onEvent({ sequence: 1, timestamp: 1, diagnosticEvent });
    return Promise.reject(failed("update failed"));
  };

  it("runs again, because nothing is wrong with the object", async () => {
    mockWorkspace.up.mockImplementationOnce(conflict);
    await up();
    expect(mockWorkspace.up).toHaveBeenCalledTimes(2);
  });

  it("tells of it when it does not pass", async () => {
    mockWorkspace.up.mockImplementation(conflict);
    expect(await errorOf(up())).toMatchObject({
      message: expect.stringContaining("cannot be fulfilled on resourcequotas") as string,
    });
    expect(mockWorkspace.up).toHaveBeenCalledTimes(3);
  });
});

describe("up of a new environment", () => {
  it("makes the stack, writes what was said, tags it, and only then updates", async () => {
    mockWorkspace.up.mockImplementation(() => {
      expect(mockWorkspace.createStack).toHaveBeenCalledTimes(1);
      expect(tags()).toMatchObject({
        owner: "alice",
        profile: "dev",
        created: "2026-11-23T12:00:00.000Z",
        expires: "2026-11-30T12:00:00.000Z",
        lastUsed: "2026-11-23T12:00:00.000Z",
        pullRequest: "7",
        commit: "1f2e3d4",
      });
      expect(settings()).toEqual({ imageTag: "v2" });
      expect(file()).toMatchObject({
        own: { imageTag: "v2" },
        basedOn: revisionOf({ imageTag: "v2" }),
      });
      expect(mockWorkspace.config).toContain("shop:imageTag: v2");
      return comesUp();
    });
    await up({ yes: true, imageTag: "v2", pullRequest: "7" });
    expect(mockWorkspace.up).toHaveBeenCalledTimes(1);
    expect(calls()).toEqual([]);
  });

  it("ends with what somebody wants to know who has just brought it up", async () => {
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

  it("tells what was checked, and what could not be", async () => {
    await up();
    expect(place.stderr()).toBe(
      "  ✓ checks        0.0 s  $0.1071 an hour, $72 a month; 3 new Droplets are needed\n  ! not known whether redis exists\n",
    );
  });

  it("writes what the checks make of what was said, such as digests", async () => {
    const pins = { "acme/web:v2": `sha256:${"a".repeat(64)}` };
    mockChecks.mockResolvedValue({ ...CHECKED, own: { pins } });
    await up({ yes: true, pin: true });
    expect(mockChecks.mock.calls[0]?.[4]).toBe(true);
    expect(settings()).toEqual({ pins });
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
  it("removes what that has left, forgets what it had begun, and only then updates", async () => {
    place.env = { ...place.env, DIGITALOCEAN_TOKEN: "t" };
    mockChecks.mockResolvedValue({ ...CHECKED, own: {}, strays: mockLeft });
    mockWorkspace.forgetPending.mockImplementation(() => {
      expect(mockRemoved).toHaveBeenCalledTimes(1);
      return Promise.resolve();
    });
    mockWorkspace.up.mockImplementation(() => {
      expect(mockWorkspace.forgetPending).toHaveBeenCalledWith(
        "alice-dev",
        new Map([["urn:record", "7"]]),
      );
      return comesUp();
    });
    await up();
    expect(mockWorkspace.up).toHaveBeenCalledTimes(1);
  });

  it("forgets nothing where nothing was begun", async () => {
    await up();
    expect(mockWorkspace.forgetPending).not.toHaveBeenCalled();
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
    expect(mockWorkspace.createStack).not.toHaveBeenCalled();
    expect(calls()).toEqual([]);
    expect((data as UpData).environment.expiresAt).toBe("2026-12-09T08:00:00Z");
  });

  it("moves the expiry that an extension had moved, when told how long it shall live", async () => {
    mockWorkspace.up.mockImplementation(() => comesUp({ expiresAt: "2026-11-24T08:00:00Z" }));
    const { data } = await up({ yes: true, ttl: "4d" });
    expect((data as UpData).environment.expiresAt).toBe("2026-11-24T08:00:00Z");
    expect(tags()).toMatchObject({ expires: "2026-11-24T08:00:00Z" });
  });

  it("moves it forward when the update says a later one", async () => {
    mockWorkspace.up.mockImplementation(() => comesUp({ expiresAt: "2027-01-01T08:00:00Z" }));
    await up();
    expect(tags()).toMatchObject({ expires: "2027-01-01T08:00:00Z" });
  });

  it("lets what the update says of its protection count, and not what `unprotect` has said before", async () => {
    place.backend.tags("alice-dev", { expires: "2026-12-09T08:00:00Z", protected: "false" });
    mockWorkspace.up.mockImplementation(() => comesUp({ protected: true }));
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
    mockWorkspace.up.mockImplementation(() => {
      // Nothing can be written in its place.
      const file = join(place.backend.folder, ".pulumi/stacks/shop/alice-dev.pulumi-tags");
      rmSync(file);
      mkdirSync(file);
      return comesUp({ expiresAt: "2027-01-01T08:00:00Z" });
    });
    const { data, exitCode } = await up();
    expect({ data, exitCode }).toMatchObject({ data: { environment: { state: "up" } } });
    expect(exitCode).toBeUndefined();
    expect(place.stderr()).toMatch(
      /! what has become of "alice-dev", which is up, could not be noted: .*EISDIR/,
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
    message: `the settings of "alice-dev" have changed since this checkout's were written:
  nodeCount: 2 here, 4 in the environment
  ttl: 8h here, not set in the environment`,
    fix: `doks-env up alice-dev --settings theirs   # takes the environment's; or, to keep this checkout's:
  doks-env up alice-dev --settings mine`,
  };
  const expectNothingChanged = () => {
    expect({ mine: file()?.own, theirs: settings() }).toEqual({ mine: MINE, theirs: THEIRS });
    expect(mockWorkspace.up).not.toHaveBeenCalled();
  };

  it("is refused where nobody can be asked, with both values and both ways to go on", async () => {
    expect(await errorOf(up())).toMatchObject(changed);
    expectNothingChanged();
  });

  it("asks, and is refused when the answer is no", async () => {
    const confirm = jest.fn((_question: string, _signal: AbortSignal) => Promise.resolve(false));
    expect(await errorOf(up({ yes: true }, { interactive: true, confirm }))).toMatchObject(changed);
    expect(confirm.mock.calls[0]?.[0]).toBe("Bring it up with this checkout's?");
    expectNothingChanged();
  });

  it.each([
    ["mine", MINE],
    ["theirs", THEIRS],
  ])("takes with --settings %s what that says, and then agrees", async (choice, expected) => {
    await up({ yes: true, settings: choice });
    expect({ file: file()?.own, record: settings() }).toEqual({ file: expected, record: expected });
    await up();
    expect(mockWorkspace.up).toHaveBeenCalledTimes(2);
  });

  it("changes nothing when they change once more while it checks", async () => {
    mockChecks.mockImplementation((...[, , own]: CheckArgs) => {
      place.backend.tags("alice-dev", { ...TAGS, ...recorded({ nodeCount: "5" }) });
      return Promise.resolve({ ...CHECKED, own: own as Checked["own"] });
    });
    await expect(up({ yes: true, settings: "mine" })).rejects.toThrow(
      "nodeCount: 2 here, 5 in the environment",
    );
    expect(settings()).toEqual({ nodeCount: "5" });
    expect(mockWorkspace.up).not.toHaveBeenCalled();
  });

  it("refuses another word", async () => {
    expect(await errorOf(up({ yes: true, settings: "ours" }))).toBeInstanceOf(UsageError);
  });
});

describe("the question", () => {
  const asked = async (checked: Partial<Checked>, answer: boolean) => {
    mockChecks.mockResolvedValue({ ...CHECKED, own: {}, ...checked });
    const confirm = jest.fn((_question: string, _signal: AbortSignal) => Promise.resolve(answer));
    const error = await errorOf(up({}, { interactive: true, confirm }));
    return { error, question: confirm.mock.calls[0]?.[0] };
  };

  it("comes after the checks, with the price", async () => {
    expect(await asked({}, true)).toEqual({
      error: undefined,
      question: "Bring up alice-dev for $0.1071 an hour, $72 a month?",
    });
    expect((await asked({ isNew: false }, true)).question).toMatch(/^Update alice-dev for /);
  });

  it("may be answered with no, and nothing is changed", async () => {
    const { error } = await asked({}, false);
    expect(error).toBeInstanceOf(InterruptedError);
    expect(error).toMatchObject({ message: "not confirmed; nothing was changed" });
    expect(calls()).toEqual([]);
    expect(mockWorkspace.up).not.toHaveBeenCalled();
  });
});

describe("up changes nothing", () => {
  afterEach(() => {
    expect(calls()).toEqual([]);
    expect(mockWorkspace.up).not.toHaveBeenCalled();
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
    expect(mockChecks).not.toHaveBeenCalled();
  });

  it("when a check has found a fault", async () => {
    mockChecks.mockRejectedValue(new UserError("there is no such region", "another"));
    await expect(up()).rejects.toThrow("there is no such region");
    expect(place.stderr()).toMatch(/^ {2}✗ checks/);
  });

  it("when Ctrl-C comes before", async () => {
    place.abort.abort();
    expect(await errorOf(up())).toMatchObject({ message: "interrupted; nothing was changed" });
  });
});

describe("data that a sleep has kept", () => {
  it("is handed to the update, and given up only when every claim has it", async () => {
    const order: string[] = [];
    mockData.mockImplementation((step, outcome) => {
      order.push(step);
      return Promise.resolve(outcome);
    });
    mockWorkspace.up.mockImplementation(({ env }) => {
      expect(env).toMatchObject({ DOKS_ENV_RESTORED: "[1]" });
      order.push("update");
      return comesUp();
    });
    await up();
    expect(order).toEqual(["resume", "restore", "update", "look", "discard"]);
  });

  it.each(["update", "look"])("stays when the %s fails", async (failing) => {
    mockData.mockImplementation((step, outcome) =>
      step === failing ? Promise.reject(new UserError("no", "no")) : Promise.resolve(outcome),
    );
    mockWorkspace.up.mockImplementation(() =>
      failing === "update" ? Promise.reject(new UserError("no", "no")) : comesUp(),
    );
    await expect(up()).rejects.toThrow();
    expect(mockData).not.toHaveBeenCalledWith("discard");
  });
});

describe("an update that fails", () => {
  it("is told with what the cluster says, and with how to go on", async () => {
    mockWorkspace.up.mockRejectedValue(failed("error: timed out"));
    const error = await errorOf(up());
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({
      message:
        '"alice-dev" is not up: pulumi up failed: error: timed out\n\nDeployment web  failed',
      fix: "fix it and run the same again; `doks-env diagnose alice-dev` looks again, `doks-env down alice-dev` gives up",
    });
  });

  it("because its state cannot be read is told as that, with its own fix", async () => {
    mockWorkspace.up.mockRejectedValue(failed("error: failed to load checkpoint: EOF"));
    expect(await errorOf(up())).toMatchObject({
      message: "pulumi cannot read the stack's state: failed to load checkpoint: EOF",
      fix: expect.stringContaining(".json.bak") as string,
    });
  });

  /** An update that Ctrl-C has ended, and what is in the state by then. */
  async function interrupted(exported?: string): Promise<unknown> {
    place.pulumi.answer("stack export", { stdout: exported ?? EMPTY_STATE });
    mockWorkspace.up.mockImplementation(() => {
      if (exported !== undefined) {
        place.backend.stack("alice-dev", checkpointOf("alice-dev", { outputs: {} }));
      }
      place.abort.abort();
      return Promise.reject(failed("error: update cancelled"));
    });
    const error = await errorOf(up());
    expect(error).toBeInstanceOf(InterruptedError);
    return error;
  }

  it("because of Ctrl-C says what there is, and how to go on", async () => {
    expect(await interrupted(stateWithCluster())).toMatchObject({
      message: 'interrupted: "alice-dev" is not locked, and part of it is there, and costs',
      fix: "doks-env up alice-dev   # goes on; doks-env down alice-dev takes it away",
    });
  });

  it("because of Ctrl-C says that there is nothing", async () => {
    expect(await interrupted()).toMatchObject({
      message: 'interrupted: "alice-dev" is not locked, and nothing of it is there',
      fix: "doks-env up alice-dev   # goes on; doks-env down alice-dev takes it away",
    });
  });

  it("because of Ctrl-C before there is a cluster in the state goes on, too: what was being created carries its id", async () => {
    expect(await interrupted(EMPTY_STATE)).toMatchObject({
      message: 'interrupted: "alice-dev" is not locked, and part of it is there, and costs',
      fix: "doks-env up alice-dev   # goes on; doks-env down alice-dev takes it away",
    });
  });

  it("because of Ctrl-C says so, too, when pulumi has left its lock", async () => {
    mockWorkspace.up.mockImplementation(() => {
      place.backend.stack("alice-dev", checkpointOf("alice-dev"));
      const lock = { pid: 1, username: "bob", hostname: "x", timestamp: NOW.toISOString() };
      place.backend.lock("alice-dev", "1b2c", lock);
      place.abort.abort();
      return Promise.reject(failed("error: update cancelled"));
    });
    await expect(up()).rejects.toThrow('"alice-dev" is still locked');
  });

  it("after another has made the stack while this was waiting makes none, and keeps its tags", async () => {
    mockWorkspace.up.mockImplementationOnce(() => {
      place.backend.stack("alice-dev", checkpointOf("alice-dev"));
      place.backend.tags("alice-dev", { created: "2026-11-23T11:59:00Z", ...recorded({}) });
      return Promise.reject(failed("error: the stack is currently locked by 1 lock(s)"));
    });
    const pause = jest.spyOn(timers, "setTimeout").mockResolvedValue(undefined);
    await up({ yes: true, wait: true });
    pause.mockRestore();
    expect(mockWorkspace.createStack).toHaveBeenCalledTimes(1);
    expect(tags().created).toBe("2026-11-23T11:59:00Z");
  });
});
