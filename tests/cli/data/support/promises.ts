import {
  billedIn,
  type KeptClaim,
  keptClaimsIn,
  newestByClaim,
} from "../../../../core/data/kept-claim";
import { type Seed, seedsIn } from "../../../../core/data/seed";
import { type Environments, PROJECT } from "./environments";

/** Ids of contents by claim. */
export type Contents = Readonly<Record<string, string>>;

interface Found {
  readonly content: string | undefined;
  /** Whether a claim of the cluster has it; otherwise it is kept. */
  readonly isInUse: boolean;
}

/** Compares the data that commands have promised, of environments and of seeds, with the data that is there. */
export class Promises {
  /** By environment: what its claims had last. */
  private readonly claims = new Map<string, Map<string, string>>();
  /** Environments that somebody has begun to take down with their data, with that. */
  private readonly going = new Map<string, Contents>();
  /** Those whose data is about to become a seed, with that. */
  private readonly handing = new Map<string, Contents>();
  private readonly leaving = new Set<string>();
  /** Claims that have ever left their tree, as `<stack>/<claim>`. */
  private readonly left = new Set<string>();
  /** What was last kept of a claim while no volume had it. */
  private readonly kept = new Map<string, string>();
  /** What a seed may give, by its name; nothing as `undefined`. */
  private readonly seeds = new Map<string, readonly (Contents | undefined)[]>();
  /** All that claims have ever had, and all that was ever in a seed. */
  private readonly seen = new Set<string>();
  private readonly seeded = new Set<string>();

  public constructor(private readonly world: Environments) {}

  /** All that it had when it was whole: a command may keep all of this, or refuse. */
  public contentsOf(stack: string): Contents {
    const before = { ...this.going.get(stack), ...this.handing.get(stack) };
    const now = Object.entries(before).map(([claim, content]) => {
      const { content: found = content } = this.find(stack, claim);
      return [claim, this.mayReturn(stack, claim, found) ? found : content] as const;
    });
    return sorted({
      ...Object.fromEntries(now),
      ...Object.fromEntries(this.claims.get(stack) ?? []),
    });
  }

  /** The part of it that still exists after plain `pulumi destroy`, which leaves no mark, has deleted some. */
  public leftOf(stack: string): Contents {
    const all = Object.entries(this.contentsOf(stack));
    return Object.fromEntries(
      this.going.has(stack)
        ? all.filter(([claim, content]) => this.find(stack, claim).content === content)
        : all,
    );
  }

  /** Whether a claim may have what its last sleep kept: what a killed wake had brought up has been deleted meanwhile. */
  private mayReturn(stack: string, claim: string, content: string): boolean {
    const place = `${stack}/${claim}`;
    return this.kept.get(place) === content && (this.going.has(stack) || this.left.has(place));
  }

  /** Returns the content of its claims in the cluster, and of those that an unfinished teardown has destroyed. */
  public inUse(stack: string): Contents {
    const home = this.world.home(stack);
    const claims = home?.cluster.claimsOf(home.namespace) ?? [];
    const found = claims.map((claim) => [claim, this.find(stack, claim)] as const);
    const inUse = found.flatMap(([claim, { isInUse, content = "" }]) =>
      isInUse ? [[claim, content] as const] : [],
    );
    return sorted({ ...this.going.get(stack), ...Object.fromEntries(inUse) });
  }

  /** Its pods have written. */
  public write(stack: string): void {
    const { store, volumes } = this.world.account;
    const home = this.world.home(stack);
    for (const claim of home?.cluster.claimsOf(home.namespace) ?? []) {
      const id = home?.cluster.volumeOf(home.namespace, claim) ?? "";
      const { content, dropletIds } = volumes.get(id);
      if (content !== undefined && dropletIds.length > 0) {
        store.volumes.update(id, { content: { ...content, id: `${content.id}+` } });
        this.claims.get(stack)?.set(claim, `${content.id}+`);
        this.seen.add(`${content.id}+`);
      }
    }
  }

  /** An update takes a claim away that is not in the tree any more, unless it is killed before. */
  public leaves(stack: string, claim: string): void {
    this.leaving.add(`${stack}/${claim}`);
    this.left.add(`${stack}/${claim}`);
  }

  public handsOver(stack: string): void {
    this.handing.set(stack, this.contentsOf(stack));
  }

  /** Somebody begins to take it down with its data. */
  public goes(stack: string): void {
    this.going.set(stack, this.contentsOf(stack));
  }

  /** Somebody has ended to take it down. Only what its last sleep kept may still be there. */
  public isGone(stack: string): void {
    const left = Object.entries(this.contentsOf(stack)).filter(
      ([claim, content]) => this.find(stack, claim).content === content,
    );
    this.going.set(stack, Object.fromEntries(left));
    this.handing.delete(stack);
  }

  /** @throws unless all that it had is kept, or has become a seed */
  public isAsleep(stack: string): void {
    for (const [claim, content] of Object.entries(this.contentsOf(stack))) {
      const kept = this.find(stack, claim).content;
      const isHanded = this.handing.has(stack) && this.seeded.has(content);
      demand(
        kept === content || isHanded,
        `${stack} sleeps, ${claim} has ${kept}, and not ${content}`,
      );
    }
  }

  /** @throws unless the claims of its tree that had something when it slept have that again */
  public isBack(stack: string, before: Contents): void {
    for (const [claim, content] of Object.entries(before)) {
      const back = this.find(stack, claim).content;
      const isWanted = this.world.trees.get(stack)?.has(claim);
      demand(!isWanted || back === content, `${stack}/${claim} woke with ${back}, not ${content}`);
    }
  }

  /** @throws unless the claims of its tree have what was promised */
  public isUp(stack: string): void {
    const inUse = [...(this.world.trees.get(stack) ?? [])].filter(
      (claim) => !this.find(stack, claim).isInUse,
    );
    demand(inUse.length === 0, `${stack} is up without the data of ${inUse.join(", ")}`);
    const known = [...(this.world.home(stack)?.cluster.volumes.values() ?? [])];
    const copies = billedIn(
      this.world.account.listed(),
      this.world.stacks.get(stack)?.tags.data ?? "",
    ).filter(({ kind, id }) => kind === "copy" && known.every(({ handle }) => handle !== id));
    demand(copies.length === 0, `${stack} is up, and ${copies[0]?.name} is left`);
    this.going.delete(stack);
    this.handing.delete(stack);
  }

  /** @throws unless a teardown may have deleted some of its data */
  public mayLack(stack: string): void {
    const mayLack = this.going.has(stack) || this.handing.has(stack);
    demand(mayLack, `${stack} is refused for deleted data, but nothing has deleted any`);
  }

  /** @param changes - what a command may make of a seed, whatever ends it */
  public mayBecome(seed: string, ...changes: readonly (Contents | undefined)[]): void {
    this.seeds.set(seed, [...(this.seeds.get(seed) ?? [undefined]), ...changes]);
  }

  /** Records the seed that a command has made. */
  public becomes(seed: string, contents: Contents | undefined): void {
    this.seeds.set(seed, [contents]);
  }

  /** @throws when something that was promised is lost, or something comes back that was replaced */
  public check(stacks: readonly string[], seeds: readonly string[]): void {
    const inForce = this.seedsInForce();
    for (const name of seeds) {
      const now = JSON.stringify(inForce.get(name));
      const allowed = (this.seeds.get(name) ?? [undefined]).map((one) => JSON.stringify(one));
      demand(allowed.includes(now), `seed ${name} has ${now}, and not ${allowed.join(" or ")}`);
    }
    const inSeeds = new Set([...inForce.values()].flatMap((contents) => Object.values(contents)));
    for (const content of inSeeds) {
      this.seeded.add(content);
    }
    for (const stack of stacks) {
      this.checkStack(stack, inSeeds);
    }
    this.leaving.clear();
  }

  private checkStack(stack: string, inSeeds: ReadonlySet<string>): void {
    if (!this.world.stacks.has(stack)) {
      this.claims.delete(stack);
      this.going.delete(stack);
      this.handing.delete(stack);
      return;
    }
    const promised = this.claims.get(stack) ?? new Map<string, string>();
    this.claims.set(stack, promised);
    const home = this.world.home(stack);
    const present = home?.cluster.claimsOf(home.namespace) ?? [];
    for (const claim of new Set([...promised.keys(), ...present])) {
      const { content, isInUse } = this.find(stack, claim);
      const before = promised.get(claim);
      const place = `${stack}/${claim}`;
      if (before === content) {
        if (content !== undefined && !isInUse) {
          this.kept.set(place, content);
        }
        continue;
      }
      if (this.leaving.has(place)) {
        this.forget(stack, claim);
      }
      const isMeantToGo =
        this.going.has(stack) ||
        this.leaving.has(place) ||
        (this.handing.has(stack) && inSeeds.has(before ?? ""));
      demand(before === undefined || isMeantToGo, `${place} has ${content}, and not ${before}`);
      if (content !== undefined && isInUse) {
        const isOld = this.seen.has(content) && !this.seeded.has(content);
        demand(
          !isOld || this.mayReturn(stack, claim, content),
          `${place} has ${content} again, which was replaced`,
        );
        promised.set(claim, content);
        this.seen.add(content);
      } else {
        promised.delete(claim);
      }
    }
  }

  private forget(stack: string, claim: string): void {
    for (const all of [this.going, this.handing]) {
      const { [claim]: _, ...others } = all.get(stack) ?? {};
      if (all.has(stack)) {
        all.set(stack, others);
      }
    }
  }

  private find(stack: string, claim: string): Found {
    const { volumes, store } = this.world.account;
    const home = this.world.home(stack);
    const id = home?.cluster.volumeOf(home.namespace, claim);
    const inUse = id === undefined ? undefined : store.volumes.find(id)?.content;
    if (inUse !== undefined) {
      return { content: inUse.id, isInUse: true };
    }
    const kept = keptClaimsIn(
      this.world.account.listed(),
      this.world.stacks.get(stack)?.tags.data ?? "",
    );
    const [newest] = newestByClaim(kept).get(claim) ?? [];
    const content =
      newest &&
      (newest.kind === "volume" ? volumes.get(newest.id) : volumes.getSnapshot(newest.id)).content;
    demand(content?.clean ?? true, `${newest?.name} was taken of a volume in use`);
    return { content: content?.id, isInUse: false };
  }

  private seedsInForce(): Map<string, Contents> {
    const snapshots = this.world.account.listed().filter((one) => "min_disk_size" in one);
    const inForce = new Map<string, Contents>();
    for (const seed of seedsIn(snapshots, PROJECT).filter(({ isComplete }) => isComplete)) {
      if (!inForce.has(seed.name)) {
        inForce.set(seed.name, this.contentsIn(seed));
      }
    }
    return inForce;
  }

  private contentsIn({ snapshots }: Seed): Contents {
    const contentOf = ({ id, claim, name }: KeptClaim) => {
      const { content } = this.world.account.volumes.getSnapshot(id);
      demand(content?.clean ?? true, `${name} was taken of a volume in use`);
      // Of a volume that no pod has ever used there is nothing.
      return content === undefined ? [] : [[claim, content.id] as const];
    };
    return sorted(Object.fromEntries(snapshots.flatMap(contentOf)));
  }
}

function sorted(contents: Contents): Contents {
  return Object.fromEntries(
    Object.entries(contents).sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}

/** Jest's own would take most of the time of a run. */
function demand(isTrue: boolean, otherwise: string): void {
  if (!isTrue) {
    throw new Error(otherwise);
  }
}
