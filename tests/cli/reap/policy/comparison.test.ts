import * as fc from "fast-check";
import { compare } from "../../../../cli/reap/policy/comparison";
import type { Holding } from "../../../../cli/reap/policy/holding";
import type {
  AccountListing,
  ComparedStack,
  PullRequest,
  World,
} from "../../../../cli/reap/policy/world";
import { environmentTags, idTag } from "../../../../core/digitalocean-tags";
import { type Listing, listed, unlisted } from "../../../../core/listing";
import { ACCOUNT, DAY, HOUR, MINUTE, NOW } from "./fixtures";

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const ours = (stack: string) =>
  environmentTags({ project: "shop", stack, owner: "alice", profile: "dev" });
/** The uuid of an environment. */
const idOf = (stack: string) =>
  `11111111-0000-4000-8000-${Buffer.from(stack).toString("hex").padEnd(12, "0").slice(0, 12)}`;
const proven = (stack: string) => [...ours(stack), idTag(idOf(stack))];

function holding(id: string, tags: readonly string[], differences: Partial<Holding> = {}): Holding {
  return {
    id,
    name: `name-${id}`,
    tags,
    createdAt: NOW - 2 * DAY,
    usdPerMonth: 10,
    inUse: false,
    ...differences,
  };
}
const cluster = (n: number, stack: string, differences: Partial<Holding> = {}) =>
  holding(uuid(n), [...proven(stack), "k8s", `k8s:${uuid(n)}`], differences);
/** Somebody else's, that is only called the same. */
const named = (n: number, stack: string, more: string[] = []) =>
  holding(uuid(n), [...ours(stack), ...more, "k8s", `k8s:${uuid(n)}`]);
const madeBy = (n: number, id: string, differences: Partial<Holding> = {}) =>
  holding(id, [`k8s:${uuid(n)}`], differences);

const complete = <T>(...items: T[]): Listing<T> => ({ state: "complete", items });
function account(differences: Partial<AccountListing> = {}): AccountListing {
  return {
    cluster: complete(),
    droplet: complete(),
    "load balancer": complete(),
    volume: complete(),
    "volume snapshot": complete(),
    ...differences,
  };
}
function stack(name: string, n?: number, differences: Partial<ComparedStack> = {}): ComparedStack {
  return {
    stack: name,
    id: idOf(name),
    account: ACCOUNT.uuid,
    clusterIds: n === undefined ? [] : [uuid(n)],
    lockedBy: [],
    lastUpdateAt: NOW - DAY,
    ...differences,
  };
}

/** Two stacks with their clusters, so that one more of either is not half of all. */
const ALICE = stack("alice-dev", 1);
const BOB = stack("bob-dev", 2);
const CLUSTERS = [cluster(1, "alice-dev"), cluster(2, "bob-dev")];

function world(differences: Partial<World> = {}): World {
  return {
    project: "shop",
    stacks: complete(ALICE, BOB),
    account: account({ cluster: complete(...CLUSTERS) }),
    token: ACCOUNT,
    recordedAccounts: [],
    knownClusters: [],
    ...differences,
  };
}

function compared(differences: Partial<World> = {}) {
  const comparison = compare(world(differences), NOW);
  if (comparison.state === "refused") {
    throw new Error(comparison.reasons.join("; "));
  }
  return comparison;
}

function found(differences: Partial<World> = {}) {
  const comparison = compared(differences);
  return {
    orphaned: [...comparison.orphaned].map(([name, { cause }]) => [name, cause]),
    strays: comparison.strays.map(({ key, cause, certain }) => [key, cause, certain]),
  };
}

const NOTHING = { orphaned: [], strays: [] };

describe("compare", () => {
  it("finds nothing when stacks and account agree", () => {
    const lists = account({
      cluster: complete(...CLUSTERS),
      droplet: complete(holding("d", [...ours("alice-dev"), `k8s:${uuid(1)}`])),
      "load balancer": complete(madeBy(1, "lb")),
      volume: complete(madeBy(2, "v")),
    });
    expect(found({ account: lists })).toEqual(NOTHING);
    expect(found({ stacks: complete(), account: account() })).toEqual(NOTHING);
  });

  describe("kept data", () => {
    const kept = (id: string, differences: Partial<Holding> = {}) =>
      holding(id, [...ours("alice-dev"), "data:d-1", "claim:data"], differences);
    const lists = (...snapshots: Holding[]) => ({
      account: account({
        cluster: complete(...CLUSTERS),
        "volume snapshot": complete(...snapshots),
      }),
    });

    it("belongs to its stack while the stack exists, asleep or not", () => {
      const asleep = complete(stack("alice-dev", undefined, { dataId: "d-1" }), BOB);
      const withoutCluster = account({
        cluster: complete(...CLUSTERS.slice(1)),
        "volume snapshot": complete(kept("s")),
      });
      expect(found({ account: withoutCluster, stacks: asleep })).toEqual(NOTHING);
      const awake = complete(stack("alice-dev", 1, { dataId: "d-1" }), BOB);
      expect(found({ ...lists(kept("s")), stacks: awake })).toEqual(NOTHING);
    });

    it("belongs to its stack also as a volume that outlives its cluster", () => {
      const stacks = complete(stack("alice-dev", undefined, { dataId: "d-1" }), BOB);
      const cluster = complete(...CLUSTERS.slice(1));
      const volume = complete(kept("v"), kept("w", { tags: [...kept("w").tags, "data:other"] }));
      expect(found({ account: account({ cluster, volume }), stacks }).strays).toEqual([
        ["volume/w", "clusterGone", false],
      ]);
    });

    it("without a stack is reported, and never destroyed", () => {
      expect(found(lists(kept("s"))).strays).toEqual([["volume snapshot/s", "clusterGone", false]]);
    });

    it.each([
      ["that is young", kept("s", { createdAt: NOW - MINUTE })],
      ["of another project", holding("s", ["ephemeral-doks", "project:other", "data:d-1"])],
      ["that is a seed", holding("s", [...ours("alice-dev"), "seed:shop-small"])],
    ])("%s is left alone", (_, snapshot) => {
      expect(found(lists(snapshot))).toEqual(NOTHING);
    });
  });

  describe("stacks", () => {
    const pullRequest = (state: PullRequest["state"]) => ({
      stacks: complete(ALICE, stack("pr-7-ci", 2, { pullRequest: 7 })),
      account: account({ cluster: complete(cluster(1, "alice-dev"), cluster(2, "pr-7-ci")) }),
      pullRequests: complete({ number: 7, state, closedAt: NOW - HOUR }),
    });

    it("are orphaned when their pull request is closed", () => {
      expect(found(pullRequest("closed")).orphaned).toEqual([["pr-7-ci", "pullRequestClosed"]]);
      expect(found(pullRequest("open"))).toEqual(NOTHING);
    });

    it("are not orphaned when their pull request's state is unknown", () => {
      expect(found({ ...pullRequest("closed"), pullRequests: complete() })).toEqual(NOTHING);
      expect(found({ ...pullRequest("closed"), pullRequests: undefined })).toEqual(NOTHING);
    });

    it("own the clusters in their state and with their id", () => {
      const lists = account({ cluster: complete(...CLUSTERS, cluster(3, "alice-dev")) });
      expect([...compared({ account: lists }).owned]).toEqual([
        ["alice-dev", [uuid(1), uuid(3)]],
        ["bob-dev", [uuid(2)]],
      ]);
    });

    const TWO = complete(ALICE, BOB, stack("carol-dev", 3));
    it.each<[string, Partial<World>, RegExp]>([
      [
        "are in another account",
        { stacks: complete(ALICE, BOB, stack("carol-dev", 3, { account: "team-2" })) },
        /in account team-2, .* token is for account team-1/,
      ],
      [
        "do not record their account, and lack a cluster",
        { stacks: complete(ALICE, BOB, stack("carol-dev", 3, { account: undefined })) },
        /does not record which account/,
      ],
      [
        "have a cluster in their state that another one has, too",
        { stacks: complete(ALICE, BOB, stack("carol-dev", 1)) },
        /cluster \S+ is in the states of two stacks, "carol-dev" and "alice-dev"/,
      ],
      [
        "have the id of another one",
        { stacks: complete(ALICE, BOB, stack("carol-dev", undefined, { id: idOf("bob-dev") })) },
        /id \S+ is in the states of two stacks, "carol-dev" and "bob-dev"/,
      ],
      [
        "have a cluster in their state with the id of another environment",
        {
          stacks: TWO,
          account: account({
            cluster: complete(...CLUSTERS, named(3, "carol-dev", [idTag(idOf("dave-dev"))])),
          }),
        },
        /carries the id of another environment/,
      ],
    ])("are skipped with a reason when they %s", (_, differences, reason) => {
      const { faults, orphaned, owned, strays } = compared(differences);
      expect(faults.get("carol-dev")).toMatch(reason);
      expect(orphaned.has("carol-dev")).toBe(false);
      expect(owned.has("carol-dev")).toBe(false);
      expect(strays).toEqual([]);
    });

    it("are orphaned when all their clusters are gone", () => {
      const stacks = complete(ALICE, BOB, stack("carol-dev", 3));
      expect(found({ stacks }).orphaned).toEqual([["carol-dev", "clusterGone"]]);
      const replacing = complete(ALICE, stack("bob-dev", 2, { clusterIds: [uuid(3), uuid(2)] }));
      expect(found({ stacks: replacing })).toEqual(NOTHING);
      expect(found({ stacks: complete(ALICE, BOB, stack("asleep-dev")) })).toEqual(NOTHING);
    });
  });

  describe("clusters", () => {
    const withCluster = (extra: Holding) => account({ cluster: complete(...CLUSTERS, extra) });

    it("are stray when their own stack certainly does not have them", () => {
      const lists = withCluster(cluster(3, "alice-dev"));
      expect(found({ account: lists }).strays).toEqual([
        [`cluster/${uuid(3)}`, "unknownCluster", true],
      ]);
    });

    it.each([
      ["there is no stack of its id", cluster(3, "carol-dev")],
      ["it has no id", named(3, "alice-dev")],
      ["it has another id", named(3, "alice-dev", [idTag(idOf("carol-dev"))])],
    ])("are reported as uncertain when %s", (_, extra) => {
      expect(found({ account: withCluster(extra) }).strays).toEqual([
        [`cluster/${uuid(3)}`, "unknownCluster", false],
      ]);
    });

    it("are not stray while they may be being created", () => {
      const young = cluster(3, "alice-dev", { createdAt: NOW - 59 * MINUTE });
      expect(found({ account: withCluster(young) })).toEqual(NOTHING);
      const old = withCluster(cluster(3, "alice-dev"));
      const locked = complete({ ...ALICE, lockedBy: ["alice"] }, BOB);
      expect(found({ account: old, stacks: locked })).toEqual(NOTHING);
    });

    it("are not stray when their stack's state cannot be read", () => {
      const lists = withCluster(cluster(3, "carol-dev"));
      const stacks = complete(ALICE, BOB, stack("carol-dev", undefined, { fault: "no JSON" }));
      expect(found({ account: lists, stacks })).toEqual(NOTHING);
    });

    it.each([
      [
        "of another project",
        environmentTags({ project: "bank", stack: "alice-dev", owner: "alice", profile: "dev" }),
      ],
      ["without the product's tag", ours("alice-dev").slice(1)],
      ["without any tag", []],
      ["with the stack's tag only", ["stack:alice-dev"]],
    ])("are not stray %s", (_, tags) => {
      expect(
        found({ account: withCluster(holding(uuid(3), [...tags, `k8s:${uuid(3)}`])) }),
      ).toEqual(NOTHING);
    });
  });

  describe("resources of a cluster", () => {
    const KINDS = ["droplet", "load balancer", "volume", "volume snapshot"] as const;
    const withMade = (
      kind: (typeof KINDS)[number],
      made: Holding,
      more: Partial<AccountListing> = {},
    ) => account({ cluster: complete(...CLUSTERS), [kind]: complete(made), ...more });

    it.each(KINDS)("is stray as a %s when a stack names its deleted cluster", (kind) => {
      const stacks = complete(ALICE, BOB, stack("carol-dev", 3));
      const lists = withMade(kind, madeBy(3, "x"));
      expect(found({ account: lists, stacks }).strays).toEqual([
        [`${kind}/x`, "clusterGone", true],
      ]);
    });

    it("is stray when its cluster was once known, or its Droplet has a stack's id", () => {
      const lists = withMade("volume", madeBy(3, "x"));
      const strays = [["volume/x", "clusterGone", true]];
      expect(
        found({ account: lists, knownClusters: [{ id: uuid(3), stack: "carol-dev" }] }).strays,
      ).toEqual(strays);
      const droplet = (tags: string[]) =>
        complete(holding("d", [...tags, `k8s:${uuid(3)}`], { inUse: true }));
      expect(found({ account: { ...lists, droplet: droplet(proven("bob-dev")) } }).strays).toEqual(
        strays,
      );
      expect(found({ account: { ...lists, droplet: droplet(ours("bob-dev")) } })).toEqual(NOTHING);
    });

    it("is not stray when its cluster's owner is unknown", () => {
      expect(found({ account: withMade("volume", madeBy(3, "x")) })).toEqual(NOTHING);
    });

    it("is not stray while its cluster exists", () => {
      const foreign = holding(uuid(3), [`k8s:${uuid(3)}`]);
      const lists = withMade("volume", madeBy(3, "x"), { cluster: complete(...CLUSTERS, foreign) });
      expect(
        found({ account: lists, knownClusters: [{ id: uuid(3), stack: "carol-dev" }] }),
      ).toEqual(NOTHING);
    });

    it("is not stray while it is used, an update holds its stack, or it is another cluster's, too", () => {
      const knownClusters = [{ id: uuid(3), stack: "alice-dev" }];
      const made = (differences: Partial<Holding>) =>
        withMade("volume", madeBy(3, "x", differences));
      expect(found({ account: made({ inUse: true }), knownClusters })).toEqual(NOTHING);
      const tags = [`k8s:${uuid(3)}`, `k8s:${uuid(1)}`];
      expect(found({ account: made({ tags }), knownClusters })).toEqual(NOTHING);
      const stacks = complete({ ...ALICE, lockedBy: ["alice"] }, BOB);
      expect(found({ account: made({}), knownClusters, stacks })).toEqual(NOTHING);
    });
  });

  describe("refuses", () => {
    const reasons = (differences: Partial<World>) => {
      const comparison = compare(world(differences), NOW);
      return comparison.state === "refused" ? comparison.reasons : [];
    };
    const incomplete = [unlisted("503"), listed([{ id: "a" }, { id: "a" }], 2)] as const;

    it.each(["cluster", "droplet", "load balancer", "volume", "volume snapshot"] as const)(
      "when the list of %s failed or is partial",
      (kind) => {
        for (const listing of incomplete) {
          const lists = { ...world().account, [kind]: listing };
          expect(reasons({ account: lists })).toEqual([
            expect.stringContaining(`the list of ${kind} is`),
          ]);
        }
      },
    );

    it("when the list of stacks or pull requests failed or is partial", () => {
      for (const listing of incomplete) {
        expect(reasons({ stacks: listing as never })).toHaveLength(1);
        expect(reasons({ pullRequests: listing as never })).toHaveLength(1);
      }
    });

    it("without a stack while the account has this project's clusters", () => {
      expect(reasons({ stacks: complete() })).toEqual([
        expect.stringContaining("the right backend"),
      ]);
    });

    it("with a token for another account than the record's", () => {
      expect(reasons({ recordedAccounts: ["team-1"] })).toEqual([]);
      expect(reasons({ recordedAccounts: ["team-1", "team-2"] })).toEqual([
        "the reaper's record is of account team-2, and the token is for account team-1 (Acme)",
      ]);
    });

    it("when the account has no trace of most of the stacks' clusters", () => {
      expect(reasons({ account: account() })).toEqual([
        expect.stringContaining("2 of the stacks' 2 clusters"),
      ]);
      expect(reasons({ account: account({ volume: complete(madeBy(1, "v")) }) })).toEqual([]);
    });

    it.each([
      ["destroy", []],
      ["sleep", [expect.stringContaining("1 of the stacks' 1 clusters")]],
    ] as const)(
      "with a missing cluster, unless a killed run began to %s it",
      (action, expected) => {
        const due = { action, cause: "ttl", at: NOW, why: "", needsEvidence: false } as const;
        const begun = { at: NOW - HOUR, due };
        const stacks = complete(stack("alice-dev", 1, { begun }));
        expect(reasons({ stacks, account: account() })).toEqual(expected);
      },
    );
  });

  it("never treats a resource without a known id as certain", () => {
    const tag = fc.constantFrom(
      "k8s",
      idTag(idOf("alice-dev")),
      idTag(idOf("carol-dev")),
      "ephemeral-doks",
      "project:bank",
      "stack:alice-dev",
      ...[3, 4, 5].map((n) => `k8s:${uuid(n)}`),
      ...ours("alice-dev"),
    );
    const anything = fc.array(
      fc.tuple(fc.integer({ min: 3, max: 9 }), fc.uniqueArray(tag), fc.boolean()),
      { maxLength: 8 },
    );
    const holdings = anything.map((list) =>
      list.map(([n, tags, inUse], index) =>
        holding(index === 0 ? uuid(n) : `${n}-${index}`, tags, { inUse }),
      ),
    );
    fc.assert(
      fc.property(holdings, holdings, holdings, fc.boolean(), (some, droplets, volumes, known) => {
        const lists = account({
          cluster: complete(...CLUSTERS, ...some),
          droplet: complete(...droplets),
          volume: complete(...volumes),
        });
        const knownClusters = known ? [{ id: uuid(4), stack: "alice-dev" }] : [];
        const comparison = compare(world({ account: lists, knownClusters }), NOW);
        const strays = comparison.state === "compared" ? comparison.strays : [];
        const isProven = ({ tags }: Holding) => tags.includes(idTag(idOf("alice-dev")));
        const ids = [
          ...(known ? [uuid(4)] : []),
          ...droplets
            .filter(isProven)
            .flatMap(({ tags }) => tags.map((one) => one.replace("k8s:", ""))),
        ];
        for (const stray of strays) {
          const isKnown = ids.some((id) => stray.tags.includes(`k8s:${id}`));
          expect(!stray.certain || isProven(stray) || isKnown).toBe(true);
          expect(CLUSTERS.map(({ id }) => id)).not.toContain(stray.id);
        }
      }),
    );
  });
});
