import type { ClusterFault } from "./entities";

/** Faults of the clusters that are created next, for tests. */
export class ClusterFaults {
  private readonly queue: ClusterFault[] = [];

  /** The next clusters, as many as `times` says, have this fault. */
  public plan(fault: ClusterFault, times: number): void {
    this.queue.push(...Array.from({ length: times }, () => fault));
  }

  /** The fault of a cluster that is created now. */
  public take(): ClusterFault | null {
    return this.queue.shift() ?? null;
  }

  public planned(): readonly ClusterFault[] {
    return this.queue;
  }

  public clear(): void {
    this.queue.length = 0;
  }
}
