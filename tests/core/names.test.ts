import * as fc from "fast-check";
import { DNS_LABEL_MAX_LENGTH, physicalName } from "../../core/names";

const STACK = fc.stringMatching(/^[A-Za-z0-9_.-]{1,100}$/);

describe("physicalName", () => {
  it("keeps a valid DNS label", () => {
    expect(physicalName("alice-dev")).toBe("alice-dev");
    expect(physicalName("pr-123-ci")).toBe("pr-123-ci");
  });

  it("marks a changed name", () => {
    expect(physicalName("Alice_B-dev")).toMatch(/^alice-b-dev-[0-9a-f]{8}$/);
    expect(physicalName("123-dev")).toMatch(/^dev-[0-9a-f]{8}$/);
  });

  it("cuts the front of a long name, because its end is significant", () => {
    const name = physicalName(`${"a".repeat(90)}-feature-dev`);
    expect(name).toHaveLength(DNS_LABEL_MAX_LENGTH);
    expect(name).toMatch(/a-feature-dev-[0-9a-f]{8}$/);
  });

  it("gives a different name to one that looks like another's marked name", () => {
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

  it("distinguishes names that differ only in invalid characters", () => {
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
