import { namingStack } from "../../core/config-command";

describe("namingStack", () => {
  it("names the stack in every pulumi config command of a fix", () => {
    expect(
      namingStack("pulumi config set ttl 8h, or `pulumi config rm --path a.b`", "alice-dev"),
    ).toBe(
      "pulumi config set --stack alice-dev ttl 8h, or `pulumi config rm --stack alice-dev --path a.b`",
    );
  });

  it("does not change other text", () => {
    expect(namingStack("see `pulumi config`", "alice-dev")).toBe("see `pulumi config`");
  });
});
