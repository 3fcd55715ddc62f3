import { suggest } from "../../core/suggest";

describe("suggest", () => {
  it("finds the word that was meant, whatever its case", () => {
    expect(suggest("nodecount", ["nodeSize", "nodeCount"])).toBe("nodeCount");
    expect(suggest("fra2", ["nyc1", "fra1"])).toBe("fra1");
  });

  it("stays silent when nothing is near", () => {
    expect(suggest("colour", ["region", "ttl"])).toBeUndefined();
    expect(suggest("x", [])).toBeUndefined();
  });
});
