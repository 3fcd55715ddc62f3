import { readFileSync } from "node:fs";
import path from "node:path";
import { CHECKSUMS } from "../checksums";
import { PINS } from "../pins";
import { officialRelease } from "../releases";

const modules = path.join(__dirname, "../modules");

describe.each(PINS.map((pin) => [pin.name, pin] as const))("the pin of %s", (_name, pin) => {
  const goMod = readFileSync(path.join(modules, pin.module, "go.mod"), "utf8");

  test("has the version of its go.mod", () => {
    const required = goMod.split("\n").map((line) => line.trim().split(" "));
    const version = required.find(([modulePath]) => modulePath === pin.modulePath)?.[1];
    expect(version).toBe(`v${pin.version}`);
  });

  test("names a package that its go.mod keeps as a tool", () => {
    expect(goMod).toMatch(new RegExp(`^(tool )?\\s*${pin.package}$`, "m"));
  });
});

test("Kubernetes' staging modules are replaced by those of the same release", () => {
  const goMod = readFileSync(path.join(modules, "kubernetes/go.mod"), "utf8");
  const kubernetes = PINS.find(({ modulePath }) => modulePath === "k8s.io/kubernetes");
  const staging = kubernetes?.version.replace(/^1\./, "v0.");
  const replaced = [...goMod.matchAll(/^\s*(\S+) => \S+ (\S+)$/gm)].map(([, , version]) => version);
  expect(replaced.length).toBeGreaterThan(20);
  expect(new Set(replaced)).toEqual(new Set([staging]));
});

describe("officialRelease", () => {
  const released = (os: string, arch: string) =>
    PINS.filter((pin) => officialRelease(pin, { os, arch })).map(({ name }) => name);

  test("has everything but what is always built, for Linux", () => {
    const built = ["actionlint", "kwok"];
    const expected = PINS.map(({ name }) => name).filter((name) => !built.includes(name));
    expect(released("linux", "x64")).toEqual(expected);
    expect(released("linux", "arm64")).toEqual(expected);
  });

  test("has no control plane for macOS", () => {
    expect(released("darwin", "arm64")).toEqual(["kubectl", "pulumi"]);
  });

  test("has nothing for an architecture that nobody releases for", () => {
    expect(released("linux", "riscv64")).toEqual([]);
  });

  test("uses the publishers' names of architectures", () => {
    const urls = PINS.map((pin) => officialRelease(pin, { os: "linux", arch: "x64" })?.url);
    expect(urls).toContainEqual(expect.stringMatching(/\/linux\/amd64\/kubectl$/));
    expect(urls).toContainEqual(expect.stringMatching(/-linux-x64\.tar\.gz$/));
  });
});

test("each sum is that of a release of a pinned version", () => {
  const platforms = ["linux", "darwin"].flatMap((os) =>
    ["x64", "arm64"].map((arch) => ({ os, arch })),
  );
  const releases = platforms.flatMap((platform) =>
    PINS.flatMap((pin) => officialRelease(pin, platform) ?? []),
  );
  expect(releases.map(({ url }) => url).sort()).toEqual(Object.keys(CHECKSUMS).sort());
  for (const { sha256 } of releases) {
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  }
  expect(new Set(releases.map(({ sha256 }) => sha256)).size).toBe(releases.length);
});
