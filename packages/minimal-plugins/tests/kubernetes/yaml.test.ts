import { parseYaml } from "../../kubernetes/api/yaml";

describe("parseYaml", () => {
  it.each([
    [".", "."],
    ["e1", "e1"],
    ["123e4567", "123e4567"],
    ["564e4051", "564e4051"],
    ["12:30:00", "12:30:00"],
    ["2020-01-01", "2020-01-01"],
    ["_1", "_1"],
    ["0xfffffffffffffffffffff", "0xfffffffffffffffffffff"],
    ["yes", true],
    ["y", true],
    ["Off", false],
    ["yEs", "yEs"],
    ["0644", 420],
    ["-0b101", -5],
    ["1_000", 1000],
    ["08", 8],
    [".5", 0.5],
    ["1e3", 1000],
    ["-.inf", -Infinity],
    ["~", null],
  ])("takes the plain scalar %s as Go's parser does", (text, value) => {
    expect(parseYaml(text)).toEqual(value);
  });

  it("merges, and refuses a key that is there twice", () => {
    expect(parseYaml("a: &x {b: 1}\nc: {<<: *x}\n")).toEqual({ a: { b: 1 }, c: { b: 1 } });
    expect(() => parseYaml("a: 1\na: 2\n")).toThrow(/unique/);
  });
});
