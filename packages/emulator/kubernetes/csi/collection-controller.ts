import { describeError } from "../../errors";
import { type EventDetails, recordEvent } from "../api/events";
import { Informer } from "../api/informer";
import { type KubernetesObject, keyOf } from "../api/objects";
import { WorkQueue } from "../api/work-queue";
import type { ControllerContext } from "../controller-context";
import { CSI_DRIVER } from "./driver";

/** Reconciles each object of one collection at every change, and again after a failure. */
export abstract class CollectionController<T extends KubernetesObject> {
  protected readonly objects: Informer<T>;
  private readonly queue: WorkQueue;

  /** @param path - of the collection in all namespaces */
  public constructor(
    protected readonly context: ControllerContext,
    path: string,
  ) {
    this.objects = new Informer(context.client, path, context.log);
    this.queue = new WorkQueue(
      (key) => this.reconcile(key),
      (key, error) => this.report(key, error),
    );
    this.objects.onChange((object) => this.queue.add(keyOf(object)));
  }

  public start(): Promise<void> {
    return this.objects.start();
  }

  public async stop(): Promise<void> {
    this.objects.stop();
    await this.queue.stop();
  }

  protected abstract reconcile(key: string): Promise<void>;
  protected abstract report(key: string, error: unknown): void;

  /** Records an event of the driver about an object, which `kubectl describe` shows. */
  protected warn(key: string, details: Pick<EventDetails, "kind" | "reason" | "message">): void {
    const object = this.objects.get(key);
    if (object) {
      const event: EventDetails = { ...details, component: CSI_DRIVER, type: "Warning" };
      recordEvent(this.context.client, object, event).catch((failure: unknown) =>
        this.context.log(describeError(failure)),
      );
    }
  }
}
