/** Pause before a failed item is tried again: doubles from the first to the longest, in milliseconds. */
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 30_000;

/** Reconciles one object. Called again when the object changes, and after a failure. */
export type Reconcile = (key: string) => Promise<void>;

/** Reconciles objects one at a time; an object that changes while it waits is reconciled once. */
export class WorkQueue {
  private readonly waiting = new Set<string>();
  private readonly failures = new Map<string, number>();
  private readonly retries = new Map<string, NodeJS.Timeout>();
  private working: Promise<void> | undefined;
  private stopped = false;

  public constructor(
    private readonly reconcile: Reconcile,
    private readonly onFailure: (key: string, error: unknown) => void,
  ) {}

  /** Queues an object. */
  public add(key: string): void {
    if (this.stopped) {
      return;
    }
    clearTimeout(this.retries.get(key));
    this.retries.delete(key);
    this.waiting.add(key);
    this.working ??= this.work();
  }

  /** Resolves when the current item, if any, is done. Starts no further item. */
  public async stop(): Promise<void> {
    this.stopped = true;
    this.waiting.clear();
    for (const timer of this.retries.values()) {
      clearTimeout(timer);
    }
    await this.working;
  }

  private async work(): Promise<void> {
    for (const key of this.waiting) {
      this.waiting.delete(key);
      try {
        await this.reconcile(key);
        this.failures.delete(key);
      } catch (error) {
        this.retryLater(key, error);
      }
    }
    this.working = undefined;
  }

  private retryLater(key: string, error: unknown): void {
    if (this.stopped) {
      return;
    }
    this.onFailure(key, error);
    const failures = this.failures.get(key) ?? 0;
    this.failures.set(key, failures + 1);
    const pause = Math.min(FIRST_RETRY_MS * 2 ** failures, LONGEST_RETRY_MS);
    this.retries.set(key, setTimeout(() => this.add(key), pause).unref());
  }
}
