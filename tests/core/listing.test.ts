import { listed, unlisted } from "../../core/listing";

const things = (...ids: string[]) => ids.map((id) => ({ id }));

describe("listed", () => {
  it("is complete when all items came once", () => {
    expect(listed(things("a", "b"), 2)).toEqual({ state: "complete", items: things("a", "b") });
    expect(listed([], 0).state).toBe("complete");
    expect(listed(things("a")).state).toBe("complete");
  });

  it.each([
    ["fewer came than there are", things("a"), 2],
    ["more came than there are", things("a", "b"), 1],
    ["one came twice in another's place", things("a", "a"), 2],
    ["one came twice", things("a", "a"), undefined],
  ])("is partial when %s", (_, items, total) => {
    expect(listed(items, total).state).toBe("partial");
  });
});

describe("unlisted", () => {
  it("contains the reason", () => {
    expect(unlisted("503")).toEqual({ state: "failed", why: "503" });
  });
});
