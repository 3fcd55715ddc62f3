import { hostname, userInfo } from "node:os";
import pMap from "p-map";
import { MemoryStore } from "../../cli/reap/memory-store";
import { takeReaperLock } from "../../cli/reap/reaper-lock";
import { readByCommand } from "../../cli/stacks/command-stacks";
import { openBucket, readStack, readStacks, type StateSource } from "../../cli/stacks/read-stacks";
import { checkpointOf, outputsOf } from "../cli/stacks/support/checkpoints";
import { collected } from "../helpers/collected";
import { DESTROY, MINUTES, UP } from "./support/commands";
import { S3Server } from "./support/s3-server";
import { TrialProject } from "./support/trial-project";

// Claim: the real pulumi's files are read from a folder and from S3 without pulumi, and match pulumi's output.

/** A Python that has ./support/requirements.txt, for an S3 server. */
const python = process.env.MOTO_PYTHON;
const describeS3 = python ? describe : describe.skip;
const reason = python ? "" : " (skipped: MOTO_PYTHON is not set)";

let project: TrialProject;
let source: StateSource;
beforeEach(() => {
  project = new TrialProject();
});
afterEach(() => project.remove());

/** All stacks of a backend. */
const stacksOf = (of: StateSource) => collected(readStacks(of));

function use(url: string): void {
  project.env.PULUMI_BACKEND_URL = url;
  source = { url, project: project.name, run: (args) => project.pulumi(...args) };
}

describe("files", () => {
  beforeEach(() => use(project.localBackend));

  it("match pulumi's output", tellsTheLifeOfAStack, 3 * MINUTES);
  it("show a stack's lock", tellsTheLock, MINUTES);
  it("store the reaper's memory and its lock", keepsTheReapersOwn, MINUTES);
  it("are read when they are compressed", readsCompressed, MINUTES);
});

describeS3(`an S3 bucket${reason}`, () => {
  let server: S3Server;
  let folder: string;
  const outside = { ...process.env };
  beforeAll(async () => {
    server = await S3Server.start(python ?? "");
    Object.assign(process.env, server.env);
  }, MINUTES);
  afterAll(async () => {
    process.env = outside;
    await server.close();
  });
  beforeEach(() => {
    Object.assign(project.env, server.env);
    const backend = server.newBackend();
    folder = backend.folder;
    use(backend.url);
  });

  it("matches pulumi's output", tellsTheLifeOfAStack, 3 * MINUTES);
  it("shows a stack's lock", tellsTheLock, MINUTES);
  it("stores the reaper's memory and its lock", keepsTheReapersOwn, MINUTES);

  it(
    "is read to the last page of its list",
    async () => {
      const stacks = `${folder}/.pulumi/stacks/${project.name}`;
      const numbers = Array.from({ length: 1_000 }, (_, index) => index);
      await server.put(`${folder}/.pulumi/meta.yaml`, "version: 1\n");
      await server.put(`${stacks}/alice-dev.json`, checkpointOf("alice-dev"));
      // What Pulumi retains of older checkpoints when it is told to.
      await pMap(numbers, (number) => server.put(`${stacks}/alice-dev.json.${number}`, "{}"), {
        concurrency: 16,
      });
      await server.put(`${stacks}/zoe-dev.json`, checkpointOf("zoe-dev"));
      expect(await stacksOf(source)).toMatchObject([
        { stack: "alice-dev", outputs: outputsOf("alice-dev") },
        { stack: "zoe-dev", outputs: outputsOf("zoe-dev") },
      ]);
    },
    MINUTES,
  );

  it(
    "is an error when it is missing or cannot be reached",
    async () => {
      const [bucket, query] = source.url.split("?");
      await expect(stacksOf({ ...source, url: `s3://of-nobody?${query}` })).rejects.toMatchObject({
        message: expect.stringContaining("bucket does not exist"),
      });
      await expect(
        stacksOf({ ...source, url: `${bucket}?endpoint=http://127.0.0.1:1` }),
      ).rejects.toMatchObject({ message: expect.stringContaining("ECONNREFUSED") });
    },
    MINUTES,
  );
});

async function tellsTheLifeOfAStack(): Promise<void> {
  expect(await stacksOf(source)).toEqual([]);

  await project.pulumi("stack", "init", "alice-dev");
  await project.pulumi("stack", "tag", "set", "owner", "alice", "--stack", "alice-dev");
  await project.pulumi("config", "set", "fail", "true", "--stack", "alice-dev");
  const empty = { hasResources: false, outputs: {}, tags: { owner: "alice" }, updating: false };
  await expectSameAsPulumi(empty);

  const { exitCode } = await project.run([...UP, "--stack", "alice-dev"]);
  expect(exitCode).not.toBe(0);
  await expectSameAsPulumi({ ...empty, hasResources: true });

  await project.pulumi("config", "rm", "fail", "--stack", "alice-dev");
  await project.pulumi(...UP, "--stack", "alice-dev");
  await expectSameAsPulumi({
    hasResources: true,
    outputs: { url: "http://localhost", images: { "shop/frontend": "shop/frontend:v1" } },
    tags: { owner: "alice" },
  });

  await project.pulumi("stack", "init", "bob-dev");
  expect((await stacksOf(source)).map(({ stack }) => stack)).toEqual(["alice-dev", "bob-dev"]);
  expect(await project.list()).toMatchObject([
    { stack: "alice-dev", url: "http://localhost" },
    { stack: "bob-dev", state: "empty" },
  ]);

  await project.pulumi(...DESTROY, "--stack", "alice-dev");
  await expectSameAsPulumi(empty);
  await project.pulumi("stack", "rm", "--yes", "--stack", "alice-dev");
  expect(await readStack(source, "alice-dev")).toBeUndefined();
}

/** Reads alice-dev from the backend's files, and through pulumi, as other backends are read. */
async function expectSameAsPulumi(expected: object): Promise<void> {
  const read = await readStack(source, "alice-dev");
  const [said] = await collected(readByCommand(source.run, "alice-dev"));
  expect(read).toMatchObject({ stack: "alice-dev", ...expected });
  expect({ ...read, lastUpdate: inMilliseconds(read?.lastUpdate), updating: undefined }).toEqual({
    ...said,
    lastUpdate: inMilliseconds(said?.lastUpdate),
  });
}

/** Pulumi's list is not more precise. */
function inMilliseconds(time: string | undefined): number {
  return Date.parse(time ?? "");
}

async function tellsTheLock(): Promise<void> {
  await project.pulumi("stack", "init", "alice-dev");
  await project.run([...UP, "--stack", "alice-dev"], { killWhen: (said) => /Updating/.test(said) });

  expect(await readStack(source, "alice-dev")).toMatchObject({
    updating: true,
    locks: [
      {
        user: userInfo().username,
        host: hostname(),
        pid: expect.any(Number),
        since: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      },
    ],
  });

  await project.pulumi("cancel", "--yes", "--stack", "alice-dev");
  expect(await readStack(source, "alice-dev")).toMatchObject({ updating: false, locks: [] });
}

async function keepsTheReapersOwn(): Promise<void> {
  await project.pulumi("stack", "init", "alice-dev");
  const bucket = await openBucket(source.url);
  if (bucket === undefined) {
    throw new Error(`${source.url} is not a bucket`);
  }
  const all = { index: 1, of: 1 };
  const take = () =>
    takeReaperLock(bucket, project.name, all, {
      env: {},
      now: () => new Date(),
      say: () => {},
      signal: new AbortController().signal,
    });
  const lock = await take();
  await expect(take()).rejects.toThrow(/another reaper works on shard 1\/1/);
  await lock.release();
  await (await take()).release();

  const now = Date.now() / 1000;
  const uses = [{ stack: "alice-dev", at: now, proof: "a test" }];
  await (await MemoryStore.open(bucket, project.name, { index: 2, of: 2 })).remember({ uses }, 0);
  const store = await MemoryStore.open(bucket, project.name, all);
  expect(store.record.uses).toEqual(uses);
  await store.remember({ uses }, now);
  await store.remember({ uses: [{ stack: "bob-dev", at: now, proof: "a test" }] }, now);
  // What nobody has written for long is removed.
  await store.tidy(new Set(["alice-dev", "bob-dev"]), now);
  const kept = await MemoryStore.open(bucket, project.name, all);
  expect(kept.record.uses.map(({ stack }) => stack)).toEqual(["alice-dev", "bob-dev"]);
  expect(await bucket.list(".doks-env/reap/")).toContain(
    `.doks-env/reap/${project.name}/shards/1-of-1.json`,
  );
  expect(
    (await bucket.list(".doks-env/reap/")).filter((key) => /locks\/.|2-of-2/.test(key)),
  ).toEqual([]);
  // Pulumi takes none of it for a stack.
  expect((await stacksOf(source)).map(({ stack }) => stack)).toEqual(["alice-dev"]);
}

async function readsCompressed(): Promise<void> {
  await project.pulumi("stack", "init", "alice-dev");
  for (const compression of ["GZIP", "ZSTD"]) {
    const variable = `PULUMI_DIY_BACKEND_${compression}`;
    project.env[variable] = "true";
    await project.pulumi(...UP, "--stack", "alice-dev");
    delete project.env[variable];
    expect(await readStack(source, "alice-dev")).toMatchObject({
      outputs: { url: "http://localhost" },
    });
  }
  // As when the engine of doks-env compresses, and a developer's plain pulumi does not.
  await project.pulumi(...DESTROY, "--stack", "alice-dev");
  expect(await stacksOf(source)).toMatchObject([{ stack: "alice-dev", hasResources: false }]);
  await project.pulumi("stack", "rm", "--yes", "alice-dev");
  expect(await stacksOf(source)).toEqual([]);
}
