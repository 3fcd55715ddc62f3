import { randomUUID } from "node:crypto";
import type { Clock } from "../clock";
import type { Usage } from "./entities";
import type { Store } from "./store";
import { timestamp } from "./time";

export type Charge = Omit<Usage, "id" | "startedAt" | "endedAt">;

/** Writes down what ran, at which price, from when to when. ./billing.ts makes invoices of it. */
export class Ledger {
  public constructor(
    private readonly store: Store,
    private readonly clock: Clock,
  ) {}

  /** Something is billed from now on. */
  public start(charge: Charge): void {
    this.store.usage.put({
      ...charge,
      id: randomUUID(),
      startedAt: timestamp(this.clock.now()),
      endedAt: null,
    });
  }

  /** Everything that is billed for a resource ends now. */
  public stop(resourceId: string): void {
    for (const usage of this.store.usage.all()) {
      if (usage.resourceId === resourceId && usage.endedAt === null) {
        this.store.usage.update(usage.id, { endedAt: timestamp(this.clock.now()) });
      }
    }
  }
}
