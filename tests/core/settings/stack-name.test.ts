import { parseStackName } from "../../../core/settings/stack-name";

describe("parseStackName", () => {
  it.each([
    ["alice-dev", { owner: "alice", profile: "dev" }],
    ["pr-123-ci", { owner: "pr-123", profile: "ci" }],
    ["team-a-feature-x-dev", { owner: "team-a-feature-x", profile: "dev" }],
  ])("takes %s apart", (stack, parts) => {
    expect(parseStackName(stack, ["ci", "dev"])).toEqual({ stack, ...parts });
  });

  it.each(["alice", "dev", "-dev", "alice-", "alice-prod", "alice_dev"])(
    "fails for %s, listing the profiles",
    (stack) => {
      expect(() => parseStackName(stack, ["ci", "dev"])).toThrow(/the profiles are ci, dev/);
    },
  );

  it("proposes a name that fits", () => {
    expect(() => parseStackName("alice-dve", ["ci", "dev"])).toThrow(
      "pulumi stack rename alice-dev",
    );
    expect(() => parseStackName("alice", ["ci", "dev"])).toThrow("pulumi stack rename alice-ci");
  });
});
