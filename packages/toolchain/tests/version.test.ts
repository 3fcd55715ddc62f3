import { findVersion, versionFits } from "../version";

describe("findVersion", () => {
  test.each([
    ["v3.259.0", "3.259.0"],
    ["Kubernetes v1.35.4", "1.35.4"],
    ["Client Version: v1.35.4\nKustomize Version: v5.7.1", "1.35.4"],
    ["etcd Version: 3.6.13\nGit SHA: none\nGo Version: go1.26.8", "3.6.13"],
    ["kwok version v0.8.0 go1.26.8 (linux/amd64)", "0.8.0"],
    ["Client Version: v1.36.0-rc.1", "1.36.0-rc.1"],
    ["Kubernetes v1.35.4+k3s1", "1.35.4"],
  ])("reads %j as %s", (output, version) => {
    expect(findVersion(output)).toBe(version);
  });

  test("finds none in an error message", () => {
    expect(findVersion("unknown flag: --version")).toBeUndefined();
  });
});

describe("versionFits", () => {
  test.each([
    ["1.35.4", true],
    ["1.35.5", false],
    ["1.35.4-rc.1", false],
    ["unknown", false],
  ])("takes %s as exactly 1.35.4: %s", (found, fits) => {
    expect(versionFits(found, "1.35.4", "exact")).toBe(fits);
  });

  test.each([
    ["1.33.9", false],
    ["1.34.0", true],
    ["1.35.0", true],
    ["1.36.7", true],
    ["1.37.0", false],
    ["2.35.4", false],
    ["1.34.2-dispatcher", true],
    ["unknown", false],
  ])("takes %s as within one minor of 1.35.4: %s", (found, fits) => {
    expect(versionFits(found, "1.35.4", "within one minor")).toBe(fits);
  });
});
