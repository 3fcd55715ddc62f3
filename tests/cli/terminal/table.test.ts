import { stripVTControlCharacters } from "node:util";
import pc from "picocolors";
import { pairs, table } from "../../../cli/terminal/table";

const PLAIN = pc.createColors(false);
const COLOURED = pc.createColors(true);

describe("table", () => {
  it("has headings in capitals and columns for awk, without lines and trailing spaces", () => {
    const rows = [
      ["alice-dev", "up", ""],
      ["bob", "incomplete", "why"],
    ];
    expect(table(["stack", "state", "note"], rows, PLAIN)).toBe(
      "STACK      STATE       NOTE\nalice-dev  up\nbob        incomplete  why\n",
    );
  });

  it("is only its headings without rows", () => {
    expect(table(["stack", "state"], [], PLAIN)).toBe("STACK  STATE\n");
  });

  it("is aligned by its visible characters", () => {
    const rows = [
      [COLOURED.green("up"), "x"],
      ["incomplete", "y"],
    ];
    const plain = stripVTControlCharacters(table(["a", "b"], rows, COLOURED));
    expect(plain).toBe("A           B\nup          x\nincomplete  y\n");
  });
});

test("characters of double width take two columns", () => {
  expect(
    table(
      ["owner", "state"],
      [
        ["美咲", "up"],
        ["alice", "up"],
      ],
      PLAIN,
    ),
  ).toBe("OWNER  STATE\n美咲   up\nalice  up\n");
});

test("a cell of several lines stays in its column", () => {
  const rows = [
    ["one\ntwo", "x", "1\n2\n3"],
    ["three", "y", "4"],
  ];
  expect(table(["a", "b", "c"], rows, PLAIN)).toBe(
    "A      B  C\none    x  1\ntwo       2\n          3\nthree  y  4\n",
  );
});

describe("pairs", () => {
  it("are aligned, and a value of several lines stays in its column", () => {
    const rows = [
      ["url", "http://localhost"],
      ["namespace", "one\ntwo"],
    ] as const;
    expect(pairs(rows, PLAIN)).toBe(
      "  url        http://localhost\n  namespace  one\n             two\n",
    );
  });
});
