import { keptOfEach } from "../../../../cli/data/kept";
import { remove, save } from "../../../../cli/data/seeds.action";
import { type BringUpOptions, bringUp } from "../../../../cli/environments/bring-up";
import { readInventory } from "../../../../cli/reap/account";
import { compare } from "../../../../cli/reap/policy/comparison";
import { openActions } from "../../../../cli/reap/stack-actions";
import { run as down } from "../../../../cli/sleep/down.action";
import { run as sleep } from "../../../../cli/sleep/sleep.action";
import { wake } from "../../../../cli/sleep/wake";
import type { Workspace } from "../../../../cli/stacks/workspace";
import type { Context } from "../../../../cli/terminal/context";
import { InterruptedError } from "../../../../cli/terminal/errors";
import { seedsIn } from "../../../../core/data/seed";
import { UserError } from "../../../../core/errors";
import { type Environments, Killed, type Own, PROJECT } from "./environments";
import { type Contents, Promises } from "./promises";

export const TENANT = "carol-dev";
export const STACKS = ["alice-dev", "bob-dev", TENANT];
export const SEEDS = ["shop-large", "shop-small"] as const;
export const CLAIMS = ["data-db-0", "data-db-1", "files"];
export const ALWAYS = Infinity;

const YES = { yes: true } as never;

/** Nobody reads it. */
export const PROGRESS = {
  show: () => {},
  done: () => {},
  failed: () => {},
  note: () => {},
  close: () => {},
  during: (_: string, work: () => Promise<unknown>) => work(),
};

interface Limited {
  /** Changes after which it is killed. */
  readonly steps: number;
  /** Whether the same is run again then. */
  readonly again: boolean;
}
interface OfStack {
  readonly stack: string;
}

/** It is not killed. */
export const WHOLE: Limited = { steps: ALWAYS, again: false };

export type Action =
  | ({ readonly does: "up" } & OfStack & Limited & Partial<Own>)
  | ({ readonly does: "sleep" } & OfStack & Limited)
  | ({ readonly does: "write" } & OfStack)
  | ({ readonly does: "change"; readonly claim: string; readonly isThere: boolean } & OfStack)
  | ({ readonly does: "save"; readonly seed: string } & OfStack & Limited)
  | ({ readonly does: "delete"; readonly seed: string } & Limited)
  | ({ readonly does: "down"; readonly seed?: string } & OfStack & Limited)
  | ({ readonly does: "pulumi destroy" } & OfStack & Limited)
  | ({ readonly does: "reap"; readonly verdict: Verdict } & OfStack & Limited);
type Verdict = "destroy" | "sleep" | "look";

const COPY_DELETED = /the last sleep kept its data, but the copy has been deleted since/;
/** Errors by which a command refuses, and changes nothing. */
const REFUSALS = [
  /^"\S+" has been asleep since/,
  /^a sleep or wake of "\S+" did not finish/,
  /" cannot sleep: it is/,
  /" cannot sleep: its cluster or namespace no longer exists/,
  /has no volume with data/,
  /has no data to keep/,
  /there is no seed/,
  /has no kept data that could become seed/,
  /no longer has data: an unfinished `down` made seed/,
  /seed "\S+" is incomplete/,
  /a shared cluster deletes volumes with the environment's namespace/,
  /a teardown of "\S+" did not finish/,
  COPY_DELETED,
];

type Outcome = "done" | "refused" | "killed";

/** Runs the product's own commands on the environments, and checks what has to be true after each. */
export class Story {
  private readonly context: Context;
  private refusal = "";
  private readonly promises: Promises;

  public constructor(private readonly world: Environments) {
    this.context = contextOf(world);
    this.promises = new Promises(world);
    for (const each of STACKS) {
      world.trees.set(each, new Set(CLAIMS));
    }
  }

  /** A command that was killed can be run again. */
  public async perform(act: Action): Promise<Outcome> {
    const outcome = await this.performOnce(act);
    const isThere = !("stack" in act) || this.world.stacks.has(act.stack);
    if (outcome === "killed" && "again" in act && act.again && isThere) {
      expect([act, await this.performOnce({ ...act, steps: ALWAYS })]).toEqual([act, "done"]);
    }
    return outcome;
  }

  public async performAll(acts: readonly Action[]): Promise<void> {
    for (const act of acts) {
      await this.perform(act);
    }
  }

  private async performOnce(act: Action): Promise<Outcome> {
    this.world.account.clock.advance(60_000);
    this.refusal = "";
    const outcome = await this.act(act);
    this.promises.check(STACKS, SEEDS);
    if (act.does === "up" && outcome === "done") {
      this.promises.isUp(act.stack);
    }
    if (outcome === "refused" && "stack" in act && COPY_DELETED.test(this.refusal)) {
      this.promises.mayLack(act.stack);
    }
    await this.checkBilled();
    return outcome;
  }

  private async act(act: Action): Promise<Outcome> {
    switch (act.does) {
      case "write":
        this.promises.write(act.stack);
        return "done";
      case "change":
        this.world.trees.get(act.stack)?.[act.isThere ? "add" : "delete"](act.claim);
        return "done";
      case "up":
        return this.up(act.stack, act.steps, { keep: "snapshot", ...act });
      case "sleep":
        return this.sleep(act.stack, act.steps);
      case "save":
        return this.save(act.stack, act.seed, act.steps);
      case "delete":
        return this.delete(act.seed, act.steps);
      case "down":
        return this.down(act.stack, act.steps, act.seed);
      case "pulumi destroy":
        return this.destroy(act.stack, act.steps);
      case "reap":
        return this.reap(act.stack, act.steps, act.verdict);
    }
  }

  /** Brings environments up, and saves a seed of the first. */
  public async begin(stacks: readonly string[]): Promise<void> {
    const [stack = ""] = stacks;
    for (const each of stacks) {
      await this.perform({ does: "up", stack: each, ...WHOLE });
    }
    await this.perform({ does: "save", stack, seed: SEEDS[0], ...WHOLE });
  }

  /** Brings back what sleeps, takes all of it down, and looks at what is left. */
  public async end(): Promise<void> {
    for (const each of STACKS) {
      if (this.world.stacks.has(each)) {
        for (const claim of CLAIMS) {
          this.world.trees.get(each)?.add(claim);
        }
        const brought = await this.perform({ does: "up", stack: each, ...WHOLE });
        // Its seed may have been deleted before it ever came up, its data have become one, or been deleted in part.
        const isRefused =
          brought === "refused" &&
          /there is no seed|is incomplete|made seed|has been deleted since/.test(this.refusal);
        expect([each, isRefused ? "done" : brought]).toEqual([each, "done"]);
      }
    }
    for (const each of STACKS) {
      await this.down(each, ALWAYS);
      expect(this.world.stacks.has(each)).toBe(false);
    }
    for (const each of SEEDS) {
      await this.delete(each, ALWAYS);
    }
    expect(this.world.account.billed()).toEqual([]);
    expect([...this.world.account.clusters.keys()]).toEqual([
      this.world.stacks.get("team-shared")?.clusterId,
    ]);
  }

  private async up(name: string, limit: number, { keep, seed: from }: Own): Promise<Outcome> {
    if (this.world.finishTermination(name)) {
      this.promises.check(STACKS, SEEDS);
      if (this.world.record(name)?.tags.going === undefined) {
        this.promises.isGone(name);
      }
    }
    const record = this.world.record(name);
    const home = this.world.home(name);
    for (const claim of home?.cluster.claimsOf(home.namespace) ?? []) {
      if (!this.world.trees.get(name)?.has(claim)) {
        this.promises.leaves(name, claim);
      }
    }
    const tools = {
      workspace: this.world.workspace() as unknown as Workspace,
      progress: PROGRESS,
    };
    const order = {
      ...{ command: "up", changes: {}, keepsFile: false, pin: false, byClock: false },
      own: { data: { keep: name === TENANT ? "snapshot" : keep, ...(from && { seed: from }) } },
    } as unknown as BringUpOptions;
    const before = this.expectedOf(name);
    const outcome = await this.run(limit, undefined, async () => {
      const fresh = { ...tools, workspace: this.world.workspace() as unknown as Workspace };
      return record?.tags.asleep === undefined
        ? bringUp(this.context, name, record, fresh as never, order)
        : wake(this.context, name, fresh as never, { byClock: false });
    });
    if (outcome === "done" && record?.tags.asleep !== undefined) {
      this.promises.isBack(name, before);
    }
    return outcome;
  }

  private async sleep(name: string, limit: number): Promise<Outcome> {
    const outcome = await this.run(limit, name, () => sleep(this.context, [name], YES));
    if (outcome === "done") {
      this.promises.isAsleep(name);
    }
    return outcome;
  }

  private async save(name: string, as: string, limit: number): Promise<Outcome> {
    const contents = this.promises.inUse(name);
    this.promises.mayBecome(as, contents);
    const outcome = await this.run(limit, name, () =>
      save(this.context, [name], { ...(YES as object), as } as never),
    );
    if (outcome === "done") {
      this.promises.becomes(as, contents);
    }
    return outcome;
  }

  private async delete(name: string, limit: number): Promise<Outcome> {
    this.promises.mayBecome(name, undefined);
    const outcome = await this.run(limit, undefined, () => remove(this.context, [name], YES));
    if (outcome === "done") {
      this.promises.becomes(name, undefined);
    }
    return outcome;
  }

  /** The data that a command must keep. Plain `pulumi destroy` leaves no mark, so that a command keeps what it finds. */
  private expectedOf(name: string): Contents {
    const isMarked = this.world.record(name)?.tags.going !== undefined;
    return isMarked ? this.promises.contentsOf(name) : this.promises.leftOf(name);
  }

  private async down(name: string, limit: number, as?: string): Promise<Outcome> {
    const contents = this.expectedOf(name);
    if (as === undefined) {
      this.promises.goes(name);
    } else {
      this.promises.handsOver(name);
      this.promises.mayBecome(as, contents);
    }
    const outcome = await this.run(limit, name, () =>
      down(this.context, [name], { ...(YES as object), ...(as && { keepData: as }) } as never),
    );
    if (outcome === "done" && as !== undefined) {
      this.promises.becomes(as, contents);
    }
    return outcome;
  }

  /**
   * The engine alone, which knows nothing of data and leaves no mark. PersistentVolumes that a killed wake has reserved would
   * stay in the shared cluster, and the next wake would fail at them: that is not modelled.
   */
  private async destroy(name: string, limit: number): Promise<Outcome> {
    const home = this.world.home(name);
    const isThere = this.world.record(name)?.hasResources === true;
    if (!isThere || home?.cluster.hasReserved(home.namespace)) {
      return "refused";
    }
    this.promises.goes(name);
    const outcome = await this.run(limit, name, () => this.world.workspace().stack(name).destroy());
    if (outcome === "done") {
      this.promises.isGone(name);
    }
    return outcome;
  }

  private async reap(name: string, limit: number, verdict: Verdict): Promise<Outcome> {
    this.world.account.clock.advance(2 * 3_600_000);
    if (verdict === "destroy") {
      this.promises.goes(name);
    }
    return this.run(limit, verdict === "look" ? undefined : name, async () => {
      const client = this.world.client();
      const actions = openActions(this.context, client, undefined as never, undefined);
      const { signal } = this.context;
      const { clusterIds } = this.world.stacks.has(name)
        ? this.world.owned(name)
        : { clusterIds: [] };
      if (verdict === "destroy") {
        await actions.destroy(name, { signal, clusterIds }, "expired");
      } else if (verdict === "sleep") {
        await actions.sleep(name, { signal, clusterIds });
      } else {
        const account = await readInventory(client);
        const items = this.world.records().map(({ stack: each, tags }) => ({
          ...{ stack: each, lockedBy: [], ...this.world.owned(each) },
          ...(tags.data && { dataId: tags.data }),
        }));
        const compared = compare(
          {
            ...{ project: PROJECT, account, recordedAccounts: [] },
            stacks: { state: "complete", items },
            token: { uuid: "account", name: "Team" } as never,
            knownClusters: [...this.world.clusters.keys()].map((id) => ({ id, stack: name })),
          },
          this.world.account.clock.now().getTime() / 1000,
        );
        const strays = compared.state === "compared" ? compared.strays : [];
        for (const { kind, id } of strays.filter(({ certain }) => certain)) {
          await actions.deleteThing(kind, id);
        }
      }
    });
  }

  /** @param needed - the stack that it is about. @default - none */
  private async run(
    limit: number,
    needed: string | undefined,
    command: () => Promise<unknown>,
  ): Promise<Outcome> {
    if (needed !== undefined && !this.world.stacks.has(needed)) {
      return "refused";
    }
    const process = this.world.begin(limit);
    try {
      await command();
      return process.isAlive ? "done" : "killed";
    } catch (error) {
      if (error instanceof Killed || !process.isAlive) {
        return "killed";
      }
      if (error instanceof UserError || error instanceof InterruptedError) {
        this.refusal = error.message;
        expect(error.message).toMatch(new RegExp(REFUSALS.map(({ source }) => source).join("|")));
        return "refused";
      }
      throw error;
    } finally {
      process.isAlive = false;
      this.world.begin(ALWAYS);
    }
  }

  /** Every thing that costs something is in a list, or a claim's of an environment that is. */
  private async checkBilled(): Promise<void> {
    const { account, clusters } = this.world;
    const kept = await keptOfEach(this.context, this.world.records());
    const names = kept.flatMap((items) =>
      "unknown" in items ? [] : items.map(({ name }) => name),
    );
    const seeds = seedsIn(
      account.listed().filter((one) => "min_disk_size" in one) as never,
      PROJECT,
    );
    const inSeeds = seeds.flatMap(({ snapshots }) => snapshots.map(({ id }) => id));
    const live = new Set(
      this.world.records().flatMap(({ stack: each }) => this.world.home(each)?.cluster ?? []),
    );
    const inUse = [...live].flatMap((cluster) => cluster.boundHandles());
    expect(
      [...account.clusters.keys()].filter(
        (id) => ![...live].some((one) => one === clusters.get(id)),
      ),
    ).toEqual([]);
    const unlisted = account
      .listed()
      .filter(
        ({ id, name }) => !names.includes(name) && !inSeeds.includes(id) && !inUse.includes(id),
      );
    expect(unlisted.map(({ name }) => name)).toEqual([]);
  }
}

function contextOf(world: Environments): Context {
  return {
    ...{ project: { folder: "/never-written", name: PROJECT }, env: {} },
    ...{ terminal: { out: {} }, signal: new AbortController().signal },
    ...{ now: () => world.account.clock.now(), say: () => {} },
  } as unknown as Context;
}
