import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AccountResource, AccountResourceKind } from "../../../../cli/account/resources";
import type { Leftover } from "../../../../cli/environments/receipt";
import type { TakenDown } from "../../../../cli/environments/take-down";
import type { Delivery } from "../../../../cli/reap/announcer";
import type { RunTools } from "../../../../cli/reap/carry-out";
import type { DanglingRecord } from "../../../../cli/reap/dangling-records";
import { MemoryStore } from "../../../../cli/reap/memory-store";
import { absent, type Signal, seenAt } from "../../../../cli/reap/policy/evidence";
import type { Holding } from "../../../../cli/reap/policy/holding";
import type { Situation } from "../../../../cli/reap/policy/situation";
import type { Need } from "../../../../cli/reap/policy/verdict";
import type { Warning } from "../../../../cli/reap/policy/warning-text";
import type { AccountListing, HoldingKind, PullRequest } from "../../../../cli/reap/policy/world";
import { type Intent, type Run, type RunTerms, runReaper } from "../../../../cli/reap/reaper";
import { type Bounds, ChangedError, type ReaperActions } from "../../../../cli/reap/reaper-actions";
import type { Known, Sources } from "../../../../cli/reap/sources";
import { openFolder } from "../../../../cli/stacks/file-bucket";
import { idTag, namingTags, PRODUCT_TAG } from "../../../../core/digitalocean-tags";
import type { Listing } from "../../../../core/listing";
import type { Policy } from "../../../../core/reaping-policy";
import { ACCOUNT, ci, DAY, HOUR, NOW, situation } from "../policy/fixtures";

export const PROJECT = "shop";

/** A stack of the fake world, as one may change it. */
export interface FakeStack {
  situation: Situation;
  policy: Policy;
  pullRequest?: number;
  /** Clusters in its state of which its outputs do not know. @default - none */
  unfinished?: readonly string[];
  /** When its tag says that it was used, Unix seconds. */
  usedAt: number;
  /** What evidence there is beside. @default - nothing was seen for a day */
  signals: (need: Need) => readonly Signal[];
}

/** Stacks, pull requests and an account in memory; acts change them, as they really would. */
export class FakeWorld {
  public now = NOW;
  public readonly stacks = new Map<string, FakeStack>();
  public readonly holdings: Record<HoldingKind, Holding[]> = {
    cluster: [],
    droplet: [],
    "load balancer": [],
    volume: [],
    "volume snapshot": [],
  };
  /** Whose the token is. */
  public token = ACCOUNT;
  public pullRequests: Listing<PullRequest> | undefined;
  /** Puts another list in the place of one of the account. */
  public listings: Partial<AccountListing> = {};
  public dangling: readonly DanglingRecord[] = [];
  public stackListing: Listing<Known> | undefined;
  /** What was done, in order: `destroy alice-dev`. */
  public readonly done: string[] = [];
  public readonly warned: Warning[] = [];
  public readonly said: string[] = [];
  /** Called before each act; what it throws is why that fails. */
  public beforeAct: (what: string, bounds?: Bounds) => Promise<void> | void = () => {};
  public delivery: Delivery = { by: ["webhook"], faults: [] };
  /** What the account still has of whatever is destroyed. */
  public left: readonly Leftover[] = [];
  public requireHeld = () => {};
  public abort = new AbortController();
  public terms: RunTerms = {
    shard: { index: 1, of: 1 },
    rules: {
      mostDestroys: 3,
      mostDestroysShare: 0.2,
      warnAheadSeconds: [],
    },
    announces: false,
    atOnce: 4,
    timeoutSeconds: 60,
  };
  private readonly folder = mkdtempSync(join(tmpdir(), "fake-world-"));

  /** An environment that nobody has used for a day, with its cluster in the account. */
  public add(
    stack: string,
    changes: Partial<Situation> = {},
    more: Partial<FakeStack> = {},
  ): FakeStack {
    const clusterId = this.idOf(stack);
    const its: FakeStack = {
      situation: situation({ stack, id: clusterId, clusterIds: [clusterId], ...changes }),
      policy: ci({ warnAhead: [] }),
      usedAt: NOW - DAY,
      signals: ({ signal }) => [absent(signal, "a test", "none")],
      ...more,
    };
    this.stacks.set(stack, its);
    if (its.situation.hasResources) {
      this.hold("cluster", clusterId, this.tagsOf(stack));
    }
    return its;
  }

  /** One that is past its expiry. */
  public addExpired(stack: string, changes: Partial<Situation> = {}): FakeStack {
    return this.add(stack, { expiresAt: NOW - HOUR, ...changes });
  }

  public addAllExpired(names: readonly string[]): void {
    for (const name of names) {
      this.addExpired(name);
    }
  }

  /** Tags of everything of a stack's. */
  public tagsOf(stack: string): string[] {
    return [PRODUCT_TAG, ...namingTags(PROJECT, stack), idTag(this.idOf(stack))];
  }

  public hold(
    kind: HoldingKind,
    id: string,
    tags: readonly string[],
    more: Partial<Holding> = {},
  ): void {
    const createdAt = NOW - 2 * DAY;
    this.holdings[kind].push({
      ...{ id, name: id, tags, createdAt, usdPerMonth: 12, inUse: false },
      ...more,
    });
  }

  public idOf(stack: string): string {
    const digits = Buffer.from(stack).toString("hex").padEnd(32, "0").slice(-32);
    return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  public async run(intent: Intent = { mode: "run" }, terms: Partial<RunTerms> = {}): Promise<Run> {
    return runReaper(intent, { ...this.terms, ...terms }, await this.tools());
  }

  public async tools(): Promise<RunTools> {
    return {
      sources: this.sources,
      actions: this.actions,
      store: await this.store(),
      requireHeld: () => this.requireHeld(),
      now: () => new Date(this.now * 1000),
      signal: this.abort.signal,
      say: (line) => this.said.push(line),
    };
  }

  public store(): Promise<MemoryStore> {
    return MemoryStore.open(openFolder(this.folder), PROJECT, this.terms.shard);
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  public readonly sources: Sources = {
    project: PROJECT,
    stacks: async () =>
      this.stackListing ?? {
        state: "complete",
        items: [...this.stacks.values()].map((stack) => this.known(stack)),
      },
    stack: async (name) => {
      const stack = this.stacks.get(name);
      return stack && this.known(stack);
    },
    clustersOf: async (name) => {
      const { situation: its, unfinished = [] } = this.stacks.get(name) ?? {};
      return [...(its?.clusterIds ?? []), ...unfinished];
    },
    token: async () => this.token,
    account: async () => ({ ...this.accountNow(), ...this.listings }),
    danglingRecords: async () => this.dangling,
    pullRequests: async () => this.pullRequests ?? { state: "complete", items: [] },
    signals: async ({ situation: { stack } }, need) => this.stacks.get(stack)?.signals(need) ?? [],
  };

  private readonly actions: ReaperActions = {
    destroy: async (stack, bounds) => {
      await this.act(`destroy ${stack}`, stack, bounds);
      this.stacks.delete(stack);
      this.forget(this.idOf(stack));
      return { left: this.left, costSoFarUsd: 3 };
    },
    sleep: async (stack, bounds): Promise<TakenDown> => {
      await this.act(`sleep ${stack}`, stack, bounds);
      this.change(stack, { hasResources: false, clusterIds: [], asleepSince: this.now });
      this.forget(this.idOf(stack));
      return { left: [] };
    },
    wake: async (stack, bounds) => {
      await this.act(`wake ${stack}`, stack, bounds);
      this.change(stack, { hasResources: true, asleepSince: undefined, wokenAt: this.now });
    },
    thing: async (kind: AccountResourceKind, id): Promise<AccountResource | undefined> => {
      const found = this.holdings[kind].find((one) => one.id === id);
      return found && { id, tags: found.tags, droplet_ids: found.inUse ? [1] : [] };
    },
    deleteThing: async (kind, id) => {
      await this.act(`delete ${kind} ${id}`);
      this.forget(id);
    },
    deliver: async (warning) => {
      await this.beforeAct(`warn ${warning.subject}`);
      this.warned.push(warning);
      return this.delivery;
    },
  };

  /** Changes a stack as an update does. */
  public change(stack: string, changes: Partial<Situation>): void {
    const its = this.stacks.get(stack);
    if (its) {
      its.situation = { ...its.situation, lastUpdateAt: this.now, ...changes };
    }
  }

  private async act(what: string, stack?: string, bounds?: Bounds): Promise<void> {
    await this.beforeAct(what, bounds);
    const its = stack === undefined ? undefined : this.stacks.get(stack);
    if (its && bounds?.revision !== undefined && bounds.revision !== this.revisionOf(its)) {
      throw new ChangedError("it has changed");
    }
    this.done.push(what);
  }

  private forget(id: string): void {
    for (const kind of Object.keys(this.holdings) as HoldingKind[]) {
      this.holdings[kind] = this.holdings[kind].filter((one) => one.id !== id);
    }
  }

  private known(stack: FakeStack): Known {
    const { situation: its, policy, pullRequest, usedAt } = stack;
    return {
      situation: its,
      policy,
      ...(pullRequest === undefined ? {} : { pullRequest }),
      signals: [seenAt("use", "tag lastUsed", usedAt)],
      revision: this.revisionOf(stack),
    };
  }

  private revisionOf({ situation: its, usedAt }: FakeStack): string {
    return JSON.stringify([its, usedAt]);
  }

  private accountNow(): AccountListing {
    const listing = (items: readonly Holding[]) =>
      ({ state: "complete", items: [...items] }) as const;
    return {
      cluster: listing(this.holdings.cluster),
      droplet: listing(this.holdings.droplet),
      "load balancer": listing(this.holdings["load balancer"]),
      volume: listing(this.holdings.volume),
      "volume snapshot": listing(this.holdings["volume snapshot"]),
    };
  }
}
