import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { foreignFaults } from "../../../cli/pull-requests/foreign-overlay";
import { layOutOverlay } from "../../../cli/pull-requests/overlay-data";

let folder: string;
let root: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fork-"));
  root = join(folder, "repository");
  write("app.yaml", "kind: ConfigMap\n");
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(file: string, content: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), content);
}

/** What is wrong with the overlay in `ci/`, whose kustomization is this. */
function faults(kustomization: string): string[] {
  write("ci/kustomization.yaml", kustomization);
  return foreignFaults(join(root, "ci"), root);
}

describe("a fork's overlay", () => {
  it("may do what a kustomization does with files of its own", () => {
    write("base/kustomization.yml", "resources: [../app.yaml]\n");
    write("part/kustomization.yaml", "kind: Component\npatches: [{path: patch.yaml}]\n");
    for (const file of ["part/patch.yaml", "ci/x.env", "ci/x.toml", "ci/old.yaml", "ci/crd.json"]) {
      write(file, "");
    }
    expect(
      faults(`
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [../base, ../app.yaml, ./old.yaml]
components: [../part]
crds: [crd.json]
patchesStrategicMerge: [old.yaml]
patches: [{patch: "- op: remove", target: {kind: Deployment}, options: {allowNameChange: true}}]
images: [{name: acme/web, newTag: pr-7}]
replacements: [{path: old.yaml}, {source: {kind: X}, targets: []}]
configMapGenerator: [{name: a, files: [x.toml, y=x.toml], envs: [x.env], literals: [A=b]}]
secretGenerator: [{name: b, env: x.env, type: Opaque}]
generatorOptions: {disableNameSuffixHash: true}
`),
    ).toEqual([]);
  });

  it.each(["generators", "transformers", "validators", "helmCharts", "openapi", "Resources", "<<"])(
    "may not say %s",
    (word) => {
      write("ci/plugin.yaml", "");
      expect(faults(`"${word}": [plugin.yaml]\n`)).toEqual([
        `ci/kustomization.yaml says ${word}, which is not allowed of a fork`,
      ]);
    },
  );

  it.each([
    "https://example.com/evil.yaml",
    "https:/example.com/evil.yaml",
    "github.com/mallory/evil",
    "GitHub.com/mallory/evil",
    "git@github.com:mallory/evil.git",
    "git::https://example.com/evil",
    "gh:mallory/evil",
    "ssh://example.com/evil?ref=main",
    "--enable-exec",
    "a b",
  ])("may not load %s, also when there is a file of that name", (address) => {
    write(join("ci", address, "kustomization.yaml"), "resources: []\n");
    expect(faults(`resources: [${JSON.stringify(address)}]\n`)).toEqual([
      `ci/kustomization.yaml names ${JSON.stringify(address)}, which is no path of a file here`,
    ]);
  });

  it.each([
    ["resources: [../../outside.yaml]", "outside of the repository"],
    ["resources: [/etc/passwd]", "no path of a file here"],
    ["resources: [missing.yaml]", "not there"],
    ["configMapGenerator: [{name: a, files: [../../outside.yaml]}]", "outside of the repository"],
    ["configMapGenerator: [{name: a, files: [x=/proc/self/environ]}]", "no path of a file here"],
    ["secretGenerator: [{name: a, envs: [link.env]}]", "a symbolic link"],
    ["secretGenerator: [{name: a, env: link.env}]", "a symbolic link"],
    ["patches: [{path: link.env}]", "a symbolic link"],
    ["resources: [linked/secret.yaml]", "a symbolic link"],
    ["crds: [link.env]", "a symbolic link"],
    ["patches: [{Path: /etc/passwd}]", "says patches.Path"],
    ["configMapGenerator: [{name: a, FILES: [/etc/passwd]}]", "says configMapGenerator.FILES"],
    [
      "metadata: &m {files: [/etc/passwd]}\nconfigMapGenerator: [{<<: *m}]",
      "says configMapGenerator.<<",
    ],
    ["resources: &all [/etc/passwd]\ncrds: *all", "no path of a file here"],
    ["resources: {a: b}", "resources is no list"],
    ["resources: [{a: b}]", "no path of a file here"],
    ["patches: [text]", "no object"],
    ["a: b\n---\nc: d", "no single YAML document"],
    ["[", "no single YAML document"],
  ])("is refused before kustomize sees it: %s", (kustomization, fault) => {
    writeFileSync(join(folder, "outside.yaml"), "secret");
    mkdirSync(join(root, "ci"), { recursive: true });
    symlinkSync(join(folder, "outside.yaml"), join(root, "ci/link.env"));
    symlinkSync(folder, join(root, "ci/linked"));
    const found = faults(kustomization);
    expect(found.length).toBeGreaterThan(0);
    for (const one of found) {
      expect(one).toContain(fault);
    }
  });

  it("is refused for what it builds upon, too", () => {
    write("base/kustomization.yaml", "transformers: [x.yaml]\nresources: [../ci]\n");
    expect(faults("resources: [../base]\n")).toEqual([
      "base/kustomization.yaml says transformers, which is not allowed of a fork",
    ]);
  });

  it("is refused when its kustomization is a link, or there is none", () => {
    expect(foreignFaults(join(root, "nowhere"), root)).toEqual([
      "nowhere holds no kustomization.yaml",
    ]);
    mkdirSync(join(root, "ci"));
    symlinkSync("/etc/passwd", join(root, "ci/kustomization.yaml"));
    expect(foreignFaults(join(root, "ci"), root)).toEqual([
      "ci/kustomization.yaml is no regular file",
    ]);
  });
});

describe("the files of a pull request's commit", () => {
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@localhost", ...args], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  const commit = (message: string) => {
    git("add", "--all");
    git("commit", "--quiet", "--message", message);
    return git("rev-parse", "HEAD");
  };

  it("are laid out as they are in that commit, also of one that has to be fetched first", async () => {
    git("init", "--quiet", "--initial-branch=main");
    write("shop/Pulumi.yaml", "name: shop\n");
    write("trees/ci/kustomization.yaml", "resources: []\n");
    commit("base");
    git("clone", "--quiet", root, join(folder, "clone"));
    git("checkout", "--quiet", "-b", "change");
    write("trees/ci/kustomization.yaml", "namePrefix: pr-\n");
    const change = commit("change");
    git("checkout", "--quiet", "main");

    const project = { folder: join(folder, "clone/shop"), name: "shop" };
    const to = join(project.folder, ".rendered/pr-7-ci/files");
    const laidOut = await layOutOverlay(project, change, "../trees/ci", to);
    expect(laidOut).toEqual({ overlay: join(to, "trees/ci"), root: to });
    expect(readFileSync(join(to, "trees/ci/kustomization.yaml"), "utf8")).toBe("namePrefix: pr-\n");
    expect(existsSync(join(to, ".git"))).toBe(false);
    // What the checkout itself has is another commit's, still.
    expect(readFileSync(join(folder, "clone/trees/ci/kustomization.yaml"), "utf8")).toBe(
      "resources: []\n",
    );
    await expect(layOutOverlay(project, change, "../../elsewhere", to)).rejects.toThrow(
      "is outside of the repository",
    );
    await expect(layOutOverlay(project, "b".repeat(40), "../trees/ci", to)).rejects.toThrow(
      "cannot be had",
    );
  });
});
