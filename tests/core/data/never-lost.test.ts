import fc from "fast-check";
import { planKeeping } from "../../../core/data/keep";
import { type KeptClaim, restoredName } from "../../../core/data/kept-claim";
import { planRestore } from "../../../core/data/restore";

// Claim: in whatever order an environment is put to sleep, woken and changed, and wherever that ends too early, what its claims
// had is there, and comes back. DigitalOcean and Kubernetes are a model; what is kept, restored and deleted the product decides.

const STACK = "alice-dev";
const CLAIMS = ["data-db-0", "data-db-1", "files"];
const KIND = {
  storageClass: "do-block-storage",
  volumeMode: "Filesystem",
  fsType: "ext4",
} as const;

interface Volume {
  readonly name: string;
  content: number;
}
type Snapshot = KeptClaim & { readonly content: number };
type Kept = "snapshot" | "volume";

class Model {
  private next = 0;
  /** Volume of each claim of the cluster. @default - there is no cluster */
  private cluster: Map<string, string> | undefined;
  private readonly volumes = new Map<string, Volume>();
  private snapshots: Snapshot[] = [];
  /** Claims whose PersistentVolume a wake has declared for a volume that was kept itself. */
  private readonly restoredAs = new Map<string, string>();
  /** Those that are kept themselves. */
  private keptVolumes: KeptClaim[] = [];
  private tree = new Set(CLAIMS);
  /** What each claim had last. */
  private readonly promised = new Map<string, number>();

  /** Pods write, unless a wake has not ended. */
  public write(): void {
    for (const [claim, id] of this.cluster ?? []) {
      const volume = this.volumes.get(id);
      if (volume !== undefined) {
        volume.content = this.number();
        this.promised.set(claim, volume.content);
        // A node has had it since.
        this.snapshots = this.snapshots.map((one) =>
          one.volumeId === id ? { ...one, createdAt: "stale" } : one,
        );
      }
    }
  }

  public change(claim: string, isThere: boolean): void {
    if (this.cluster === undefined) {
      this.tree[isThere ? "add" : "delete"](claim);
    }
  }

  /** @param steps - after which it is killed */
  public sleep(steps: number, keep: Kept): void {
    if (this.cluster === undefined) {
      return;
    }
    const bound = [...this.cluster];
    const plan = planKeeping({
      ...{ stack: STACK, namespace: STACK, settings: { keep, claims: {} }, pods: [] },
      isOwn: true,
      claims: bound.map(([name, id]) => ({
        ...{ name, namespace: STACK, volumeName: id, isEphemeral: false },
      })),
      volumes: bound.map(([, id]) => ({
        ...KIND,
        ...{ name: id, handle: id, driver: "dobs.csi.digitalocean.com" },
      })),
      account: [...this.volumes].map(([id, { name }]) => ({
        ...{ id, name, isAttached: true },
        snapshots: 0,
      })),
      kept: this.kept(),
    });
    expect(plan.faults).toEqual([]);
    let left = steps;
    if (keep === "snapshot") {
      this.keptVolumes = this.keptVolumes.filter(({ id }) => bound.every(([, own]) => own !== id));
    }
    for (const { claim, volumeId, number } of plan.claims) {
      if (left-- === 0) {
        return;
      }
      if (keep === "volume") {
        this.keepVolume(claim, volumeId, number);
        continue;
      }
      const isTaken = this.snapshots.some(
        (one) =>
          one.volumeId === volumeId && one.number === number - 1 && one.createdAt !== "stale",
      );
      if (!isTaken) {
        this.take(claim, volumeId, number);
      }
    }
    if (left-- === 0) {
      return;
    }
    // Also those that a wake has made which was killed.
    for (const id of this.volumes.keys()) {
      if (this.keptVolumes.every((one) => one.id !== id)) {
        this.volumes.delete(id);
      }
    }
    this.cluster = undefined;
  }

  public wake(steps: number): void {
    const wanted = [...this.tree].map((name) => ({
      ...{ name, giB: 1, volumeMode: "Filesystem" as const, accessModes: ["ReadWriteOnce"] },
    }));
    const plan = planRestore({
      ...{ stack: STACK, kept: this.kept(), seeds: [], wanted, region: "fra1" },
      present: [...(this.cluster ?? [])].map(([name, id]) => ({
        ...{ name, volumeId: id, volumeName: this.nameOf(name, id) },
      })) as never,
    });
    expect(plan.faults).toEqual([]);
    let left = steps;
    const made = new Map<string, string>();
    for (const { claim, name, source } of plan.restored) {
      if (left-- === 0) {
        return;
      }
      made.set(
        claim,
        source.kind === "volume" ? this.reuse(claim, source.id) : this.restore(name, source.id),
      );
    }
    this.cluster ??= new Map();
    for (const { name } of wanted) {
      if (left-- === 0) {
        return;
      }
      const id = this.cluster.get(name) ?? made.get(name) ?? this.provision(name);
      this.cluster.set(name, id);
    }
    for (const { id } of plan.spent) {
      if (left-- === 0) {
        return;
      }
      this.snapshots = this.snapshots.filter((one) => one.id !== id);
      this.keptVolumes = this.keptVolumes.filter((one) => one.id !== id);
      this.volumes.delete(id);
    }
    for (const { id } of plan.released) {
      if (left-- === 0) {
        return;
      }
      this.keptVolumes = this.keptVolumes.filter((one) => one.id !== id);
    }
  }

  /** Everything that was promised is somewhere, and a claim that the cluster has has it. */
  public check(): void {
    for (const [claim, content] of this.promised) {
      const id = this.cluster?.get(claim);
      const inUse = id === undefined ? undefined : this.volumes.get(id)?.content;
      const kept = this.kept().filter((one) => one.claim === claim);
      const [best] = kept.sort((one, other) => other.number - one.number);
      const newest = best && this.contentOf(best.id);
      expect({ claim, content: inUse ?? newest }).toEqual({ claim, content });
    }
  }

  private kept(): KeptClaim[] {
    return [...this.snapshots, ...this.keptVolumes];
  }

  private contentOf(id: string): number | undefined {
    return this.volumes.get(id)?.content ?? this.snapshots.find((one) => one.id === id)?.content;
  }

  /** Of the PersistentVolume. */
  private nameOf(claim: string, id: string): string | undefined {
    return this.restoredAs.get(id) === claim
      ? restoredName(STACK, claim, id)
      : this.volumes.get(id)?.name;
  }

  private keepVolume(claim: string, id: string, number: number): void {
    if (this.keptVolumes.every((one) => one.id !== id)) {
      this.keptVolumes.push({
        ...{ ...KIND, kind: "volume", id, name: id, claim, number, volumeId: id, wasUsed: true },
        ...{ giB: 1, billedGiB: 1, regions: ["fra1"], createdAt: "fresh" },
      });
    }
  }

  private take(claim: string, volumeId: string, number: number): void {
    const id = `s-${this.number()}`;
    const content = this.volumes.get(volumeId)?.content ?? -1;
    this.snapshots.push({
      ...{
        ...KIND,
        kind: "snapshot",
        id,
        name: id,
        claim,
        number,
        volumeId,
        content,
        wasUsed: true,
      },
      ...{ giB: 1, billedGiB: 0.1, regions: ["fra1"], createdAt: "fresh" },
    });
  }

  private reuse(claim: string, id: string): string {
    this.restoredAs.set(id, claim);
    return id;
  }

  private restore(name: string, snapshotId: string): string {
    const found = [...this.volumes].find(([, volume]) => volume.name === name)?.[0];
    const snapshot = this.snapshots.find(({ id }) => id === snapshotId);
    expect(snapshot && restoredName(STACK, snapshot.claim, snapshotId)).toBe(name);
    return found ?? this.add(name, snapshot?.content ?? -1);
  }

  private provision(claim: string): string {
    const content = this.number();
    this.promised.set(claim, content);
    return this.add(`pvc-${content}`, content);
  }

  private add(name: string, content: number): string {
    const id = `v-${this.number()}`;
    this.volumes.set(id, { name, content });
    return id;
  }

  private number(): number {
    this.next += 1;
    return this.next;
  }
}

const steps = fc.oneof(
  { arbitrary: fc.constant(100), weight: 2 },
  { arbitrary: fc.nat({ max: 8 }), weight: 1 },
);
const actions = fc.array(
  fc.oneof(
    fc.record({ does: fc.constant("write" as const) }),
    fc.record({
      does: fc.constant("sleep" as const),
      keep: fc.constantFrom<Kept>("snapshot", "volume"),
      steps,
    }),
    fc.record({ does: fc.constant("wake" as const), steps }),
    fc.record({
      does: fc.constant("change" as const),
      claim: fc.constantFrom(...CLAIMS),
      isThere: fc.boolean(),
    }),
  ),
  { maxLength: 25 },
);

test("no sequence of sleeps, wakes and kills loses what a claim had", () => {
  fc.assert(
    fc.property(actions, (all) => {
      const model = new Model();
      model.wake(100);
      for (const action of all) {
        if (action.does === "write") {
          model.write();
        } else if (action.does === "change") {
          model.change(action.claim, action.isThere);
        } else if (action.does === "sleep") {
          model.sleep(action.steps, action.keep);
        } else {
          model.wake(action.steps);
        }
        model.check();
      }
      model.wake(100);
      model.check();
    }),
    {
      numRuns: 200,
      // A wake that is killed while it deletes what two sleeps have kept of one claim.
      examples: [
        [
          [
            { does: "sleep", keep: "snapshot", steps: 100 },
            { does: "wake", steps: 4 },
            { does: "sleep", keep: "snapshot", steps: 100 },
            { does: "wake", steps: 7 },
          ],
        ],
      ],
    },
  );
});
