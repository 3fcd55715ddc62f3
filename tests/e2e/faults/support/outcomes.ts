import { FAULTS } from "./faults";
import { CELLS, type Cell, nameOf } from "./table";

/**
 * `finished`: the command did its work. `refused`: it changed nothing. `repeatable`: it stopped in between, and a second run
 * of the same command did the rest. `not met`: it finished before the fault. `LOST`: it lost something, or left it behind.
 */
export type Outcome = "finished" | "refused" | "repeatable" | "not met" | "LOST";

/** The outcome of each cell. */
export class Outcomes {
  private readonly noted = new Map<string, Outcome>();

  /** @param report - gets each outcome at once: all cells take hours */
  public constructor(private readonly report: (line: string) => void) {}

  public note(cell: Cell, outcome: Outcome, why = ""): void {
    this.report(`${lineOf(cell)} | ${cell.fault.name}: ${outcome}${why}`);
    this.noted.set(`${lineOf(cell)}\n${cell.fault.name}`, outcome);
  }

  /** Returns a Markdown table with a line for each moment of a command and a column for each fault. */
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
