import { randomUUID } from "node:crypto";
import type { Clock } from "../clock";
import type { Usage } from "./entities";
import type { Store } from "./store";
import { timestamp } from "./time";

export type Charge = Omit<Usage, "id" | "startedAt" | "endedAt">;

/** Records the price and running time of each resource. ./billing.ts creates the invoices from it. */
export class Ledger {
  public constructor(
    private readonly store: Store,
    private readonly clock: Clock,
  ) {}

  /** Starts billing a resource. */
  public start(charge: Charge): void {
    this.store.usage.put({
      ...charge,
      id: randomUUID(),
      startedAt: timestamp(this.clock.now()),
      endedAt: null,
    });
  }

  /** Ends all billing of a resource. */
  public stop(resourceId: string): void {
    for (const usage of this.store.usage.all()) {
      if (usage.resourceId === resourceId && usage.endedAt === null) {
        this.store.usage.update(usage.id, { endedAt: timestamp(this.clock.now()) });
      }
    }
  }
}
