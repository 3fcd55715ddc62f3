import type { Context } from "./context";
import { type Channel, CLEAR_LINE } from "./terminal";

const REDRAW_MS = 200;
/** A log shows that something is going on at least this often. */
const HEARTBEAT_MS = 30_000;
const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const NAME_WIDTH = 12;
const TIME_WIDTH = 7;

/** Something that takes time, as it is shown. */
export interface Activity {
  readonly name: string;
  readonly startedAt: number;
}

/** Where a piece of work shows how far it is: the whole of a command, or one of many that run at once. */
export type ProgressLines = Pick<Progress, "show" | "during" | "done" | "failed" | "note">;

/** Something that was done, or has failed. */
export interface Lap {
  readonly name: string;
  readonly seconds: number;
  readonly succeeded: boolean;
}

/**
 * Progress as lines: one for each thing that is done, with the time it took. On a terminal the last line says what is
 * being done; in a log, a line says so now and then.
 */
export class Progress {
  private readonly timer: NodeJS.Timeout;
  /** The finished phases, in the order in which they ended. */
  public readonly laps: Lap[] = [];
  private active: readonly Activity[] = [];
  private frame = 0;
  private lastWrittenAt: number;

  public constructor(
    private readonly channel: Channel,
    private readonly live: boolean,
    private readonly now: () => number,
  ) {
    this.lastWrittenAt = now();
    this.timer = setInterval(() => this.tick(), REDRAW_MS);
    this.timer.unref();
  }

  /** Prints the present activity. */
  public show(active: readonly Activity[]): void {
    this.active = active;
  }

  /** Runs work as one line of progress. @param describe - returns the outcome's text */
  public async during<T>(
    name: string,
    work: () => Promise<T>,
    describe: (outcome: T) => string,
  ): Promise<T> {
    const startedAt = this.now();
    this.show([{ name, startedAt }]);
    try {
      const outcome = await work();
      this.done(name, this.now() - startedAt, describe(outcome));
      return outcome;
    } catch (error) {
      this.failed(name, this.now() - startedAt, "");
      throw error;
    } finally {
      this.show([]);
    }
  }

  public done(name: string, elapsedMs: number, detail: string): void {
    this.laps.push({ name, seconds: elapsedMs / 1000, succeeded: true });
    this.finished(this.channel.paint.green("✓"), name, elapsedMs, detail);
  }

  public failed(name: string, elapsedMs: number, detail: string): void {
    this.laps.push({ name, seconds: elapsedMs / 1000, succeeded: false });
    this.finished(this.channel.paint.red("✗"), name, elapsedMs, detail);
  }

  /** Prints a line between the phases. */
  public note(text: string): void {
    this.clear();
    this.channel.write(`${text}\n`);
    this.lastWrittenAt = this.now();
  }

  public close(): void {
    clearInterval(this.timer);
    this.clear();
  }

  private finished(mark: string, name: string, elapsedMs: number, detail: string): void {
    const time = this.channel.paint.dim(seconds(elapsedMs).padStart(TIME_WIDTH));
    this.note(`  ${mark} ${name.padEnd(NAME_WIDTH)}${time}  ${detail}`.trimEnd());
  }

  private tick(): void {
    if (this.active.length === 0) {
      return;
    }
    const now = this.now();
    const text = this.active
      .map(({ name, startedAt }) => `${name} ${seconds(now - startedAt)}`)
      .join(", ");
    if (this.live) {
      this.frame = (this.frame + 1) % FRAMES.length;
      const line = `  ${FRAMES[this.frame] ?? ""} ${text}`.slice(0, this.channel.columns - 1);
      this.channel.write(`${CLEAR_LINE}${line}`);
    } else if (now - this.lastWrittenAt >= HEARTBEAT_MS) {
      this.note(`  … ${text}`);
    }
  }

  private clear(): void {
    if (this.live) {
      this.channel.write(CLEAR_LINE);
    }
  }
}

/** A command's progress, on stderr. With --verbose pulumi's own lines come between, so that none can be redrawn. */
export function progressOf({ terminal, verbose, now }: Context): Progress {
  return new Progress(terminal.err, terminal.live && !verbose, () => now().getTime());
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
