import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import { kubeconfigFor } from "../../../cli/cluster/kubeconfig";
import {
  kubeconfigPath,
  mergeKubeconfig,
  removeFromKubeconfig,
} from "../../../cli/cluster/kubeconfig-file";
import { UserError } from "../../../core/errors";

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kubeconfig-file-"));
  path = join(folder, "home/.kube/config");
});
afterEach(() => rmSync(folder, { recursive: true }));

const environment = (stack: string) =>
  kubeconfigFor({
    stack,
    cluster: { id: stack, name: stack, server: "https://a", certificateAuthorityData: "Q0E=" },
    namespace: stack,
    script: "/opt/doks/bin/exec-credential.js",
    origin: "https://api.digitalocean.com",
  });
const ALICE = environment("alice-dev");
const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8);
const content = () => parse(readFileSync(path, "utf8")) as { contexts: { name: string }[] };

/** A kubeconfig that is there already. */
function given(text: string, mode = 0o600): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
}

describe("kubeconfigPath", () => {
  it.each([
    [{ KUBECONFIG: "/a/config:/b/config", HOME: "/home/alice" }, "/a/config"],
    [{ KUBECONFIG: ":/b/config", HOME: "/home/alice" }, "/b/config"],
    [{ KUBECONFIG: "", HOME: "/home/alice" }, "/home/alice/.kube/config"],
    [{ HOME: "/home/alice" }, "/home/alice/.kube/config"],
    [{}, join(homedir(), ".kube/config")],
  ])("is, for %j, %s", (env, expected) => {
    expect(kubeconfigPath(env)).toBe(expected);
  });
});

describe("mergeKubeconfig", () => {
  it("creates the file and its folder, readable only by their owner", async () => {
    await mergeKubeconfig(path, ALICE);
    expect(content()).toEqual(ALICE);
    expect(modeOf(path)).toBe("600");
    expect(modeOf(dirname(path))).toBe("700");
    expect(readdirSync(dirname(path))).toEqual(["config"]);
  });

  it.each([0o400, 0o600, 0o644])("keeps a file's mode %o", async (mode) => {
    given("kind: Config\n# mine\n", mode);
    await mergeKubeconfig(path, ALICE);
    expect(modeOf(path)).toBe(mode.toString(8));
    expect(readFileSync(path, "utf8")).toContain("# mine");
  });

  it("follows a symbolic link", async () => {
    const target = join(folder, "dotfiles-config");
    given("");
    rmSync(path);
    writeFileSync(target, "kind: Config\n", { mode: 0o600 });
    symlinkSync(target, path);
    await mergeKubeconfig(path, ALICE);
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(parse(readFileSync(target, "utf8"))).toMatchObject({ contexts: ALICE.contexts });
  });

  it("loses nothing in simultaneous merges", async () => {
    const stacks = Array.from({ length: 8 }, (_, index) => `pr-${index}-ci`);
    await Promise.all(stacks.map((stack) => mergeKubeconfig(path, environment(stack))));
    expect(
      content()
        .contexts.map(({ name }) => name)
        .sort(),
    ).toEqual(stacks);
    expect(readdirSync(dirname(path))).toEqual(["config"]);
  });

  it("waits while kubectl holds the file's lock", async () => {
    given("kind: Config\n");
    writeFileSync(`${path}.lock`, "");
    const merging = mergeKubeconfig(path, ALICE);
    await sleep(120);
    expect(readFileSync(path, "utf8")).toBe("kind: Config\n");
    rmSync(`${path}.lock`);
    await merging;
    expect(content()).toEqual(ALICE);
  });

  it("names a stale lock, and changes neither it nor the file", async () => {
    given("kind: Config\n");
    writeFileSync(`${path}.lock`, "");
    await expect(mergeKubeconfig(path, ALICE, 0.1)).rejects.toMatchObject({
      message: `another program is writing ${path}: ${path}.lock has been there for 0.1 s`,
      fix: `rm ${path}.lock   # if none is`,
    });
    expect(readFileSync(path, "utf8")).toBe("kind: Config\n");
    expect(existsSync(`${path}.lock`)).toBe(true);
  });

  it("refuses a file that is not a kubeconfig, and keeps it", async () => {
    given("name: shop\n");
    await expect(mergeKubeconfig(path, ALICE)).rejects.toThrow(UserError);
    expect(readFileSync(path, "utf8")).toBe("name: shop\n");
    expect(readdirSync(dirname(path))).toEqual(["config"]);
  });

  it("proposes a fix when it cannot write", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    await expect(mergeKubeconfig(join(file, "config"), ALICE)).rejects.toMatchObject({
      message: expect.stringContaining(`the kubeconfig ${file}/config cannot be changed: E`),
      fix: expect.stringContaining("export KUBECONFIG=<file>"),
    });
    expect(readdirSync(folder)).toEqual(["file"]);
  });
});

describe("removeFromKubeconfig", () => {
  it("removes the merged entries and keeps the rest", async () => {
    await mergeKubeconfig(path, ALICE);
    await mergeKubeconfig(path, environment("bob-dev"));
    expect(await removeFromKubeconfig(path, "alice-dev")).toBe(true);
    expect(content()).toEqual(environment("bob-dev"));
    expect(modeOf(path)).toBe("600");
  });

  it("does not write when there is nothing to remove", async () => {
    expect(await removeFromKubeconfig(path, "alice-dev")).toBe(false);
    expect(existsSync(dirname(path))).toBe(false);
    given("kind:   Config\n");
    expect(await removeFromKubeconfig(path, "alice-dev")).toBe(false);
    expect(readFileSync(path, "utf8")).toBe("kind:   Config\n");
  });
});
