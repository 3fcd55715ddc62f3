import { readdirSync, readFileSync } from "node:fs";

/** Few processes have a shorter life. */
const POLL_MS = 20;

/** Watches the command lines of all processes of this machine, which every user of it can read. */
export class CommandLines {
  private readonly seen = new Set<string>();
  private readonly timer = setInterval(() => this.look(), POLL_MS);

  /** Returns the seen arguments that contain this text. */
  public with(text: string): string[] {
    return [...this.seen].filter((line) => line.includes(text));
  }

  public close(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        this.seen.add(readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " "));
      } catch {
        // The process has ended meanwhile.
      }
    }
  }
}
