import fc from "fast-check";
import { canonicalQuantity } from "../../kubernetes/objects/quantity";

// Each pair is what a kube-apiserver 1.35 made of the first in a ResourceQuota.
test.each([
  ["1000m", "1"],
  ["0.5", "500m"],
  [1, "1"],
  [2.5, "2500m"],
  ["100m", "100m"],
  ["1000", "1k"],
  ["1024", "1024"],
  ["1024Mi", "1Gi"],
  ["1.5Gi", "1536Mi"],
  ["1000Mi", "1000Mi"],
  ["0.5Ki", "512"],
  ["2000k", "2M"],
  ["0", "0"],
  ["0Gi", "0"],
  ["-1500m", "-1500m"],
  ["1e3", "1e3"],
  ["1E4", "10e3"],
  ["2e-2", "20e-3"],
  ["0.5e3", "500"],
  ["16e6", "16e6"],
  ["not a quantity", "not a quantity"],
])("%s is written %s", (written, canonical) => {
  expect(canonicalQuantity(written)).toBe(canonical);
});

test("the canonical form is its own canonical form", () => {
  const quantity = fc
    .tuple(
      fc.integer({ min: 0, max: 1e9 }),
      fc.constantFrom("", "m", "u", "n", "k", "M", "G", "Ki", "Mi", "Gi", "e3", "e-2"),
    )
    .map(([amount, unit]) => `${amount}${unit}`);
  fc.assert(
    fc.property(quantity, (written) => {
      const canonical = canonicalQuantity(written);
      expect(canonicalQuantity(canonical)).toBe(canonical);
    }),
  );
});
