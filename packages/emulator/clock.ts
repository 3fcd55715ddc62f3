/** The time of the emulated account. Tests move it forward, which processes outside the emulator do not notice. */
export interface Clock {
  now(): Date;
}

/** The machine's clock plus an offset that can be moved. */
export class MovableClock implements Clock {
  /** Milliseconds by which this clock is ahead of the machine's. */
  private offsetMs: number;

  public constructor(offsetMs = 0) {
    this.offsetMs = offsetMs;
  }

  public now(): Date {
    return new Date(Date.now() + this.offsetMs);
  }

  /** Moves the clock forward (a negative value: back) by some milliseconds. */
  public advance(milliseconds: number): void {
    this.offsetMs += milliseconds;
  }

  public get offset(): number {
    return this.offsetMs;
  }
}
