import { stripVTControlCharacters } from "node:util";
import { hiding } from "../../../core/known-secrets";
import { LineRedactor, REDACTED } from "../../../core/redact";

/** The kept part of a test's output, for the report. The log has all of it. */
const MOST_LINES = 500;
const MOST_CHARACTERS = 64_000;
/** A longer line is passed on in pieces. */
const LONGEST_LINE = 4_000;

/** The output of a test. Passes it on line by line and keeps its end, both without secrets. */
export class TestOutput {
  private readonly kept: string[] = [];
  private characters = 0;
  private unfinished = "";
  private readonly lineRedactor = new LineRedactor();
  private readonly hide: (text: string) => string;

  /**
   * @param tell - called with each line
   * @param secrets - of this process and of the test
   */
  public constructor(
    private readonly tell: (line: string) => void,
    secrets: readonly string[] = [],
  ) {
    this.hide = hiding(secrets, REDACTED);
  }

  /** Adds the next piece. It waits for whole lines, because a secret could span two pieces. */
  public take(text: string): void {
    const lines = (this.unfinished + text).split(/\r\n|\r|\n/);
    this.unfinished = lines.pop() ?? "";
    for (const line of lines) {
      this.add(line);
    }
    while (this.unfinished.length > LONGEST_LINE) {
      this.add(this.unfinished.slice(0, LONGEST_LINE));
      this.unfinished = this.unfinished.slice(LONGEST_LINE);
    }
  }

  /** Passes on the rest. */
  public end(): void {
    if (this.unfinished !== "") {
      this.add(this.unfinished);
      this.unfinished = "";
    }
  }

  public get lines(): readonly string[] {
    return [...this.kept];
  }

  private add(line: string): void {
    const plain = stripVTControlCharacters(line).replaceAll(/[^\P{Cc}\t]/gu, "");
    const safe = this.lineRedactor.next(this.hide(plain));
    if (safe === undefined) {
      return;
    }
    this.tell(safe);
    this.kept.push(safe);
    this.characters += safe.length;
    while (this.kept.length > MOST_LINES || this.characters > MOST_CHARACTERS) {
      this.characters -= this.kept.shift()?.length ?? 0;
    }
  }
}
