import * as fc from "fast-check";
import { parseStackName, usableStackName } from "../../../core/settings/stack-name";

describe("parseStackName", () => {
  it.each([
    ["alice-dev", { owner: "alice", profile: "dev" }],
    ["pr-123-ci", { owner: "pr-123", profile: "ci" }],
    ["team-a-feature-x-dev", { owner: "team-a-feature-x", profile: "dev" }],
  ])("splits %s", (stack, parts) => {
    expect(parseStackName(stack, ["ci", "dev"])).toEqual({ stack, ...parts });
  });

  it.each(["alice", "dev", "alice-", "alice-prod", "alice_dev"])(
    "fails for %s, listing the profiles",
    (stack) => {
      expect(() => parseStackName(stack, ["ci", "dev"])).toThrow(/the profiles are ci, dev/);
    },
  );

  it("suggests a valid name", () => {
    expect(() => parseStackName("alice-dve", ["ci", "dev"])).toThrow(
      "pulumi stack rename alice-dev",
    );
    expect(() => parseStackName("alice", ["ci", "dev"])).toThrow("pulumi stack rename alice-ci");
  });

  it.each([
    ["../evil-dev", "evil-dev"],
    ["feature/x-dev", "feature-x-dev"],
    ["pr 7-dev", "pr-7-dev"],
    ["-x-dev", "x-dev"],
    ["jörg-dev", "jorg-dev"],
    ["organization/shop/alice-dev", "organization-shop-alice-dev"],
    ["$(id)-dev", "id-dev"],
    ["/-dev", "alice-dev"],
    ["-dev", "alice-dev"],
    ["", "alice-ci"],
    ["feature/x", "feature-x-ci"],
    [`${"a".repeat(60)}${"b".repeat(60)}-dev`, `${"a".repeat(36)}${"b".repeat(60)}-dev`],
  ])("refuses %j, which Pulumi does not accept, and offers %s", (stack, offered) => {
    expect(() => parseStackName(stack, ["ci", "dev"])).toThrow(
      new RegExp(`fix: use the name ${offered}$`),
    );
  });

  it("offers a usable name for any text, and keeps a usable name", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 150 }), (text) => {
        const offered = usableStackName(text, ["ci", "dev"]);
        expect(parseStackName(offered, ["ci", "dev"]).stack).toBe(offered);
        expect(usableStackName(offered, ["ci", "dev"])).toBe(offered);
      }),
    );
  });
});
