import fc from "fast-check";
import { planRestoreOf } from "../../../cli/data/restore-data";
import type { Checked } from "../../../cli/environments/up-checks";
import type { TagChanges } from "../../../cli/stacks/stack-tags";
import type { Context } from "../../../cli/terminal/context";
import { UserError } from "../../../core/errors";
import { Environments, type Own } from "./support/environments";
import {
  type Action,
  ALWAYS,
  CLAIMS,
  PROGRESS,
  SEEDS,
  STACKS,
  Story,
  TENANT,
  WHOLE,
} from "./support/story";

// Claim: whatever is done with three environments and two seeds, and wherever each command is killed, no content that a claim or
// a seed has is lost, none comes back that was replaced, and nothing is billed that no command lists. The commands are the
// product's own, and so is the account, the emulator's. What Kubernetes and Pulumi do is modelled.

let mockWorld: Environments;

jest.mock("node:timers/promises", () => ({
  setTimeout: (milliseconds: number) => {
    mockWorld.account.clock.advance(milliseconds);
    return Promise.resolve();
  },
}));
jest.mock("../../../cli/account/digitalocean", () => ({
  requireAccess: () => ({}),
  DigitalOcean: function DigitalOcean() {
    return mockWorld.client();
  },
}));
jest.mock("../../../cli/shared-clusters/cluster-objects", () => ({
  ClusterObjects: {
    open: (_: unknown, id: string) => {
      mockWorld.process.look();
      const isThere = mockWorld.account.clusters.has(id);
      return Promise.resolve(
        isThere ? mockWorld.clusters.get(id)?.objects(mockWorld.process) : undefined,
      );
    },
  },
}));
jest.mock("../../../cli/stacks/stacks", () => ({
  sourceOf: () => ({ url: "" }),
  findStack: (_: unknown, stack: string) => Promise.resolve(mockWorld.record(stack)),
  requireStack: (_: unknown, stack: string) => Promise.resolve(mockWorld.record(stack)),
  otherStacks: (_: unknown, stack: string) =>
    Promise.resolve(mockWorld.records().filter((one) => one.stack !== stack)),
}));
jest.mock("../../../cli/stacks/stack-tags", () => ({
  ...jest.requireActual("../../../cli/stacks/stack-tags"),
  writeTags: async (_: unknown, { stack }: { stack: string }, changes: TagChanges) =>
    mockWorld.writeTags(stack, changes),
}));
jest.mock("../../../cli/stacks/owned-in-state", () => ({
  ...jest.requireActual("../../../cli/stacks/owned-in-state"),
  ownedInState: async (_: unknown, { stack }: { stack: string }) => mockWorld.owned(stack),
}));
jest.mock("../../../cli/stacks/placement-in-state", () => ({
  placementInState: async (_: unknown, stack: string) => mockWorld.placement(stack),
}));
jest.mock("../../../cli/stacks/workspace", () => ({ openWorkspace: () => mockWorld.workspace() }));
jest.mock("../../../cli/stacks/engine", () => ({ engineFor: () => ({}), EngineError: Error }));
jest.mock("../../../cli/stacks/update", () => ({
  follow: (_: unknown, __: unknown, work: (followed: object) => Promise<unknown>) => work({}),
  StackLockedError: class {},
  DamagedStateError: class {},
}));
jest.mock("../../../cli/stacks/stack-file", () => ({
  lastFile: () => "",
  configFor: (...[, , { own }]: [unknown, unknown, { own: { data: Own } }]) =>
    JSON.stringify(own.data),
}));
jest.mock("../../../cli/environments/up-checks", () => ({
  checkUp: (context: Context, stack: string, own: { data: Own }, record: never) =>
    mockCheckUp(context, stack, own, record),
}));
jest.mock("../../../cli/environments/rollout-watch", () => ({
  RolloutWatch: class {
    public following = (followed: object) => followed;
    public close = () => {};
  },
}));
jest.mock("../../../cli/stacks/git", () => ({ currentCommit: () => Promise.resolve("c") }));
jest.mock("../../../cli/sleep/sleeping-images", () => ({
  sleepingImages: () => Promise.resolve({ pins: {}, unpinned: [] }),
}));
jest.mock("../../../cli/environments/pull-credentials", () => ({
  revocationAddress: () => undefined,
}));
jest.mock("../../../cli/cluster/diagnose-stack", () => ({}));
jest.mock("../../../cli/cluster/kubeconfig-file", () => ({
  kubeconfigPath: () => "",
  removeFromKubeconfig: () => Promise.resolve(),
}));
jest.mock("../../../cli/terminal/progress", () => ({ progressOf: () => mockProgress }));

const mockProgress = PROGRESS;

/** As the real one, of which only what it says of data matters here. */
async function mockCheckUp(
  context: Context,
  stack: string,
  own: { data: Own },
  record: never,
): Promise<Checked> {
  const restore = await planRestoreOf(context, mockWorld.client(), stack, record, {
    objects: mockWorld.tree(stack),
    data: { claims: {}, ...own.data },
    region: () => Promise.resolve("fra1"),
  });
  if (restore.faults.length > 0) {
    throw new UserError(restore.faults.map(({ message }) => message).join("; "), "");
  }
  const strays = { clusters: [], pools: [], hasPending: false };
  const name = { stack, owner: "", profile: "" };
  return { name, own, restore, strays, price: 0, warnings: [], notes: [] } as unknown as Checked;
}

const [ALICE = "", BOB = ""] = STACKS;
const [SEED] = SEEDS;

const up = (name: string, more: Partial<Own> = {}): Action => ({
  ...{ does: "up", stack: name, ...WHOLE, ...more },
});
const asleep = (name: string): Action => ({ does: "sleep", stack: name, ...WHOLE });
/** A sleep that is killed when it has recorded its claims, and kept nothing. */
const begun = (name: string): Action => ({ ...WHOLE, does: "sleep", stack: name, steps: 1 });
const written = (name: string): Action => ({ does: "write", stack: name });
const saved = (name: string): Action => ({ does: "save", stack: name, seed: SEED, ...WHOLE });
const handed = (name: string): Action => ({ does: "down", stack: name, seed: SEED, ...WHOLE });
const again = (act: Action): Action => ({ ...act, again: true }) as Action;
const taken = (name: string): Action => ({ does: "down", stack: name, ...WHOLE });
const reaped = (name: string): Action => ({
  ...{ does: "reap", stack: name, verdict: "destroy", ...WHOLE },
});
const destroyed = (name: string): Action => ({ does: "pulumi destroy", stack: name, ...WHOLE });
const changed = (name: string, isThere: boolean): Action => ({
  ...{ does: "change", stack: name, claim: CLAIMS[0] ?? "", isThere },
});

/** The actions before, the one that is killed after each of its changes, and the actions after. */
const KILLED: readonly [string, readonly Action[], Action, readonly Action[]][] = [
  ["a sleep", [], again(asleep(ALICE)), [up(ALICE)]],
  ["a sleep that is not run again", [], asleep(ALICE), [up(ALICE), written(ALICE)]],
  ["a sleep that keeps volumes", [up(ALICE, { keep: "volume" })], again(asleep(ALICE)), []],
  ["a tenant's sleep", [], again(asleep(TENANT)), [up(TENANT)]],
  ["a wake", [asleep(ALICE)], again(up(ALICE)), []],
  ["a wake that is not run again", [asleep(ALICE)], up(ALICE), [asleep(ALICE), up(ALICE)]],
  [
    "a wake of volumes that were kept themselves",
    [up(ALICE, { keep: "volume" }), asleep(ALICE)],
    up(ALICE),
    [asleep(ALICE), up(ALICE)],
  ],
  ["a tenant's wake", [asleep(TENANT)], up(TENANT), [asleep(TENANT), up(TENANT)]],
  [
    "a wake whose claim leaves the tree",
    [asleep(ALICE)],
    up(ALICE),
    [changed(ALICE, false), up(ALICE), changed(ALICE, true), up(ALICE)],
  ],
  [
    "a wake after a sleep that kept nothing yet, whose claim leaves the tree",
    [begun(ALICE), changed(ALICE, false)],
    up(ALICE),
    [changed(ALICE, true), up(ALICE)],
  ],
  [
    "an environment that starts with a seed",
    [taken(BOB)],
    up(BOB, { seed: SEED }),
    [written(ALICE), saved(ALICE), up(BOB, { seed: SEED })],
  ],
  ["the saving of a seed", [written(ALICE)], again(saved(ALICE)), []],
  ["the deletion of a seed", [], again({ does: "delete", seed: SEED, ...WHOLE }), []],
  ["the end of an environment that sleeps", [asleep(ALICE)], again(taken(ALICE)), []],
  ["an end that is not run again", [asleep(ALICE)], taken(ALICE), [up(ALICE)]],
  ["an end, and then one that makes a seed,", [asleep(ALICE)], taken(ALICE), [handed(ALICE)]],
  ["a tenant's end, and then one that makes a seed,", [], taken(TENANT), [handed(TENANT)]],
  ["a tenant's end that the reaper began", [], reaped(TENANT), [saved(TENANT), asleep(TENANT)]],
  ["a tenant's end that is not run again", [], taken(TENANT), [up(TENANT), saved(TENANT)]],
  ["pulumi's end of a tenant", [], destroyed(TENANT), [saved(TENANT), asleep(TENANT)]],
  ["pulumi's end, and then one that makes a seed,", [], destroyed(TENANT), [handed(TENANT)]],
  ["pulumi's end of a cluster", [], destroyed(BOB), [saved(BOB), asleep(BOB), up(BOB)]],
  [
    "pulumi's end after a sleep that kept nothing yet",
    [begun(TENANT)],
    destroyed(TENANT),
    [asleep(TENANT), up(TENANT)],
  ],
  ["an end that makes a seed", [written(ALICE)], again(handed(ALICE)), []],
  ["an end that makes a seed, and a wake", [], handed(ALICE), [up(ALICE), handed(ALICE)]],
  ["an end that makes a seed of others", [], handed(ALICE), [handed(TENANT), up(ALICE)]],
];

test.each(KILLED)("%s that is killed after any change loses nothing", async (...told) => {
  const [, before, act, after] = told;
  const named = [...before, act, ...after].flatMap((one) => ("stack" in one ? one.stack : []));
  for (const follow of [true, false]) {
    let outcome = "killed";
    for (let steps = 0; outcome === "killed"; steps++) {
      mockWorld = new Environments(follow, [TENANT]);
      const story = new Story(mockWorld);
      await story.begin([...new Set([ALICE, ...named])]);
      await story.performAll(before);
      outcome = await story.perform({ ...act, steps } as Action);
      await story.performAll(after);
      await story.end();
    }
    expect(outcome).toBe("done");
  }
});

const stack = fc.oneof(
  { arbitrary: fc.constant(ALICE), weight: 4 },
  { arbitrary: fc.constant(TENANT), weight: 3 },
  { arbitrary: fc.constant(BOB), weight: 1 },
);
const seed = fc.constantFrom(...SEEDS);
/** Changes after which the command is killed. */
const steps = fc.oneof(
  { arbitrary: fc.constant(ALWAYS), weight: 2 },
  { arbitrary: fc.nat({ max: 25 }), weight: 3 },
);
/** Whether the same is run again then. */
const killed = { steps, again: fc.boolean() };
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({
    ...{ does: fc.constant("up" as const), stack, ...killed },
    keep: fc.constantFrom<Own["keep"]>("snapshot", "volume"),
    seed: fc.option(seed, { nil: undefined }),
  }),
  fc.record({ does: fc.constant("up" as const), stack, ...killed }),
  fc.record({ does: fc.constant("sleep" as const), stack, ...killed }),
  fc.record({ does: fc.constant("sleep" as const), stack, ...killed }),
  fc.record({ does: fc.constant("write" as const), stack }),
  fc.record({
    ...{ does: fc.constant("change" as const), stack },
    ...{ claim: fc.constantFrom(...CLAIMS), isThere: fc.boolean() },
  }),
  fc.record({ does: fc.constant("save" as const), stack, seed, ...killed }),
  fc.record({ does: fc.constant("delete" as const), seed, ...killed }),
  fc.record({
    ...{ does: fc.constant("down" as const), stack, ...killed },
    seed: fc.option(seed, { nil: undefined }),
  }),
  fc.record({
    // A cluster takes the snapshots of a seed along, as the document says.
    ...{ does: fc.constant("pulumi destroy" as const), stack: fc.constant(TENANT), ...killed },
  }),
  fc.record({
    ...{ does: fc.constant("reap" as const), stack, ...killed },
    verdict: fc.constantFrom("destroy" as const, "sleep" as const, "look" as const),
  }),
);

/** Some, always the same; or as many others as `NEVER_LOST=20000` asks for. */
const { NEVER_LOST: runs } = process.env;

test("no sequence of commands loses data, brings old data back or leaves anything unlisted", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.boolean(),
      fc.array(action, { minLength: 5, maxLength: 25 }),
      async (follow, all) => {
        mockWorld = new Environments(follow, [TENANT]);
        const story = new Story(mockWorld);
        await story.begin(STACKS);
        await story.performAll(all);
        await story.end();
      },
    ),
    runs === undefined ? { numRuns: 60, seed: 5 } : { numRuns: Number(runs) },
  );
});
