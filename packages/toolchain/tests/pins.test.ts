import { readFileSync } from "node:fs";
import path from "node:path";
import { PINS } from "../pins";
import { findChecksum, officialRelease } from "../releases";

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

describe("findChecksum", () => {
  const sum = "a".repeat(64);
  const other = "b".repeat(64);

  test("finds a file's line among others", () => {
    const text = `${other}  pulumi-arm64.tar.gz\n${sum}  pulumi-x64.tar.gz\n`;
    expect(findChecksum(text, "pulumi-x64.tar.gz")).toBe(sum);
  });

  test("takes a sum that stands alone", () => {
    expect(findChecksum(`${sum}\n`, "kubectl")).toBe(sum);
  });

  test("takes no other file's sum", () => {
    expect(findChecksum(`${other}  pulumi-arm64.tar.gz\n`, "pulumi-x64.tar.gz")).toBeUndefined();
  });

  test("takes no error page", () => {
    expect(findChecksum("not\nfound", "kubectl")).toBeUndefined();
  });
});
