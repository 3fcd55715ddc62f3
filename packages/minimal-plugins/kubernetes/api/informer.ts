/** The objects of a namespace, kept up to date by a watch that all awaiters share. */
import { setTimeout as delay } from "node:timers/promises";
import type { Cluster } from "./cluster";
import { KubernetesError } from "./errors";
import type { KubernetesObject } from "./object";

/** Pause before the next request after a fault. */
const RETRY_MS = 500;

export interface WatchedKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
}

export type ChangeListener = (object: KubernetesObject) => void;

/** One kind in one namespace. */
export class Informer {
  /** Objects by name. */
  private readonly objects = new Map<string, KubernetesObject>();
  private readonly listeners = new Set<ChangeListener>();
  private readonly ending = new AbortController();
  /** Resolves with the first list, and rejects when the server refuses it. */
  public readonly ready: Promise<void>;

  public constructor(
    private readonly cluster: Cluster,
    private readonly kind: WatchedKind,
  ) {
    this.ready = this.list().then((resourceVersion) => {
      void this.follow(resourceVersion);
    });
    // The subscriber may have stopped before the list fails.
    this.ready.catch(() => undefined);
  }

  public get(name: string): KubernetesObject | undefined {
    return this.objects.get(name);
  }

  public all(): Iterable<KubernetesObject> {
    return this.objects.values();
  }

  public listen(listener: ChangeListener): void {
    this.listeners.add(listener);
  }

  /** Whether a subscriber still listens. */
  public unlisten(listener: ChangeListener): boolean {
    this.listeners.delete(listener);
    return this.listeners.size > 0;
  }

  public stop(): void {
    this.ending.abort();
  }

  private async list(): Promise<string> {
    const { items, metadata } = await this.cluster.list(this.kind, undefined, this.ending.signal);
    const names = new Set(items.map((item) => item.metadata.name));
    for (const object of this.objects.values()) {
      if (!names.has(object.metadata.name)) {
        this.accept("DELETED", object);
      }
    }
    for (const item of items) {
      // The items of a list have no apiVersion and kind.
      const { apiVersion, kind } = this.kind;
      this.accept("ADDED", { ...item, apiVersion, kind });
    }
    return metadata.resourceVersion;
  }

  private async follow(resourceVersion: string): Promise<void> {
    let since: string | undefined = resourceVersion;
    while (!this.ending.signal.aborted) {
      try {
        since = await this.watch(since ?? (await this.list()));
      } catch {
        // The server is busy, restarting, or no longer has the version: start again with a list.
        since = undefined;
        await delay(RETRY_MS, undefined, { signal: this.ending.signal }).catch(() => undefined);
      }
    }
  }

  /** Follows one watch to its end, and returns its last version. */
  private async watch(since: string): Promise<string> {
    let reached = since;
    for await (const { type, object } of this.cluster.watch(this.kind, since, this.ending.signal)) {
      if (type === "ERROR") {
        throw KubernetesError.from(410, JSON.stringify(object));
      }
      reached = object.metadata.resourceVersion ?? reached;
      if (type !== "BOOKMARK") {
        this.accept(type, object);
      }
    }
    return reached;
  }

  private accept(type: "ADDED" | "MODIFIED" | "DELETED", object: KubernetesObject): void {
    if (type === "DELETED") {
      this.objects.delete(object.metadata.name);
    } else {
      this.objects.set(object.metadata.name, object);
    }
    for (const listener of this.listeners) {
      listener(object);
    }
  }
}

/** The informers of a cluster. Each lives as long as it has a subscriber. */
export class Informers {
  private readonly running = new Map<string, Informer>();

  public constructor(private readonly cluster: Cluster) {}

  public subscribe(kind: WatchedKind, listener: ChangeListener): Subscription {
    const key = [kind.apiVersion, kind.kind, kind.namespace].join(" ");
    const informer = this.running.get(key) ?? new Informer(this.cluster, kind);
    this.running.set(key, informer);
    informer.listen(listener);
    return {
      informer,
      end: () => {
        if (!informer.unlisten(listener)) {
          this.running.delete(key);
          informer.stop();
        }
      },
    };
  }
}

export interface Subscription {
  readonly informer: Informer;
  end(): void;
}
