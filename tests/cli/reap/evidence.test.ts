/** Each signal, read from an emulated account, GitHub and a cluster. */
import type { V1ObjectMeta } from "@kubernetes/client-node";
import { DigitalOcean } from "../../../cli/account/digitalocean";
import { gitHubAccess } from "../../../cli/pull-requests/github/access";
import { openGitHub } from "../../../cli/pull-requests/github/github";
import { listPullRequests } from "../../../cli/pull-requests/github/pull-requests";
import { readInventory } from "../../../cli/reap/account";
import {
  type EvidenceSources,
  readSignal,
  type Subject,
} from "../../../cli/reap/evidence/read-signal";
import type { Signal, SignalName } from "../../../cli/reap/policy/evidence";
import type { StackRecord } from "../../../cli/stacks/record";
import { TestEmulator } from "../../../packages/emulator/tests/api/support/test-emulator";
import type { ClusterBody } from "../../../packages/emulator/tests/api/support/wire-types";
import { type GitHubServer, withGitHub } from "../../helpers/github/server";
import { withServer } from "../../helpers/local-server";
import { type Contents, FakeCluster } from "../cluster/support/fake-cluster";
import { situation } from "./policy/fixtures";

const HOUR = 3_600;
const DAY = 24 * HOUR;
const RECORD: StackRecord = {
  stack: "alice-dev",
  hasResources: true,
  outputs: {},
  tags: {},
  locks: [],
};

let emulator: TestEmulator;
let cluster: ClusterBody;
let abort: AbortController;

beforeEach(async () => {
  abort = new AbortController();
  emulator = await TestEmulator.start();
  cluster = await emulator.createCluster({ name: "alice-dev" });
});
afterEach(() => emulator.close());

const now = () => emulator.clock.now().getTime() / 1000;
const pass = (seconds: number) => emulator.clock.advance(seconds * 1000);
const serve = (id: string, requests: number, bytes: number) =>
  emulator.controlPlanes.cloud.recordTraffic(id, { requests, bytes });

function balance(type: "REGIONAL" | "REGIONAL_NETWORK", ...protocols: readonly string[]): string {
  return emulator.controlPlanes.cloud.ensureLoadBalancer({
    clusterId: cluster.id,
    serviceUid: type,
    name: type.toLowerCase(),
    type,
    region: "fra1",
    forwardingRules: protocols.map((protocol, index) => ({
      entryProtocol: protocol,
      entryPort: 80 + index,
      targetProtocol: protocol,
      targetPort: 30_080 + index,
    })),
    dropletIds: [],
    sizeUnit: 1,
    network: "EXTERNAL",
  }).id;
}

/** A trickle as of a monitor: somebody's, once a minute, that keeps nothing alive. */
function trickle(id: string, minutes: number): void {
  for (let minute = 0; minute < minutes; minute++) {
    serve(id, 1, 4_096);
    pass(60);
  }
}

async function read(
  signal: SignalName,
  {
    from = now() - DAY,
    token = emulator.token,
    subject = {},
    sources = {},
  }: {
    readonly from?: number;
    readonly token?: string;
    readonly subject?: Partial<Subject>;
    readonly sources?: Partial<EvidenceSources>;
  } = {},
): Promise<{ signals: Signal[]; asked: number }> {
  const sleep = async () => {};
  const account = new DigitalOcean({ origin: emulator.url, token }, { sleep });
  const inventory = await readInventory(
    new DigitalOcean({ origin: emulator.url, token: emulator.token }),
  );
  const before = await requests();
  const signals = await readSignal(
    {
      account,
      inventory,
      namespace: () => Promise.reject(new Error("no cluster is to be asked")),
      signal: abort.signal,
      ...sources,
    },
    { record: RECORD, situation: situation({ clusterIds: [cluster.id] }), ...subject },
    { signal, from, until: now() },
  );
  return { signals, asked: (await requests()) - before };
}

/** How often monitoring was asked. */
async function requests(): Promise<number> {
  const { body } = await emulator.get<{ requests: { path: string }[] }>("/_emulator/requests");
  return body.requests.filter(({ path }) => path.startsWith("/v2/monitoring")).length;
}

describe("traffic", () => {
  it.each([
    ["REGIONAL", "http", "requests"],
    ["REGIONAL", "tcp", "bytes"],
    ["REGIONAL_NETWORK", "tcp", "bytes"],
  ] as const)(
    "through a load balancer of type %s for %s is seen in its %s",
    async (type, protocol, unit) => {
      const id = balance(type, protocol);
      trickle(id, 90);
      const usedAt = now();
      serve(id, 200, 800_000);
      pass(2 * HOUR);
      const { signals, asked } = await read("traffic");
      const [signal, ...others] = signals;
      expect(others).toEqual([]);
      expect(signal).toMatchObject({
        state: "read",
        source: `load balancer ${id.slice(0, 8)}`,
        value: expect.stringContaining(unit),
      });
      const { at = 0 } = signal as { at?: number };
      expect(at).toBeGreaterThanOrEqual(Math.floor(usedAt));
      expect(at - usedAt).toBeLessThanOrEqual(216);
      expect(signal).not.toHaveProperty("from");
      expect(asked).toBe(1);
    },
  );

  it("is none for a trickle, and without any traffic", async () => {
    const id = balance("REGIONAL_NETWORK", "tcp");
    trickle(id, 120);
    pass(HOUR);
    const { signals } = await read("traffic");
    expect(signals).toMatchObject([{ state: "read", at: undefined }]);
  });

  it("is absent only if there is certainly no load balancer", async () => {
    expect((await read("traffic")).signals).toMatchObject([{ state: "absent" }]);
    const other = await emulator.createCluster({ name: "bob-dev" });
    const subject = { situation: situation({ clusterIds: [other.id] }) };
    balance("REGIONAL", "http");
    expect((await read("traffic", { subject })).signals).toMatchObject([{ state: "absent" }]);
    const unlisted = { state: "failed", why: "503" } as const;
    const inventory = {
      ...(await readInventory(new DigitalOcean({ origin: emulator.url, token: emulator.token }))),
      "load balancer": unlisted,
    };
    expect((await read("traffic", { sources: { inventory } })).signals).toMatchObject([
      { state: "failed", detail: expect.stringContaining("503") },
    ]);
  });

  it("is requested day by day from the load balancer's creation, separately for each protocol", async () => {
    const id = balance("REGIONAL_NETWORK", "tcp", "udp");
    serve(id, 100, 400_000);
    pass(2.5 * DAY);
    const { signals, asked } = await read("traffic", { from: now() - 10 * DAY });
    expect(asked).toBe(2 * 3);
    expect(signals).toHaveLength(2);
    // No seam between two days looks like a gap: it is known for all its life.
    for (const signal of signals) {
      expect(signal).toMatchObject({ state: "read" });
      expect(signal).not.toHaveProperty("from");
    }
  });
});

describe("processor load", () => {
  it("is found after work on each node, and not without work", async () => {
    const id = balance("REGIONAL", "http");
    pass(3 * HOUR);
    const quiet = await read("processor");
    expect(quiet.signals).toMatchObject([
      { state: "read", at: undefined, source: expect.stringMatching(/^node /) },
    ]);
    const usedAt = now();
    serve(id, 6_000, 1);
    pass(3 * HOUR);
    const { signals, asked } = await read("processor");
    const { at = 0 } = signals[0] as { at?: number };
    expect(at).toBeGreaterThan(usedAt);
    expect(at - usedAt).toBeLessThanOrEqual(1_200);
    expect(asked).toBe(1);
  });
});

describe("a signal that cannot be read", () => {
  it("is failed, with the missing access, and does not stop the run", async () => {
    balance("REGIONAL", "http");
    pass(HOUR);
    const { body } = await emulator.call<{ token: string }>("POST", "/_emulator/tokens", {
      scopes: ["droplet:read"],
    });
    for (const name of ["traffic", "processor"] as const) {
      const { signals } = await read(name, { token: body.token });
      expect(signals).toMatchObject([{ signal: name, state: "failed" }]);
      expect(signals[0]?.detail).toMatch(/GET \/v2\/monitoring\/metrics\/.* with 403/);
    }
  });

  it("is failed when the response has no points", async () => {
    balance("REGIONAL", "http");
    pass(HOUR);
    const empty = { status: "success", data: { resultType: "matrix", result: [] } };
    await withServer(
      (_, response) =>
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(empty)),
      async ({ url }) => {
        const account = new DigitalOcean({ origin: url, token: "t" });
        for (const name of ["traffic", "processor"] as const) {
          expect((await read(name, { sources: { account } })).signals).toMatchObject([
            { state: "failed", detail: expect.stringContaining("no readings") },
          ]);
        }
      },
    );
  });

  it("stops with the command", async () => {
    abort.abort(new Error("Ctrl-C"));
    await expect(read("use")).rejects.toThrow("Ctrl-C");
  });

  it("is absent without a cluster", async () => {
    const subject = { situation: situation({ clusterIds: [] }) };
    for (const name of ["traffic", "processor", "rollout"] as const) {
      expect((await read(name, { subject })).signals).toMatchObject([
        { signal: name, state: "absent", detail: "it has no cluster" },
      ]);
    }
  });
});

describe("on a shared cluster", () => {
  const onHost = (url?: string): Partial<Subject> => ({
    record: { ...RECORD, outputs: { placement: "namespace", clusterId: cluster.id, url } },
    situation: situation({ clusterIds: [] }),
  });
  const holding = (contents: Contents): Partial<EvidenceSources> => ({
    namespace: async () => ({ client: new FakeCluster(contents), name: "alice-dev" }),
  });
  const balanced = (id: string): Contents => ({
    Service: [
      {
        metadata: { annotations: { "kubernetes.digitalocean.com/load-balancer-id": id } },
        spec: { type: "LoadBalancer" },
      },
    ],
  });

  it("only the traffic through its own load balancers counts", async () => {
    const hers = balance("REGIONAL", "http");
    const bobs = balance("REGIONAL_NETWORK", "tcp");
    pass(HOUR);
    serve(bobs, 200, 800_000);
    pass(2 * HOUR);
    const seen = async (id: string) =>
      (await read("traffic", { subject: onHost("http://x"), sources: holding(balanced(id)) }))
        .signals;
    expect(await seen(hers)).toMatchObject([
      { state: "read", at: undefined, source: `load balancer ${hers.slice(0, 8)}` },
    ]);
    expect(await seen(bobs)).toMatchObject([{ state: "read", at: expect.any(Number) }]);
  });

  it("traffic through the entrance counts exactly for the environments behind it", async () => {
    const entrance = balance("REGIONAL_NETWORK", "tcp");
    serve(entrance, 200, 800_000);
    pass(HOUR);
    const sources = holding({ Service: [{ spec: { type: "ClusterIP" } }] });
    expect((await read("traffic", { subject: onHost("http://x"), sources })).signals).toMatchObject(
      [{ state: "read", source: `load balancer ${entrance.slice(0, 8)}` }],
    );
    expect((await read("traffic", { subject: onHost(), sources })).signals).toMatchObject([
      { state: "absent", detail: "it has no load balancer" },
    ]);
  });

  it("rollouts are those of its namespace, and the nodes' load does not count", async () => {
    const creationTimestamp = new Date("2026-11-23T10:00:00Z");
    const sources = holding({ Pod: [{ metadata: { name: "web-1", creationTimestamp } }] });
    expect((await read("rollout", { subject: onHost(), sources })).signals).toMatchObject([
      { state: "read", at: creationTimestamp.getTime() / 1000, detail: "Pod web-1" },
    ]);
    expect(await read("processor", { subject: onHost(), sources })).toMatchObject({
      signals: [
        { state: "absent", detail: expect.stringContaining("its environments share them") },
      ],
      asked: 0,
    });
  });

  it("is failed when its cluster cannot be read", async () => {
    for (const name of ["traffic", "rollout"] as const) {
      expect((await read(name, { subject: onHost() })).signals).toMatchObject([
        { signal: name, state: "failed", detail: "no cluster is to be asked" },
      ]);
    }
  });
});

describe("the stack's own evidence", () => {
  it("is its last update and the tag lastUsed", async () => {
    expect((await read("update")).signals).toMatchObject([{ state: "read", source: "stack" }]);
    expect((await read("use")).signals).toMatchObject([{ state: "absent" }]);
    const tagged = (lastUsed: string) => ({ record: { ...RECORD, tags: { lastUsed } } });
    expect((await read("use", { subject: tagged("2026-11-23T10:00:00Z") })).signals).toMatchObject([
      { state: "read", at: Date.parse("2026-11-23T10:00:00Z") / 1000, source: "tag lastUsed" },
    ]);
    expect((await read("use", { subject: tagged("yesterday") })).signals).toMatchObject([
      { state: "failed", detail: '"yesterday" is not a time' },
    ]);
  });
});

describe("the last push", () => {
  async function sourcesOf(server: GitHubServer): Promise<Partial<EvidenceSources>> {
    const access = gitHubAccess(server.env("acme/shop"));
    if (access === undefined) {
      throw new Error("no access");
    }
    const gitHub = await openGitHub(access, { sleep: async () => {} });
    return { pullRequests: { gitHub, listing: await listPullRequests(gitHub) } };
  }

  it("is read from GitHub, and fails without a response", async () => {
    await withGitHub({ now: () => new Date("2026-11-23T10:00:00Z") }, async (server) => {
      server.world.add("acme/shop").open(7);
      const sources = await sourcesOf(server);
      const subject = { pullRequest: 7 };
      expect((await read("push", { subject, sources })).signals).toMatchObject([
        { state: "read", at: Date.parse("2026-11-23T10:00:00Z") / 1000, source: "pull request 7" },
      ]);
      expect((await read("push", { subject: { pullRequest: 8 }, sources })).signals).toMatchObject([
        { state: "failed", detail: "GitHub has no such pull request" },
      ]);
      server.faults.push({ matching: /activity/, times: 4, reply: "hangUp" });
      expect((await read("push", { subject, sources })).signals).toMatchObject([
        { state: "failed", detail: expect.stringContaining("GitHub cannot be reached") },
      ]);
    });
  });

  it("is absent without a pull request, but failed without access to GitHub", async () => {
    expect((await read("push")).signals).toMatchObject([{ state: "absent" }]);
    expect((await read("push", { subject: { pullRequest: 7 } })).signals).toMatchObject([
      { state: "failed", detail: "no repository is configured" },
    ]);
  });
});

describe("rollouts", () => {
  const at = (hour: number) => new Date(Date.UTC(2026, 10, 23, hour));
  const made = (name: string, hour: number, owner?: { kind: string; uid: string }) => ({
    metadata: {
      name,
      uid: name,
      creationTimestamp: at(hour),
      ...(owner
        ? { ownerReferences: [{ ...owner, name: owner.uid, apiVersion: "batch/v1" }] }
        : {}),
    } satisfies V1ObjectMeta,
  });
  const rolledOut = async (contents: Contents) => {
    const namespace = async () => ({ client: new FakeCluster(contents), name: "alice-dev" });
    return (await read("rollout", { sources: { namespace } })).signals;
  };

  it("are the newest objects of any kind that they create", async () => {
    const contents: Contents = {
      ReplicaSet: [made("api-1", 8), made("api-2", 9)],
      ControllerRevision: [{ ...made("db-1", 10), revision: 1 }],
      Pod: [made("api-2-x", 9), made("debug", 11)],
    };
    expect(await rolledOut(contents)).toMatchObject([
      { state: "read", at: at(11).getTime() / 1000, detail: "Pod debug" },
    ]);
    expect(await rolledOut({ ...contents, Pod: [] })).toMatchObject([
      { at: at(10).getTime() / 1000, detail: "ControllerRevision db-1" },
    ]);
    expect(await rolledOut({})).toMatchObject([{ state: "absent" }]);
  });

  it("exclude a CronJob's Jobs, but include a manual Job", async () => {
    const contents: Contents = {
      ReplicaSet: [made("api-1", 8)],
      Job: [made("nightly-1", 11, { kind: "CronJob", uid: "nightly" })],
      Pod: [made("nightly-1-x", 11, { kind: "Job", uid: "nightly-1" })],
    };
    expect(await rolledOut(contents)).toMatchObject([{ detail: "ReplicaSet api-1" }]);
    const byHand = { ...contents, Job: [...(contents.Job ?? []), made("migrate", 10)] };
    expect(await rolledOut(byHand)).toMatchObject([{ detail: "Job migrate" }]);
  });

  it("fail without access to the cluster", async () => {
    const client = new FakeCluster({}, { forbidden: ["Job"] });
    const namespace = async () => ({ client, name: "alice-dev" });
    expect((await read("rollout", { sources: { namespace } })).signals).toMatchObject([
      { state: "failed", detail: "may not list Job" },
    ]);
  });
});
