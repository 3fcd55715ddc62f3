import type { ClusterFault } from "./entities";

/** Faults of the next created clusters, for tests. */
export class ClusterFaults {
  private readonly queue: ClusterFault[] = [];

  /** The next clusters, as many as `times` says, have this fault. */
  public plan(fault: ClusterFault, times: number): void {
    this.queue.push(...Array.from({ length: times }, () => fault));
  }

  /** Returns the fault of the cluster that is being created. */
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
