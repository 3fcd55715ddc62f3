import { COMMANDS } from "../../cli/commands";
import { CELLS, commandOf, nameOf, ROWS, WITHOUT_ROW } from "../e2e/faults/support/table";

describe("the fault matrix", () => {
  const tried = [...new Set(ROWS.map(commandOf))];

  it("has a row for each command, or a reason why it has none", () => {
    const known = [...tried, ...Object.keys(WITHOUT_ROW)].sort();
    expect(known).toEqual(COMMANDS.map(({ name }) => name).sort());
  });

  it("has each cell once", () => {
    const names = CELLS.map(({ row, moment, fault }) =>
      [nameOf(row), moment.name, fault.name].join(" | "),
    );
    expect(names).toEqual([...new Set(names)]);
  });
});
