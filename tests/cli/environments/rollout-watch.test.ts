import type { EngineEvent } from "@pulumi/pulumi/automation";
import { RolloutWatch } from "../../../cli/environments/rollout-watch";
import { type Contents, FakeCluster } from "../cluster/support/fake-cluster";
import {
  controlledBy,
  deployment,
  NOW,
  pod,
  replicaSet,
  service,
  warning,
} from "../cluster/support/objects";
import { Workplace } from "../support/workplace";

// Claim: an update ends when no awaited object can change any more, or when a resource has failed, and not before.

/** Milliseconds of the watch's own clock, which goes on only while it waits. */
let mockTime = 0;
let mockContents: () => Contents;

jest.mock("node:timers/promises", () => ({
  setTimeout: async (ms: number, _: unknown, { signal }: { signal: AbortSignal }) => {
    await new Promise(setImmediate);
    signal.throwIfAborted();
    mockTime += ms;
  },
}));
jest.mock("../../../cli/cluster/client", () => ({
  openCluster: () => Promise.resolve(new FakeCluster(mockContents())),
}));

let place: Workplace;
beforeEach(() => {
  mockTime = 0;
  place = new Workplace();
});
afterEach(() => place.remove());

const event = (name: "resourcePreEvent" | "resOpFailedEvent" | "resOutputsEvent", of: string) =>
  ({
    [name]: {
      metadata: {
        op: "create",
        type: "kubernetes:apps/v1:Deployment",
        urn: `urn:pulumi:alice-dev::shop::kubernetes:apps/v1:Deployment::alice-dev/${of}`,
      },
    },
  }) as unknown as EngineEvent;

/** Of the smoke test. */
const testing = {
  resourcePreEvent: {
    metadata: {
      op: "create",
      type: "command:local:Command",
      urn: "urn:pulumi:alice-dev::shop::command:local:Command::environment-smoke-test",
    },
  },
} as unknown as EngineEvent;

/** Deployments with a pod each, which waits for this reason. */
const waiting = (reason: string, ...names: string[]): Contents =>
  waitingFor(reason, "not found", ...names);
const waitingFor = (reason: string, message: string, ...names: string[]): Contents => {
  const all = names.map((name) => {
    const owner = deployment(name, 1, 0);
    const set = replicaSet(owner);
    const its = pod(`${name}-1`, {
      metadata: { ...controlledBy("ReplicaSet", set), labels: { app: name } },
      containerStatus: { ready: false, state: { waiting: { reason, message } } },
    });
    return { owner, set, its };
  });
  return {
    Deployment: all.map(({ owner }) => owner),
    ReplicaSet: all.map(({ set }) => set),
    Pod: all.map(({ its }) => its),
  };
};

/** Watches for some seconds, with these events at their times. @returns when the update was ended, and why */
async function watch(seconds: number, events: Readonly<Record<number, readonly EngineEvent[]>>) {
  const notes: string[] = [];
  const progress = { note: (line: string) => void notes.push(line) };
  const context = place.context({ now: () => new Date(NOW.getTime() + mockTime) });
  const watching = new RolloutWatch(context, "alice-dev", progress as never, {
    entry: "web",
    missing: [{ kind: "Secret", name: "db", keys: ["password"] }],
  });
  const { signal, onEvent } = watching.following({
    onEvent: () => undefined,
    stdout: "ignore",
    onError: () => undefined,
    signal: new AbortController().signal,
  });
  let endedAt: number | undefined;
  signal.addEventListener("abort", () => {
    endedAt = mockTime / 1000;
  });
  for (let second = 0; second <= seconds; second++) {
    for (const one of events[second] ?? []) {
      onEvent(one);
    }
    while (mockTime <= second * 1000) {
      await new Promise(setImmediate);
    }
  }
  watching.close();
  return { endedAt, notes, verdict: watching.verdict };
}

const MISSING = () => waiting("ImagePullBackOff", "web");
const STARTING = () => waiting("ContainerCreating", "web");

it("ends an update half a minute after a failure, regardless of other waits", async () => {
  mockContents = STARTING;
  const { endedAt, notes, verdict } = await watch(60, {
    0: [event("resourcePreEvent", "web"), event("resourcePreEvent", "job")],
    10: [event("resOpFailedEvent", "job")],
  });
  expect(endedAt).toBeGreaterThanOrEqual(40);
  expect(endedAt).toBeLessThanOrEqual(46);
  expect(notes.at(-1)).toBe("  ! a failed object blocks the update; ending it");
  // Pulumi's own error is the reason.
  expect(verdict).toBeUndefined();
});

it("ends it sooner when no awaited object can change, and reports the failure as the reason", async () => {
  mockContents = MISSING;
  const { endedAt, verdict } = await watch(60, {
    0: [event("resourcePreEvent", "web"), event("resourcePreEvent", "job")],
    10: [event("resOpFailedEvent", "job")],
  });
  expect(endedAt).toBeLessThanOrEqual(24);
  expect(verdict).toBeUndefined();
});

it("reports blocked objects, and ends an update that waits only for them", async () => {
  mockContents = MISSING;
  const { endedAt, notes, verdict } = await watch(30, { 0: [event("resourcePreEvent", "web")] });
  expect(endedAt).toBeLessThanOrEqual(16);
  expect(verdict).toMatch(
    /^it waits for objects that cannot become ready: Deployment web: .*cannot pull/,
  );
  expect(notes).toEqual([
    expect.stringMatching(/^ {2}… Deployment web: .*cannot pull/),
    "  ! none of the objects that the update waits for can become ready; ending it",
  ]);
});

const ofVolume = (message: string) => `MountVolume.SetUp failed for volume "db" : ${message}`;
/** The kubelet tells of a volume in an event, and of the rest in the container's status. */
const unconfigured = (message: string) => (): Contents => {
  if (!message.startsWith("MountVolume")) {
    return waitingFor("CreateContainerConfigError", message, "web");
  }
  const contents = waiting("ContainerCreating", "web");
  const [its = pod("web-1")] = contents.Pod ?? [];
  return { ...contents, Event: [warning("Pod", its, "FailedMount", message)] };
};

it.each([
  ['secret "db" not found', 'secret "db" not found'],
  [
    "couldn't find key password in Secret alice-dev/db",
    "couldn't find key password in Secret alice-dev/db",
  ],
  [
    ofVolume("references non-existent secret key: password"),
    'its volumes cannot be mounted: MountVolume.SetUp failed for volume "db" : the Secret has no key "password"',
  ],
])("ends an update whose pods need a missing object: %s", async (message, told) => {
  mockContents = unconfigured(message);
  expect(await watch(30, { 0: [event("resourcePreEvent", "web")] })).toMatchObject({
    verdict: expect.stringContaining(told) as string,
  });
});

it.each<[string, Contents, RegExp]>([
  [
    "selects pods that do not exist",
    {
      Service: [service("web", { selector: { app: "wbe" } })],
      Deployment: [deployment("web", 1, 1)],
    },
    /Service web: it selects pods with app=wbe, and no workload has such pods/,
  ],
  [
    "leads to a workload without replicas",
    { Service: [service("web")], Deployment: [deployment("web", 0, 0)] },
    /Service web: it leads to Deployment "web", which has no replicas/,
  ],
  [
    "selects pods without an image that the update does not await",
    { Service: [service("web")], ...waiting("ImagePullBackOff", "web") },
    /Service web: Deployment "web", which it leads to: .*cannot pull/,
  ],
])("ends a smoke test of an entry that %s", async (_, contents, verdict) => {
  mockContents = () => contents;
  expect(await watch(30, { 0: [testing] })).toMatchObject({
    endedAt: expect.any(Number) as number,
    verdict: expect.stringMatching(verdict) as string,
  });
});

it.each<[string, Contents]>([
  [
    "whose pods are there",
    {
      Service: [service("web"), service("old", { selector: { app: "nobody" } })],
      Deployment: [deployment("web", 1, 1)],
    },
  ],
  ["whose pods begin", { Service: [service("web")], ...waiting("ContainerCreating", "web") }],
])("continues a smoke test of an entry %s", async (_, contents) => {
  mockContents = () => contents;
  expect(await watch(120, { 0: [testing] })).toMatchObject({ endedAt: undefined });
});

it("waits for the address of a Service without pods", async () => {
  mockContents = () => ({ Service: [service("web")] });
  const created = {
    resourcePreEvent: {
      metadata: {
        op: "create",
        type: "kubernetes:core/v1:Service",
        urn: "urn:pulumi:alice-dev::shop::kubernetes:core/v1:Service::alice-dev/web",
      },
    },
  } as unknown as EngineEvent;
  expect(await watch(120, { 0: [created] })).toMatchObject({ endedAt: undefined });
});

it.each<[string, () => Contents, Parameters<typeof watch>[1]]>([
  ["waits for something that may still come", STARTING, { 0: [event("resourcePreEvent", "web")] }],
  ...[
    'secret "other" not found',
    "couldn't find key user in Secret alice-dev/db",
    ofVolume("references non-existent secret key: user"),
    ofVolume("configmap references non-existent config key: password"),
  ].map((message): [string, () => Contents, Parameters<typeof watch>[1]] => [
    `waits for what may come: ${message}`,
    unconfigured(message),
    { 0: [event("resourcePreEvent", "web")] },
  ]),
  [
    "has one thing that may still come beside one that cannot",
    () => ({
      ...MISSING(),
      Deployment: [...(MISSING().Deployment ?? []), deployment("api", 1, 0)],
    }),
    { 0: [event("resourcePreEvent", "web"), event("resourcePreEvent", "api")] },
  ],
  [
    "is done with what could not change",
    MISSING,
    { 0: [event("resourcePreEvent", "web")], 5: [event("resOutputsEvent", "web")] },
  ],
])("continues an update that %s", async (_, contents, events) => {
  mockContents = contents;
  expect(await watch(120, events)).toMatchObject({ endedAt: undefined, verdict: undefined });
});
