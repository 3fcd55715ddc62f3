import { parseQuantity } from "../../core/quantity";

describe("parseQuantity", () => {
  it.each([
    ["500m", 0.5],
    ["2", 2],
    ["0.5", 0.5],
    ["512Mi", 536_870_912],
    ["16Gi", 17_179_869_184],
    ["1k", 1_000],
  ])("reads %s", (text, value) => {
    expect(parseQuantity(text)).toBe(value);
  });

  it.each(["", "Gi", "16 Gi", "16GB", "-1", "1e3", "16gi", "half"])("fails for %j", (text) => {
    expect(parseQuantity(text)).toBeUndefined();
  });
});
