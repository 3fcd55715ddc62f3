import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Reaper, ReaperOptions } from "../../../cli/reap/open-reaper";
import { plan, rehearse, run } from "../../../cli/reap/reap.action";
import type { reapRun } from "../../../cli/reap/reap.command";
import type { ReapData } from "../../../cli/reap/reap.data";
import type { OptionsOf } from "../../../cli/terminal/command";
import { UsageError } from "../../../cli/terminal/errors";
import { unlisted } from "../../../core/listing";
import { Workplace } from "../support/workplace";
import { ci } from "./policy/fixtures";
import { FakeWorld } from "./support/fake-world";

// Claim: the exit code shows the result of a run, and every option reaches the run.

let world: FakeWorld;
let place: Workplace;
let mockReaper: Reaper;
let mockOpened: ReaperOptions | undefined;
let alone: boolean | undefined;
jest.mock("../../../cli/reap/open-reaper", () => ({
  openReaper: (_: unknown, options: ReaperOptions) => {
    mockOpened = options;
    return Promise.resolve(mockReaper);
  },
}));

beforeEach(() => {
  world = new FakeWorld();
  place = new Workplace();
  alone = undefined;
  const { rules, announces } = world.terms;
  mockReaper = {
    sources: world.sources,
    announcer: { names: ["log"] } as unknown as Reaper["announcer"],
    terms: { rules, announces },
    requests: () => 7,
    record: () => world.store(),
    working: async (isAlone, work) => {
      alone = isAlone;
      return work(await world.tools());
    },
  };
});
afterEach(() => {
  world.remove();
  place.remove();
});

type Options = Partial<OptionsOf<typeof reapRun>>;
const planned = () => plan(place.context(), [], { announce: [] });
const rehearsed = () => rehearse(place.context(), [], { announce: [] });
const reap = (options: Options = {}) => run(place.context(), [], { announce: [], ...options });

describe("the exit code", () => {
  it("is 0 for a plan, a rehearsal, and a completed run", async () => {
    world.addExpired("a-ci");
    expect(await planned()).toMatchObject({ exitCode: 0 });
    expect(await rehearsed()).toMatchObject({ exitCode: 0 });
    expect(world.done).toEqual([]);
    expect(await reap()).toMatchObject({ exitCode: 0 });
    expect(world.done).toEqual(["destroy a-ci"]);
  });

  it("is 1 for an unreliable list, and for more destructions than allowed", async () => {
    world.addAllExpired(["a-ci", "b-ci", "c-ci", "d-ci"]);
    expect(await reap()).toMatchObject({ exitCode: 1 });
    world.stackListing = unlisted("403");
    expect(await planned()).toMatchObject({ exitCode: 1 });
    expect(world.done).toEqual([]);
  });

  it("is 3 when an action or a warning failed", async () => {
    world.addExpired("a-ci");
    world.beforeAct = () => {
      throw new Error("503");
    };
    expect(await reap()).toMatchObject({ exitCode: 3 });

    world.beforeAct = () => {};
    const its = world.stacks.get("a-ci");
    Object.assign(its ?? {}, { policy: ci({ warnAhead: ["30m"] }) });
    mockReaper = { ...mockReaper, terms: { ...mockReaper.terms, announces: true } };
    world.delivery = { by: [], faults: ["500"] };
    expect(await reap()).toMatchObject({ exitCode: 3 });
  });

  it("is 130 after Ctrl-C", async () => {
    world.addExpired("a-ci");
    world.beforeAct = () => {
      world.abort.abort();
      throw new Error("interrupted");
    };
    expect(await reap()).toMatchObject({ exitCode: 130 });
  });
});

describe("a run", () => {
  it("takes the lock only if it may change something", async () => {
    await planned();
    expect(alone).toBe(false);
    await rehearsed();
    expect(alone).toBe(true);
    await reap();
    expect(alone).toBe(true);
  });

  it("carries out the plan with this hash regardless of the cap, and no other", async () => {
    world.addAllExpired(["a-ci", "b-ci", "c-ci", "d-ci"]);
    const { hash } = (((await planned()).data as ReapData).run ?? { plan: { hash: "" } }).plan;
    await expect(reap({ plan: "000000000000" })).rejects.toThrow(/nothing was done/);
    expect(world.done).toEqual([]);
    await reap({ plan: hash });
    expect(world.done).toHaveLength(4);
  });

  it("covers its shard, with its own channels and record", async () => {
    await reap({ shard: "2/5", announce: ["log"], record: "file:///var/lib/reaper" });
    expect(mockOpened).toMatchObject({
      shard: { index: 2, of: 5 },
      channels: ["log"],
      recordUrl: "file:///var/lib/reaper",
    });
  });

  it("also writes its report to a file", async () => {
    world.addExpired("a-ci");
    await reap({ report: "report.md" });
    expect(readFileSync(join(place.folder, "report.md"), "utf8")).toMatch(
      /\| done \| destroy \| `a-ci` \|/,
    );
  });

  it.each<[Options, RegExp]>([
    [{ concurrency: "33" }, /"33" is not a number of simultaneous teardowns/],
    [{ timeout: "soon" }, /"soon" is not/],
    [{ shard: "6/5" }, /"6\/5" is not a shard/],
    [{ report: "nowhere/report.md" }, /the report cannot be written/],
  ])("is refused with %j before any request", async (options, message) => {
    mockOpened = undefined;
    const refusal = reap(options);
    await expect(refusal).rejects.toThrow(message);
    await expect(refusal).rejects.toBeInstanceOf(UsageError);
    expect(mockOpened).toBeUndefined();
  });
});
