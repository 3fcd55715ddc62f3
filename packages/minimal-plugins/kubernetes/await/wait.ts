/** Waits for an object to become ready, by watching it and its related objects. */
import type { EngineLog } from "../../protocol/engine-log";
import type { Cluster } from "../api/cluster";
import type { Informers, Subscription } from "../api/informer";
import type { KubernetesObject } from "../api/object";
import { ownedBy, warningsAbout } from "./events";
import { NotReadyError } from "./not-ready";
import type { Awaiter, Readiness, View } from "./readiness";

export interface WaitOptions {
  readonly cluster: Cluster;
  readonly informers: Informers;
  readonly awaiter: Awaiter;
  /** Object in the API server's response to the creation or update. */
  readonly object: KubernetesObject;
  readonly timeoutSeconds: number;
  /** Aborted when the user cancels. */
  readonly signal: AbortSignal;
  readonly log: EngineLog;
}

/**
 * Resolves to the object once it is ready.
 *
 * @throws {NotReadyError} when it is not ready in time, can never become ready, or the user cancels.
 */
export async function waitUntilReady(options: WaitOptions): Promise<KubernetesObject> {
  const watched = new Watched(options);
  try {
    await watched.ready;
    return await watched.untilReady();
  } finally {
    watched.end();
  }
}

/** The object and its related objects in the informers. */
class Watched implements View {
  public object: KubernetesObject;
  private readonly subscriptions = new Map<string, Subscription>();
  private readonly changes = new Map<string, number[]>();
  private readonly began = Date.now();
  private wake: () => void = () => undefined;

  public constructor(private readonly options: WaitOptions) {
    this.object = options.object;
    const { apiVersion, kind, metadata } = options.object;
    const namespace = metadata.namespace ?? "";
    for (const one of [{ apiVersion, kind }, ...options.awaiter.related]) {
      const listener = (changed: KubernetesObject): void => this.note(one.kind, changed);
      this.subscriptions.set(
        one.kind,
        options.informers.subscribe({ ...one, namespace }, listener),
      );
    }
  }

  /** Settles when all kinds have been listed once. */
  public get ready(): Promise<unknown> {
    return Promise.all([...this.subscriptions.values()].map(({ informer }) => informer.ready));
  }

  public all<Related extends KubernetesObject>(kind: string): readonly Related[] {
    return [...(this.subscriptions.get(kind)?.informer.all() ?? [])] as Related[];
  }

  public quietFor(kind: string, name?: string): number {
    const changed = [...this.changes]
      .filter(([key]) =>
        name === undefined ? key.startsWith(`${kind} `) : key === `${kind} ${name}`,
      )
      .flatMap(([, times]) => times);
    return Date.now() - Math.max(this.began, ...changed);
  }

  public settlesIn(kind: string, name: string, age: number): number {
    const existedBefore = this.all(kind).some(({ metadata }) => metadata.name === name);
    const times = this.changes.get(`${kind} ${name}`) ?? (existedBefore ? [this.began] : []);
    const latest = times.at(-1) ?? 0;
    const settled = times.map((time) => time + age).find((due) => due >= latest);
    return settled === undefined ? Infinity : settled - Date.now();
  }

  public async untilReady(): Promise<KubernetesObject> {
    const { timeoutSeconds, signal, log } = this.options;
    const deadline = this.began + timeoutSeconds * 1000;
    let shown = "";
    for (;;) {
      this.refresh();
      const verdict = this.options.awaiter.assess(this);
      if (verdict.progress !== shown) {
        log.status(verdict.progress);
        shown = verdict.progress;
      }
      if (verdict.ready) {
        return this.object;
      }
      const remaining = deadline - Date.now();
      if (verdict.failed || remaining <= 0 || signal.aborted) {
        throw await this.failure(verdict);
      }
      await this.change(Math.min(remaining, verdict.settlesInMs ?? Infinity));
    }
  }

  public end(): void {
    for (const subscription of this.subscriptions.values()) {
      subscription.end();
    }
  }

  private note(kind: string, changed: KubernetesObject): void {
    const key = `${kind} ${changed.metadata.name}`;
    this.changes.set(key, [...(this.changes.get(key) ?? []), Date.now()]);
    this.wake();
  }

  /** Uses the informer's object, unless it is older than the awaited one. */
  private refresh(): void {
    const { kind, metadata } = this.options.object;
    const live = this.subscriptions.get(kind)?.informer.get(metadata.name);
    if (
      live?.metadata.uid === metadata.uid &&
      live !== undefined &&
      (live.metadata.generation ?? 0) >= (metadata.generation ?? 0)
    ) {
      this.object = live;
    }
  }

  /** Resolves at the next change, after a time, or when the user cancels. */
  private change(milliseconds: number): Promise<void> {
    const { signal } = this.options;
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      const timer = setTimeout(wake, Math.min(milliseconds, MAX_TIMER_MS));
      signal.addEventListener("abort", wake, { once: true });
      this.wake = wake;
    });
  }

  private async failure(verdict: Readiness): Promise<NotReadyError> {
    const { cluster, signal, timeoutSeconds } = this.options;
    const { name } = this.object.metadata;
    const relatives = [...this.subscriptions.keys()].flatMap((kind) => this.all(kind));
    const warnings = await warningsAbout(cluster, this.object, ownedBy(this.object, relatives));
    const reasons = [...verdict.reasons, ...warnings];
    if (signal.aborted) {
      return new NotReadyError(`waiting for "${name}" was cancelled`, this.object, reasons);
    }
    return new NotReadyError(
      verdict.failed
        ? `"${name}" failed`
        : `"${name}" timed out waiting to be ready, after ${timeoutSeconds} s`,
      this.object,
      reasons,
    );
  }
}

/** Maximum duration of a Node.js timer. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Returns the current verdict, for a refresh.
 *
 * @throws {NotReadyError} when the object is not ready now.
 */
export async function requireReadyNow(
  cluster: Cluster,
  awaiter: Awaiter,
  object: KubernetesObject,
): Promise<void> {
  const namespace = object.metadata.namespace ?? "";
  const lists = new Map<string, readonly KubernetesObject[]>();
  for (const { apiVersion, kind } of awaiter.related) {
    const { items } = await cluster.list({ apiVersion, kind, namespace });
    lists.set(kind, items);
  }
  const verdict = awaiter.assess({
    object,
    all: <Related extends KubernetesObject>(kind: string) =>
      (lists.get(kind) ?? []) as readonly Related[],
    quietFor: () => Infinity,
    settlesIn: () => 0,
  });
  if (!verdict.ready) {
    const owned = ownedBy(object, [...lists.values()].flat());
    throw new NotReadyError(`"${object.metadata.name}" is not ready`, object, [
      ...verdict.reasons,
      ...(await warningsAbout(cluster, object, owned)),
    ]);
  }
}
