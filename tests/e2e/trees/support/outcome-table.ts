/** What happened to a tree in one placement. */
interface Line {
  readonly tree: string;
  readonly placement: string;
  readonly outcome: string;
  /** From the start of the command. */
  readonly seconds: number;
}

/** The outcomes of all trees with the time until each appeared, as Markdown. */
export class OutcomeTable {
  private readonly lines: Line[] = [];

  /** Runs a command, and adds its outcome. @param work - resolves to the refusal, if there is one */
  public async during(
    tree: string,
    placement: string,
    work: () => Promise<unknown>,
  ): Promise<void> {
    const startedAt = Date.now();
    const refusal = await work();
    const seconds = (Date.now() - startedAt) / 1000;
    const outcome = typeof refusal === "string" ? `refused: ${refusal}` : "up";
    this.lines.push({ tree, placement, outcome, seconds });
  }

  public markdown(): string {
    return [
      ["tree", "placement", "outcome", "seconds"],
      ["---", "---", "---", "---"],
      ...this.lines.map(({ tree, placement, outcome, seconds }) => [
        ...[tree, placement, outcome, seconds.toFixed(1)],
      ]),
    ]
      .map((cells) => `| ${cells.join(" | ")} |`)
      .join("\n");
  }
}
