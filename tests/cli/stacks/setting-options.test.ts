import { settingOptions, withSettingOptions } from "../../../cli/stacks/setting-options";
import { UserError } from "../../../core/errors";

describe("a fix of a command with --set", () => {
  it.each([
    ["pulumi config set nodeCount 2 --stack alice-dev", "--set nodeCount=2"],
    ["pulumi config set --stack alice-dev --path quota.cpu 4", "--set quota.cpu=4"],
    [
      "raise it (pulumi config set --stack alice-dev --path quota.cpu <more>), or request less",
      "raise it (--set quota.cpu=<more>), or request less",
    ],
    [
      "name one: `pulumi config set --path smokeTest.port <a port for HTTP>`, or `pulumi config rm --path smokeTest.port`",
      "name one: `--set smokeTest.port=<a port for HTTP>`, or `--set smokeTest.port=null`",
    ],
    [
      `pulumi config set --stack alice-dev --path 'kustomize.remotePins["https://example.com/a.yaml"]' sha256:1f2e`,
      `--set 'kustomize.remotePins["https://example.com/a.yaml"]=sha256:1f2e'`,
    ],
    [
      "pulumi config set --path 'kustomize.remoteHosts[0]' a.example.com && pulumi config set --path 'kustomize.remoteHosts[1]' b.example.com",
      `--set 'kustomize.remoteHosts=["a.example.com","b.example.com"]'`,
    ],
  ])("uses that option: %s", (fix, expected) => {
    expect(settingOptions(fix)).toBe(expected);
  });

  it.each([
    "pulumi config set --secret token <value> --stack alice-dev",
    "pulumi config set digitalocean:token <value> --stack alice-dev",
    "pulumi cancel --stack alice-dev",
  ])("does not change a fix without a setting: %s", (fix) => {
    expect(settingOptions(fix)).toBe(fix);
  });

  it("of another command names the command that has the option", () => {
    const fix = "pulumi config set --stack alice-dev --path quota.cpu 4, or request less";
    expect(settingOptions(fix, "doks-env up alice-dev")).toBe(
      "doks-env up alice-dev --set quota.cpu=4, or request less",
    );
  });

  it("is the same error otherwise", async () => {
    const error = new UserError(
      "two faults:\n  - a\n    fix: pulumi config set nodeCount 2",
      "pulumi config set region fra1",
    );
    await expect(withSettingOptions(() => Promise.reject(error))).rejects.toBe(error);
    expect(error.message).toBe("two faults:\n  - a\n    fix: --set nodeCount=2");
    expect(error.fix).toBe("--set region=fra1");
  });
});
