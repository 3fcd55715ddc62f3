import { delay } from "../processes/delay";
import { type ApiClient, KubernetesError, type ObjectList, type WatchEvent } from "./client";
import { type KubernetesObject, keyOf } from "./objects";

/** Pause before a collection is listed again after its watch failed, in milliseconds. */
const RETRY_DELAY_MS = 500;

/** A copy of one collection of the API, kept up to date by list and watch, across restarts of the API server. */
export class Informer<T extends KubernetesObject> {
  private objects = new Map<string, T>();
  private readonly handlers: ((object: T) => void)[] = [];
  private readonly stopping = new AbortController();

  public constructor(
    private readonly client: ApiClient,
    /** The collection in all namespaces, e.g. `/api/v1/services`. */
    private readonly path: string,
    private readonly log: (line: string) => void,
  ) {}

  /** Calls back with each object that exists, changes, or was deleted (then with its last state). */
  public onChange(handler: (object: T) => void): void {
    this.handlers.push(handler);
  }

  public get(key: string): T | undefined {
    return this.objects.get(key);
  }

  public list(): T[] {
    return [...this.objects.values()];
  }

  /** Resolves after the first list of the collection. Watches until {@link stop}. */
  public async start(): Promise<void> {
    const resourceVersion = await this.relist();
    void this.follow(resourceVersion);
  }

  public stop(): void {
    this.stopping.abort();
  }

  private async follow(first: string): Promise<void> {
    let resourceVersion: string | undefined = first;
    while (!this.stopping.signal.aborted) {
      try {
        resourceVersion = await this.watchFrom(resourceVersion ?? (await this.relist()));
      } catch (error) {
        if (this.stopping.signal.aborted) {
          return;
        }
        resourceVersion = undefined;
        if (!(error instanceof KubernetesError && error.status === 410)) {
          this.log(`watch of ${this.path} failed and is tried again: ${String(error)}`);
        }
        await delay(RETRY_DELAY_MS, this.stopping.signal).catch(() => undefined);
      }
    }
  }

  private async relist(): Promise<string> {
    const list = await this.client.get<ObjectList<T>>(this.path);
    const gone = this.objects;
    this.objects = new Map(list.items.map((object) => [keyOf(object), object]));
    for (const [key, object] of gone) {
      if (!this.objects.has(key)) {
        this.notify(object);
      }
    }
    for (const object of list.items) {
      this.notify(object);
    }
    return list.metadata.resourceVersion;
  }

  /** Applies changes until the server ends the watch; returns the version to continue from. */
  private async watchFrom(start: string): Promise<string> {
    let resourceVersion = start;
    await this.client.watch<T>(this.path, start, this.stopping.signal, (event) => {
      if (event.type === "ERROR") {
        const status = event.object as unknown as { message: string; code: number; reason: string };
        throw new KubernetesError(status.message, status.code, status.reason);
      }
      resourceVersion = event.object.metadata.resourceVersion;
      this.apply(event);
    });
    return resourceVersion;
  }

  private apply({ type, object }: WatchEvent<T>): void {
    if (type === "BOOKMARK") {
      return;
    }
    if (type === "DELETED") {
      this.objects.delete(keyOf(object));
    } else {
      this.objects.set(keyOf(object), object);
    }
    this.notify(object);
  }

  private notify(object: T): void {
    for (const handler of this.handlers) {
      handler(object);
    }
  }
}
