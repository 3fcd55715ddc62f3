import type { Clock } from "../clock";
import type { Traffic } from "./entities";
import type { Store } from "./store";
import { unixSeconds } from "./time";

export const MINUTE = 60;
/** How long measurements are kept. @see https://docs.digitalocean.com/products/monitoring/details/limits/ */
export const KEPT_SECONDS = 14 * 24 * 3600;

export interface Served {
  readonly requests: number;
  readonly bytes: number;
  readonly connections?: number | undefined;
}

/** The traffic of load balancers, minute by minute. */
export class TrafficLog {
  public constructor(
    private readonly store: Store,
    private readonly clock: Clock,
  ) {}

  public record(loadBalancerId: string, served: Served): void {
    const now = unixSeconds(this.clock.now());
    const minute = now - (now % MINUTE);
    const id = `${loadBalancerId}/${minute}`;
    const before = this.store.traffic.find(id);
    if (!before) {
      this.forgetBefore(now - KEPT_SECONDS);
    }
    this.store.traffic.put({
      id,
      loadBalancerId,
      minute,
      requests: (before?.requests ?? 0) + served.requests,
      bytes: (before?.bytes ?? 0) + served.bytes,
      connections: Math.max(before?.connections ?? 0, served.connections ?? 0),
    });
  }

  /** The traffic of a load balancer in the minutes that begin in `[from, until)`, Unix time in seconds. */
  public between(loadBalancerId: string, from: number, until: number): Traffic[] {
    return this.store.traffic
      .all()
      .filter(
        (traffic) =>
          traffic.loadBalancerId === loadBalancerId &&
          traffic.minute >= from &&
          traffic.minute < until,
      );
  }

  private forgetBefore(time: number): void {
    for (const traffic of this.store.traffic.all()) {
      if (traffic.minute < time) {
        this.store.traffic.remove(traffic.id);
      }
    }
  }
}
