import type { ReapOutcome } from "../../../cli/reap/carry-out";
import { failed, seenAt } from "../../../cli/reap/policy/evidence";
import { runReaper } from "../../../cli/reap/reaper";
import { namingTags, PRODUCT_TAG } from "../../../core/digitalocean-tags";
import { unlisted } from "../../../core/listing";
import { ci, DAY, dev, HOUR, MINUTE, NOW } from "./policy/fixtures";
import { type FakeStack, FakeWorld } from "./support/fake-world";

// Claim: the reaper destroys nothing wrongly, regardless of changes between a plan and its end.

let world: FakeWorld;
beforeEach(() => {
  world = new FakeWorld();
});
afterEach(() => world.remove());

const states = (outcomes: readonly ReapOutcome[]) =>
  Object.fromEntries(
    outcomes.map(({ subject, state, why }) => [
      subject,
      why === undefined ? state : `${state}: ${why}`,
    ]),
  );

describe("a run", () => {
  it("destroys expired environments, and reports that stacks and account agree afterwards", async () => {
    world.addExpired("a-ci");
    world.add("b-ci");
    const { result, outcomes, agreement } = await world.run();
    expect(world.done).toEqual(["destroy a-ci"]);
    expect({ result, outcomes, agreement }).toEqual({
      result: "done",
      outcomes: [
        {
          subject: "a-ci",
          kind: "stack",
          action: "destroy",
          state: "done",
          left: [],
          costSoFarUsd: 3,
        },
      ],
      agreement: { state: "agree", differences: [] },
    });
  });

  it("only reports and writes nothing in a plan", async () => {
    world.addExpired("a-ci");
    const { result, survey } = await world.run({ mode: "plan" });
    expect({ result, done: world.done }).toEqual({ result: "planned", done: [] });
    expect(survey.plan.entries).toMatchObject([{ subject: "a-ci", action: "destroy" }]);
    expect((await world.store()).record.clusters).toEqual([]);
  });

  it("has the same plan with and without actions", async () => {
    world.addExpired("a-ci");
    world.add("b-ci", { expiresAt: NOW + MINUTE });
    const planned = await world.run({ mode: "plan" });
    const rehearsed = await world.run({ mode: "rehearse" });
    const acted = await world.run();
    expect(rehearsed.survey.hash).toBe(planned.survey.hash);
    expect(acted.survey.hash).toBe(planned.survey.hash);
  });

  it.each([
    ["is protected", { protected: true }],
    ["is held by an update", { lockedBy: ["alice"] }],
    ["was updated 14 minutes ago", { lastUpdateAt: NOW - 14 * MINUTE }],
    ["cannot be read", { fault: "no JSON" }],
  ])("does not change an expired environment that %s", async (_, changes) => {
    world.addExpired("a-ci", changes);
    await world.run();
    expect(world.done).toEqual([]);
  });

  it.each(["cluster", "droplet", "load balancer", "volume", "volume snapshot"] as const)(
    "does nothing when the list of %ss fails or is partial",
    async (kind) => {
      world.addExpired("a-ci");
      for (const listing of [unlisted("503"), { state: "partial", why: "it changed" } as const]) {
        world.listings = { [kind]: listing };
        const { result, survey } = await world.run();
        expect({ result, comparison: survey.comparison }).toMatchObject({
          result: "refused",
          comparison: { reasons: [expect.stringContaining(`the list of ${kind}`)] },
        });
        expect(survey.verdicts).toEqual([]);
      }
      expect(world.done).toEqual([]);
    },
  );

  it("does nothing when the stacks or the pull requests cannot be listed", async () => {
    world.addExpired("a-ci");
    world.pullRequests = unlisted("502");
    expect((await world.run()).result).toBe("refused");
    world.pullRequests = undefined;
    world.stackListing = unlisted("no such bucket");
    expect((await world.run()).result).toBe("refused");
    world.stackListing = { state: "complete", items: [] };
    expect((await world.run()).result).toBe("refused");
    expect(world.done).toEqual([]);
  });

  it("neither puts to sleep nor destroys idle environments when a signal fails", async () => {
    const idle = { createdAt: NOW - 5 * DAY, lastUpdateAt: NOW - 5 * DAY };
    world.add("a-ci", idle, { usedAt: NOW - 5 * DAY });
    const b = world.add("b-ci", idle, {
      usedAt: NOW - 5 * DAY,
      signals: ({ signal }) => [
        signal === "traffic" ? failed(signal, "lb", "503") : seenAt(signal, "x", undefined),
      ],
    });
    const c = world.add("c-ci", idle, {
      usedAt: NOW - 5 * DAY,
      signals: () => {
        throw new Error("no connection");
      },
    });
    const d = world.add("d-ci", idle, { usedAt: NOW - 5 * DAY, signals: () => [] });
    for (const one of [b, c, d]) {
      one.policy = dev({ warnAhead: [] });
    }
    const { survey } = await world.run();
    expect(world.done).toEqual(["destroy a-ci"]);
    expect(survey.verdicts.map(({ stack, kind }) => [stack, kind])).toEqual([
      ["a-ci", "idle"],
      ["b-ci", "unknown"],
      ["c-ci", "unknown"],
      ["d-ci", "unknown"],
    ]);
  });

  it("covers only its own shard, and all shards together cover everything", async () => {
    const names = Array.from({ length: 12 }, (_, index) => `pr-${index}-ci`);
    world.addAllExpired(names);
    const all = { ...world.terms.rules, mostDestroys: 12 };
    for (const index of [1, 2, 3]) {
      const before = world.done.length;
      await world.run({ mode: "run" }, { shard: { index, of: 3 }, rules: all });
      expect(world.done.length).toBeGreaterThan(before);
    }
    expect(world.done.sort()).toEqual(names.map((name) => `destroy ${name}`).sort());
  });
});

describe("the cap", () => {
  beforeEach(() => world.addAllExpired(["a-ci", "b-ci", "c-ci", "d-ci"]));

  it("refuses a plan that would destroy more than it allows", async () => {
    const { result } = await world.run();
    expect({ result, done: world.done }).toEqual({ result: "capped", done: [] });
  });

  it("allows exactly the plan that was shown", async () => {
    const { survey } = await world.run({ mode: "plan" });
    await world.run({ mode: "run", hash: survey.hash });
    expect(world.done).toHaveLength(4);
  });

  it("is the larger of a number and a share", async () => {
    const rules = { ...world.terms.rules, mostDestroysShare: 1 };
    await world.run({ mode: "run" }, { rules });
    expect(world.done).toHaveLength(4);
  });
});

describe("a plan by its hash", () => {
  it("is not carried out when the plan has changed", async () => {
    world.addExpired("a-ci");
    const { survey } = await world.run({ mode: "plan" });
    world.addExpired("b-ci");
    await expect(world.run({ mode: "run", hash: survey.hash })).rejects.toThrow(/nothing was done/);
    expect(world.done).toEqual([]);
  });
});

describe("right before it acts", () => {
  /** Changes the world after the plan was made, before its first act. */
  async function runWith(change: () => void): Promise<Record<string, string>> {
    const { stack } = world.sources;
    let isFirst = true;
    Object.assign(world.sources, {
      stack: async (name: string) => {
        if (isFirst) {
          isFirst = false;
          change();
        }
        return stack(name);
      },
    });
    return states((await world.run()).outcomes);
  }

  it.each<[string, RegExp, () => void]>([
    [
      "it was protected",
      /protected/,
      () => world.change("a-ci", { lastUpdateAt: NOW - DAY, protected: true }),
    ],
    [
      "an update has locked it",
      /active: an update has locked it/,
      () => world.change("a-ci", { lastUpdateAt: NOW - DAY, lockedBy: ["bob"] }),
    ],
    ["it was updated", /active: it was updated/, () => world.change("a-ci", {})],
    [
      "it was extended",
      /by now it is (active|expiring)/,
      () => world.change("a-ci", { lastUpdateAt: NOW - DAY, expiresAt: NOW + 5 * DAY }),
    ],
    [
      "another rule requires it",
      /by now it is expired/,
      () =>
        world.change("a-ci", {
          lastUpdateAt: NOW - DAY,
          createdAt: NOW - 15 * DAY,
          expiresAt: NOW + DAY,
        }),
    ],
    [
      "it has another cluster",
      /by now it is expired/,
      () => world.change("a-ci", { lastUpdateAt: NOW - DAY, clusterIds: ["other"] }),
    ],
    ["it is gone", /gone already/, () => world.stacks.delete("a-ci")],
  ])("skips it when %s meanwhile", async (_, why, change) => {
    world.addExpired("a-ci");
    expect((await runWith(change))["a-ci"]).toMatch(why);
    expect(world.done).toEqual([]);
  });

  it("skips an idle environment that was used meanwhile", async () => {
    const its = world.add(
      "a-ci",
      { createdAt: NOW - 5 * DAY, lastUpdateAt: NOW - 5 * DAY },
      { usedAt: NOW - 5 * DAY },
    );
    const outcomes = await runWith(() => {
      its.usedAt = NOW - MINUTE;
    });
    expect(outcomes["a-ci"]).toMatch(
      /skipped: by now it is active: last use: last use \(tag lastUsed\)/,
    );
    expect(world.done).toEqual([]);
  });

  it("skips a stack that changed right before its deletion", async () => {
    const its = world.addExpired("a-ci");
    world.beforeAct = () => {
      its.usedAt = NOW;
    };
    const { outcomes } = await world.run();
    expect(states(outcomes)).toEqual({ "a-ci": "skipped: it has changed" });
  });

  it("does nothing when another reaper may be running by now", async () => {
    world.addExpired("a-ci");
    world.requireHeld = () => {
      throw new Error("another one may be at work");
    };
    const { result, outcomes } = await world.run();
    expect(states(outcomes)).toEqual({ "a-ci": "failed: another one may be at work" });
    expect({ result, done: world.done }).toEqual({ result: "partly", done: [] });
  });
});

describe("several at once", () => {
  it("do not stop each other when one fails; it is tried twice", async () => {
    world.addAllExpired(["a-ci", "b-ci", "c-ci"]);
    const tried: string[] = [];
    world.beforeAct = (what) => {
      tried.push(what);
      if (what === "destroy b-ci") {
        throw new Error("quota of the API\nis exhausted");
      }
    };
    const { result, outcomes, agreement } = await world.run();
    expect(tried.filter((what) => what === "destroy b-ci")).toHaveLength(2);
    expect(states(outcomes)).toEqual({
      "a-ci": "done",
      "b-ci": "failed: quota of the API is exhausted",
      "c-ci": "done",
    });
    expect({ result, state: agreement.state }).toEqual({ result: "partly", state: "agree" });
  });

  it("succeed at the second try", async () => {
    world.addExpired("a-ci");
    let tries = 0;
    world.beforeAct = () => {
      if (++tries === 1) {
        throw new Error("503");
      }
    };
    expect(states((await world.run()).outcomes)).toEqual({ "a-ci": "done" });
  });

  it("are not repeated when another reaper may be running by then", async () => {
    world.addExpired("a-ci");
    const tried: string[] = [];
    world.beforeAct = (what) => {
      tried.push(what);
      world.requireHeld = () => {
        throw new Error("another one may be at work");
      };
      throw new Error("503");
    };
    expect(states((await world.run()).outcomes)).toEqual({
      "a-ci": "failed: another one may be at work",
    });
    expect(tried).toHaveLength(1);
  });

  it("are failed while the account has resources of them, which are listed", async () => {
    world.addExpired("a-ci");
    world.left = [{ kind: "volumes", id: "v-1", name: "pvc-1", removal: "doctl ... v-1" }];
    const { result, outcomes } = await world.run();
    expect(states(outcomes)).toEqual({
      "a-ci": "failed: the account still has 1 of its resources",
    });
    expect({ result, left: outcomes[0]?.left }).toEqual({ result: "partly", left: world.left });
  });

  it("end separately at their time limits", async () => {
    world.addExpired("a-ci");
    world.addExpired("b-ci");
    world.beforeAct = (what, bounds) =>
      what === "destroy a-ci"
        ? new Promise((_, reject) => {
            bounds?.signal.addEventListener("abort", () => reject(new Error("aborted")));
          })
        : undefined;
    const { outcomes } = await world.run({ mode: "run" }, { timeoutSeconds: 0.05 });
    expect(states(outcomes)).toMatchObject({
      "a-ci": expect.stringMatching(/^failed: it did not finish within/),
      "b-ci": "done",
    });
  });

  it("are limited by --concurrency", async () => {
    world.addAllExpired(["a-ci", "b-ci", "c-ci"]);
    let running = 0;
    let most = 0;
    world.beforeAct = async () => {
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running--;
    };
    await world.run({ mode: "run" }, { atOnce: 2 });
    expect(most).toBe(2);
  });

  it("are abandoned at Ctrl-C, and no further one starts", async () => {
    world.addAllExpired(["a-ci", "b-ci", "c-ci"]);
    world.beforeAct = (what) => {
      world.abort.abort();
      throw new Error(`${what} was interrupted`);
    };
    const { result, outcomes } = await world.run({ mode: "run" }, { atOnce: 1 });
    expect(result).toBe("interrupted");
    expect(states(outcomes)).toEqual({
      "a-ci": "abandoned: destroy a-ci was interrupted",
      "b-ci": "abandoned: interrupted before it began",
      "c-ci": "abandoned: interrupted before it began",
    });
  });
});

describe("a run that was killed", () => {
  /** Begins to destroy an idle environment, and is killed once this has left the state. @returns the environment */
  async function killedRun(gone: "all" | "all but the cluster"): Promise<FakeStack> {
    const idle = { createdAt: NOW - 5 * DAY, lastUpdateAt: NOW - 5 * DAY };
    const its = world.add("a-ci", idle, { usedAt: NOW - 5 * DAY });
    world.beforeAct = () => {
      world.change("a-ci", gone === "all" ? { hasResources: false, clusterIds: [] } : {});
      if (gone === "all") {
        world.holdings.cluster = [];
      }
      world.abort.abort();
      throw new Error("killed");
    };
    await world.run();
    world.abort = new AbortController();
    world.beforeAct = () => {};
    return its;
  }

  it("announces an action only once it is recorded, so that a later kill finds it in the record", async () => {
    world.addExpired("a-ci");
    const tools = await world.tools();
    let recorded: readonly string[] | undefined;
    await runReaper({ mode: "run" }, world.terms, {
      ...tools,
      say: (line) => {
        if (line.startsWith("a-ci: destroy: ")) {
          recorded ??= tools.store.record.begun.map(({ stack }) => stack);
        }
      },
    });
    expect(recorded).toEqual(["a-ci"]);
  });

  it("is finished by the next, because its actions do not count as use", async () => {
    await killedRun("all but the cluster");
    expect(world.stacks.get("a-ci")?.situation.lastUpdateAt).toBe(NOW);

    world.now = NOW + 10 * MINUTE;
    await world.run();
    expect(world.done).toEqual([]);
    world.now = NOW + 20 * MINUTE;
    await world.run();
    expect(world.done).toEqual(["destroy a-ci"]);
  });

  it("is also finished when only the stack is left", async () => {
    await killedRun("all");
    world.now = NOW + 20 * MINUTE;
    await world.run();
    expect(world.done).toEqual(["destroy a-ci"]);
  });

  it("is not finished when a user wants to keep the remaining stack", async () => {
    const its = await killedRun("all");
    its.usedAt = NOW + MINUTE;
    world.now = NOW + 20 * MINUTE;
    await world.run();
    expect(world.done).toEqual([]);
  });

  it("is not finished by the next when the environment was used since", async () => {
    const its = await killedRun("all but the cluster");
    its.usedAt = NOW + MINUTE;
    world.now = NOW + 20 * MINUTE;
    await world.run();
    expect(world.done).toEqual([]);
  });
});

describe("warnings", () => {
  beforeEach(() => {
    world.terms = { ...world.terms, announces: true };
    const its = world.addExpired("a-ci");
    its.policy = ci({ warnAhead: ["30m"] });
  });

  it("precede a destruction, which waits for their time", async () => {
    const first = await world.run();
    expect(states(first.outcomes)).toEqual({ "a-ci": "done" });
    expect(world.warned).toMatchObject([
      { subject: "a-ci", step: 30 * MINUTE, keep: "doks-env extend a-ci 1d" },
    ]);
    expect(world.warned[0]?.text).toBe(
      "a-ci will be destroyed at 2026-11-23 12:30 UTC, in 30m: expires at 2026-11-23 11:00 UTC. It costs $72 a month.",
    );
    world.now += 29 * MINUTE;
    await world.run();
    expect(world.done).toEqual([]);
    world.now += MINUTE;
    await world.run();
    expect(world.done).toEqual(["destroy a-ci"]);
    expect(world.warned).toHaveLength(1);
  });

  it("that were not delivered prevent every destruction, and are reported", async () => {
    world.delivery = { by: [], faults: ["the webhook answers 500"] };
    for (let hour = 0; hour < 3; hour++) {
      const { result, outcomes } = await world.run();
      expect(result).toBe("partly");
      expect(states(outcomes)).toEqual({
        "a-ci": "failed: no warning was delivered: the webhook answers 500",
      });
      world.now += HOUR;
    }
    expect(world.done).toEqual([]);
  });

  it("that one of two channels accepted are delivered, and the other is reported", async () => {
    world.delivery = { by: ["comment"], faults: ["the webhook answers 500"] };
    const { result, outcomes } = await world.run();
    expect({ result, outcomes }).toMatchObject({
      result: "partly",
      outcomes: [{ state: "done", channels: ["comment"], why: "the webhook answers 500" }],
    });
    world.now += 30 * MINUTE;
    world.delivery = { by: ["webhook"], faults: [] };
    await world.run();
    expect(world.done).toEqual(["destroy a-ci"]);
  });

  it("are none without a channel", async () => {
    world.terms = { ...world.terms, announces: false };
    await world.run();
    expect({ done: world.done, warned: world.warned }).toEqual({
      done: ["destroy a-ci"],
      warned: [],
    });
  });
});

describe("rehearsals", () => {
  it("destroy nothing, send no warnings, and count later uses", async () => {
    world.terms = { ...world.terms, announces: true };
    const a = world.addExpired("a-ci");
    world.addExpired("b-ci");
    a.policy = ci({ warnAhead: ["30m"] });
    for (let hour = 0; hour < 3; hour++) {
      const { result } = await world.run({ mode: "rehearse" });
      expect(result).toBe("done");
      world.now += HOUR;
    }
    a.usedAt = world.now - MINUTE;
    await world.run({ mode: "rehearse" });
    expect({ done: world.done, warned: world.warned }).toEqual({ done: [], warned: [] });
    const { rehearsed, usedAfterwards } = (await world.store()).record;
    expect(rehearsed.map(({ stack, at }) => [stack, at])).toEqual([
      ["a-ci", NOW],
      ["b-ci", NOW],
      ["a-ci", NOW + 3 * HOUR],
    ]);
    expect(usedAfterwards).toEqual([{ stack: "a-ci", at: NOW + 3 * HOUR - MINUTE }]);
  });

  it("count a use without consequences, such as traffic to an expired environment", async () => {
    const its = world.addExpired("a-ci");
    await world.run({ mode: "rehearse" });
    its.signals = ({ signal }) => [
      seenAt(signal, "lb", signal === "traffic" ? NOW + HOUR : undefined),
    ];
    world.now += 2 * HOUR;
    await world.run({ mode: "rehearse" });
    expect((await world.store()).record.usedAfterwards).toEqual([
      { stack: "a-ci", at: NOW + HOUR },
    ]);
  });
});

describe("what belongs to no environment", () => {
  const tags = (stack: string) => world.tagsOf(stack);
  const STRAY = "11111111-1111-4111-8111-111111111111";

  beforeEach(() => {
    world.add("a-ci");
  });

  it("is a cluster missing in its existing stack's state, which is destroyed", async () => {
    world.hold("cluster", STRAY, tags("a-ci"));
    const { outcomes, agreement } = await world.run();
    expect(world.done).toEqual([`delete cluster ${STRAY}`]);
    expect(states(outcomes)).toEqual({ [`cluster/${STRAY}`]: "done" });
    expect(agreement.state).toBe("agree");
  });

  it("is kept as a cluster whose stack has another id by then", async () => {
    world.hold("cluster", STRAY, tags("a-ci"));
    world.requireHeld = () => world.change("a-ci", { id: "another" });
    expect(states((await world.run()).outcomes)[`cluster/${STRAY}`]).toMatch(
      /no stack "a-ci" has its id/,
    );
    expect(world.done).toEqual([]);
  });

  it("is destroyed with its stack, as part of the plan", async () => {
    world.addExpired("b-ci");
    world.hold("cluster", STRAY, tags("b-ci"));
    const { survey } = await world.run({ mode: "plan" });
    expect(survey.plan.entries.map(({ subject, ids }) => [subject, ids])).toEqual([
      ["b-ci", [world.idOf("b-ci"), STRAY]],
    ]);
    const without = survey.hash;
    world.holdings.cluster = world.holdings.cluster.filter(({ id }) => id !== STRAY);
    expect((await world.run({ mode: "plan" })).survey.hash).not.toBe(without);
  });

  it("is remembered with its account, and not touched with another account's token", async () => {
    world.addExpired("b-ci");
    await world.run({ mode: "rehearse" });
    world.token = { uuid: "team-2", name: "Other" };
    const { result, agreement } = await world.run();
    expect(result).toBe("refused");
    expect(agreement.differences).toEqual([
      "the reaper's record is of account team-1, and the token is for account team-2 (Other)",
    ]);
    expect(world.done).toEqual([]);
  });

  it("is a cluster of an unknown stack, which is kept and reported", async () => {
    world.hold("cluster", STRAY, tags("elsewhere-dev"));
    const { agreement } = await world.run();
    expect(world.done).toEqual([]);
    expect(agreement).toMatchObject({
      state: "differ",
      differences: [expect.stringContaining(STRAY)],
    });
  });

  it.each(["load balancer", "volume", "volume snapshot"] as const)(
    "is a %s of a remembered, deleted cluster",
    async (kind) => {
      await (await world.store()).remember(
        { clusters: [{ id: STRAY, stack: "a-ci", seenAt: NOW }] },
        NOW,
      );
      world.hold(kind, "x", [`k8s:${STRAY}`]);
      await world.run();
      expect(world.done).toEqual([`delete ${kind} x`]);
    },
  );

  it("excludes resources of an unknown cluster, and of another project", async () => {
    world.hold("volume", "x", [`k8s:${STRAY}`]);
    world.hold("cluster", STRAY, [PRODUCT_TAG, ...namingTags("other", "a-ci")]);
    await world.run();
    expect(world.done).toEqual([]);
  });

  it("is remembered while any resource of it exists", async () => {
    world.hold("cluster", STRAY, tags("a-ci"), { createdAt: NOW - MINUTE });
    world.hold("volume", "x", [`k8s:${STRAY}`]);
    await world.run();
    world.holdings.cluster = world.holdings.cluster.filter(({ id }) => id !== STRAY);
    world.now += 80 * DAY;
    world.change("a-ci", { lastUpdateAt: world.now - DAY, createdAt: world.now - DAY });
    await world.run({ mode: "rehearse" });
    world.now += 80 * DAY;
    world.change("a-ci", { lastUpdateAt: world.now - DAY, createdAt: world.now - DAY });
    await world.run();
    expect(world.done).toEqual(["delete volume x"]);
  });

  it.each<[string, RegExp, () => void]>([
    ["has other tags", /its tags have changed: mine/, () => replace("volume", { tags: ["mine"] })],
    ["is used", /a Droplet uses it/, () => replace("volume", { inUse: true })],
    ["is gone", /gone already/, () => world.holdings.volume.splice(0)],
    ["has its cluster back", /its cluster .* exists/, () => world.hold("cluster", STRAY, [])],
  ])("is kept when it %s by then", async (_, why, change) => {
    await (await world.store()).remember(
      { clusters: [{ id: STRAY, stack: "a-ci", seenAt: NOW }] },
      NOW,
    );
    world.hold("volume", "x", [`k8s:${STRAY}`]);
    world.requireHeld = change;
    expect(states((await world.run()).outcomes)["volume/x"]).toMatch(why);
    expect(world.done).toEqual([]);
  });

  it("is destroyed as a load balancer that still names its cluster's Droplets", async () => {
    await (await world.store()).remember(
      { clusters: [{ id: STRAY, stack: "a-ci", seenAt: NOW }] },
      NOW,
    );
    world.hold("load balancer", "x", [`k8s:${STRAY}`]);
    world.requireHeld = () => {
      const [holding] = world.holdings["load balancer"];
      Object.assign(holding ?? {}, { inUse: true });
    };
    await world.run();
    expect(world.done).toEqual(["delete load balancer x"]);
  });

  it.each<[string, RegExp, () => void]>([
    ["is in a state", /in the state of a-ci/, () => world.change("a-ci", { clusterIds: [STRAY] })],
    [
      "an update may be making it its own",
      /an update has locked a-ci/,
      () => world.change("a-ci", { lockedBy: ["bob"] }),
    ],
  ])("is kept as a cluster that %s by then", async (_, why, change) => {
    world.hold("cluster", STRAY, tags("a-ci"));
    world.requireHeld = change;
    expect(states((await world.run()).outcomes)[`cluster/${STRAY}`]).toMatch(why);
    expect(world.done).toEqual([]);
  });

  it("is kept as the new cluster of a killed replacement, which is not in the outputs", async () => {
    world.hold("cluster", STRAY, tags("a-ci"));
    const its = world.stacks.get("a-ci");
    Object.assign(its ?? {}, { unfinished: [STRAY] });
    expect(states((await world.run()).outcomes)[`cluster/${STRAY}`]).toMatch(
      /in the state of a-ci/,
    );
    expect(world.done).toEqual([]);
  });

  function replace(kind: "volume", changes: object): void {
    world.holdings[kind] = world.holdings[kind].map((one) => ({ ...one, ...changes }));
  }
});
