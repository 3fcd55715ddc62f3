import * as fc from "fast-check";
import { DNS_LABEL_MAX_LENGTH, physicalName } from "../../core/names";

const STACK = fc.stringMatching(/^[A-Za-z0-9_.-]{1,100}$/);

describe("physicalName", () => {
  it("keeps a name that is a DNS label already", () => {
    expect(physicalName("alice-dev")).toBe("alice-dev");
    expect(physicalName("pr-123-ci")).toBe("pr-123-ci");
  });

  it("marks a name it had to change", () => {
    expect(physicalName("Alice_B-dev")).toMatch(/^alice-b-dev-[0-9a-f]{8}$/);
    expect(physicalName("123-dev")).toMatch(/^dev-[0-9a-f]{8}$/);
  });

  it("cuts the front of a long name, since its end carries the meaning", () => {
    const name = physicalName(`${"a".repeat(90)}-feature-dev`);
    expect(name).toHaveLength(DNS_LABEL_MAX_LENGTH);
    expect(name).toMatch(/a-feature-dev-[0-9a-f]{8}$/);
  });

  it("gives a name of its own to one that looks like another's marked name", () => {
    const marked = physicalName("Alice-dev");
    expect(physicalName(marked)).not.toBe(marked);
  });

  it("is a DNS label of the wanted length for every stack name", () => {
    fc.assert(
      fc.property(STACK, fc.integer({ min: 10, max: 63 }), (stack, maxLength) => {
        const name = physicalName(stack, maxLength);
        expect(name).toMatch(/^[a-z]([a-z0-9-]*[a-z0-9])?$/);
        expect(name.length).toBeLessThanOrEqual(maxLength);
      }),
    );
  });

  it("is the same for the same name and distinct for distinct ones", () => {
    fc.assert(
      fc.property(STACK, STACK, (one, other) => {
        expect(physicalName(one) === physicalName(other)).toBe(one === other);
      }),
    );
  });

  it("tells apart names that differ only in what a label cannot hold", () => {
    const variants = [
      "a.b-dev",
      "a_b-dev",
      "a-b-dev",
      "A-b-dev",
      "a-B-dev",
      "a--b-dev",
      "-a-b-dev",
    ];
    expect(new Set(variants.map((name) => physicalName(name))).size).toBe(variants.length);
  });
});
