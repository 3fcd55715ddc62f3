import { FAULTS } from "./faults";
import { CELLS, type Cell, nameOf } from "./table";

/**
 * `finished`: the command did what it was for. `refused`: it changed nothing. `repeatable`: it ended in between, and the
 * same command again did the rest. `not met`: it finished before the fault could happen to it.
 */
export type Outcome = "finished" | "refused" | "repeatable" | "not met" | "LOST";

/** What has become of each cell. */
export class Outcomes {
  private readonly noted = new Map<string, Outcome>();

  /** @param tell - hears of each at once: all of them take an hour */
  public constructor(private readonly tell: (line: string) => void) {}

  public note(cell: Cell, outcome: Outcome, why = ""): void {
    this.tell(`${lineOf(cell)} | ${cell.fault.name}: ${outcome}${why}`);
    this.noted.set(`${lineOf(cell)}\n${cell.fault.name}`, outcome);
  }

  /** As Markdown: a line for each moment of a command, a column for each fault. */
  public table(): string {
    const lines = [...new Set(CELLS.map(lineOf))].filter((line) =>
      [...this.noted.keys()].some((key) => key.startsWith(`${line}\n`)),
    );
    const cellsOf = (line: string) =>
      FAULTS.map(({ name }) => this.noted.get(`${line}\n${name}`) ?? "");
    return [
      ["command (state) | moment", ...FAULTS.map(({ name }) => name)],
      ["---", "---", ...FAULTS.map(() => "---")],
      ...lines.map((line) => [line, ...cellsOf(line)]),
    ]
      .map((cells) => `| ${cells.join(" | ")} |`)
      .join("\n");
  }
}

function lineOf({ row, moment }: Cell): string {
  return `${nameOf(row)} | ${moment.name}`;
}
