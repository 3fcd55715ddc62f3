import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describeError } from "../../core/errors";
import type { KubernetesObject } from "../../core/manifests/manifest";
import { buildTree } from "../../core/overlay/generate";
import { type BuildOptions, NOTHING_ALLOWED } from "../../core/overlay/kustomize";
import { GitServer } from "../helpers/git-server";

// Claim: what a tree names on other hosts is loaded before the build, from allowed hosts, as it was pinned; the rest of the
// tree is built as if it had been there.

const map = (name: string, data = "{a: b}") =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: ${data}\n`;

let folder: string;
let server: GitServer;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "project-"));
  server = await GitServer.start();
});
afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

function build(options: Partial<BuildOptions> = {}): Promise<KubernetesObject[]> {
  return buildTree(
    {
      projectFolder: folder,
      stack: "alice-dev",
      overlay: "dev",
      target: ".rendered/alice-dev",
      namespace: "alice-dev",
      labels: {},
      images: {},
      pins: {},
      build: { ...NOTHING_ALLOWED, ...options },
      bounds: { trust: "own", podSecurity: "baseline" },
    },
    process.env,
  );
}

const allowed = (pins: Readonly<Record<string, string>> = {}, more: Partial<BuildOptions> = {}) =>
  build({ remoteHosts: [server.host], remotePins: pins, ...more });
const names = (objects: readonly KubernetesObject[]) =>
  objects.map(({ metadata }) => metadata.name).sort();
const failure = (built: Promise<unknown>) => built.then(() => "it was built", describeError);
const originOf = ({ metadata }: KubernetesObject) =>
  metadata.annotations?.["config.kubernetes.io/origin"];

const BASE = { "kustomization.yaml": "resources: [a.yaml]\n", "a.yaml": map("remote") };

describe("a remote base", () => {
  it("is refused before the build, with the file, the entry and the setting", async () => {
    server.commit("acme/base", BASE);
    write({ "dev/kustomization.yaml": `resources: ["${server.url}/acme/base?ref=main"]\n` });
    expect(await failure(build({ remoteHosts: ["github.com"] }))).toBe(
      `overlay "dev" is not built: dev/kustomization.yaml: resources names ${server.url}/acme/base?ref=main, and the setting kustomize.remoteHosts does not list ${server.host}
  fix: pulumi config set --stack alice-dev --path 'kustomize.remoteHosts[0]' github.com && pulumi config set --stack alice-dev --path 'kustomize.remoteHosts[1]' ${server.host}`,
    );
    expect(server.requests).toEqual([]);
  });

  it("is refused without a pin, with the commit that would be it", async () => {
    const commit = server.commit("acme/base", BASE);
    write({ "dev/kustomization.yaml": `resources: ["${server.url}/acme/base?ref=main"]\n` });
    expect(await failure(allowed())).toBe(
      `overlay "dev" is not built: dev/kustomization.yaml: resources names ${server.url}/acme/base?ref=main, which is not pinned to a commit: main is ${commit} now
  fix: pulumi config set --stack alice-dev --path 'kustomize.remotePins["${server.url}/acme/base@main"]' ${commit}`,
    );
  });

  it("stays at its pin, and is loaded once", async () => {
    const commit = server.commit("acme/base", BASE);
    const pins = { [`${server.url}/acme/base@main`]: commit };
    write({
      "dev/kustomization.yaml": `resources: ["${server.url}/acme/base?ref=main", own.yaml]\nnamePrefix: x-\n`,
      "dev/own.yaml": map("own"),
    });
    const built = await allowed(pins);
    expect(names(built)).toEqual(["x-own", "x-remote"]);
    expect(built.map(originOf).sort()).toEqual([
      "path: dev/own.yaml\n",
      `path: ${server.url}/acme/base@${commit.slice(0, 7)}//a.yaml\n`,
    ]);
    server.commit("acme/base", { ...BASE, "a.yaml": map("other") });
    const asked = server.requests.length;
    expect(names(await allowed(pins))).toEqual(["x-own", "x-remote"]);
    expect(server.requests).toHaveLength(asked);
  });

  it("may be a commit itself, or a tag, or the default branch", async () => {
    const commit = server.commit("acme/base", {
      "k8s/kustomization.yaml": "resources: [a.yaml]\n",
      "k8s/a.yaml": map("remote"),
    });
    server.tag("acme/base", "v1");
    write({
      "dev/kustomization.yaml": `resources: ["${server.url}/acme/base//k8s?ref=${commit}&timeout=1m"]\n`,
    });
    expect(names(await allowed())).toEqual(["remote"]);
    write({ "dev/kustomization.yaml": `resources: ["${server.url}/acme/base//k8s?version=v1"]\n` });
    expect(await failure(allowed())).toContain(`v1 is ${commit} now`);
    write({ "dev/kustomization.yaml": `resources: ["${server.url}/acme/base.git/k8s"]\n` });
    expect(await failure(allowed())).toContain(`its default branch is ${commit} now`);
  });

  it("may build upon others, whose faults are all told at once", async () => {
    server.commit("acme/deep", {
      "kustomization.yaml": "resources: [a.yaml]\n",
      "a.yaml": map("deep"),
    });
    server.commit("acme/part", {
      "kustomization.yaml":
        "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\npatches: [{path: p.yaml, target: {kind: ConfigMap}}]\n",
      "p.yaml": "- {op: add, path: /data/part, value: 'yes'}\n",
    });
    server.commit("acme/base", {
      "k8s/kustomization.yaml": `resources: [../more, "${server.url}/acme/deep?ref=main"]\n`,
      "more/kustomization.yaml": "configMapGenerator: [{name: made, files: [c.txt]}]\n",
      "more/c.txt": "text",
    });
    write({
      "base/kustomization.yaml": `resources: ["${server.url}/acme/base//k8s?ref=main"]\n`,
      "dev/kustomization.yaml": `resources: [../base]
components: ["${server.url}/acme/part?ref=main"]
configMapGenerator: [{name: made, behavior: merge, literals: [mine=1]}]
`,
    });
    const told = await failure(allowed());
    const pins = Object.fromEntries(
      [...told.matchAll(/remotePins\["(.*?)"\]' ([0-9a-f]{40})/g)].map(([, key = "", pin = ""]) => [
        key,
        pin,
      ]),
    );
    expect(Object.keys(pins)).toHaveLength(3);
    expect(told).toContain(`${server.url}/acme/base@`);
    const built = await allowed(pins);
    expect(names(built)).toEqual(["deep", expect.stringMatching(/^made-/)]);
    expect(built).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ data: { a: "b", part: "yes" } }),
        expect.objectContaining({ data: { "c.txt": "text", mine: "1", part: "yes" } }),
      ]),
    );
  });

  it("brings its submodules, from allowed hosts", async () => {
    const sub = server.commit("acme/sub", {
      "kustomization.yaml": "resources: [a.yaml]\n",
      "a.yaml": map("sub"),
    });
    const commit = server.commit(
      "acme/base",
      { "kustomization.yaml": "resources: [sub]\n" },
      { sub: [`${server.url}/acme/sub`, sub] },
    );
    write({ "dev/kustomization.yaml": `resources: ["${server.url}/acme/base?ref=${commit}"]\n` });
    expect(names(await allowed())).toEqual(["sub"]);
    const other = await GitServer.start();
    try {
      const theirs = other.commit("acme/sub", BASE);
      const elsewhere = server.commit(
        "acme/base",
        { "kustomization.yaml": "resources: [sub]\n" },
        { sub: [`${other.url}/acme/sub`, theirs] },
      );
      const asked = other.requests.length;
      write({
        "dev/kustomization.yaml": `resources: ["${server.url}/acme/base?ref=${elsewhere}"]\n`,
      });
      expect(await failure(allowed())).toContain(
        `the submodule ${other.url}/acme/sub of ${server.url}/acme/base is on the host ${other.host}, which the setting kustomize.remoteHosts does not list`,
      );
      expect(other.requests).toHaveLength(asked);
      write({
        "dev/kustomization.yaml": `resources: ["${server.url}/acme/base?ref=${elsewhere}&submodules=false"]\n`,
      });
      expect(await failure(allowed())).not.toContain("submodule");
    } finally {
      other.close();
    }
  });

  it("cannot lead out of its repository, whatever the settings allow the tree itself", async () => {
    write({
      "secret/kustomization.yaml": "resources: [a.yaml]\n",
      "secret/a.yaml": map("secret"),
      "key.txt": "key",
    });
    const up = "../".repeat(30);
    for (const kustomization of [
      `resources: [${up}${folder.slice(1)}/secret]`,
      `configMapGenerator: [{name: stolen, files: [k=${up}${folder.slice(1)}/key.txt]}]`,
      `configMapGenerator: [{name: stolen, files: [${folder}/key.txt]}]`,
      `generators: [g.yaml]`,
    ]) {
      const commit = server.commit("acme/base", {
        "kustomization.yaml": `${kustomization}\n`,
        "g.yaml": `apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: stolen}\nfiles: [${folder}/key.txt]\n`,
      });
      write({ "dev/kustomization.yaml": `resources: ["${server.url}/acme/base?ref=${commit}"]\n` });
      const none = { loadRestrictor: "LoadRestrictionsNone" } as const;
      expect(await failure(allowed({}, none))).toMatch(
        /which is outside of (its repository|the folder)/,
      );
    }
  });

  it("is refused when git does not find it, with git's words", async () => {
    write({ "dev/kustomization.yaml": `resources: ["${server.url}/acme/none?ref=main"]\n` });
    expect(await failure(allowed())).toMatch(
      /resources names .*acme\/none\?ref=main: the repository .* cannot be loaded: .*\n {2}fix: see whether `git ls-remote/s,
    );
    server.commit("acme/base", BASE);
    write({ "dev/kustomization.yaml": `resources: ["${server.url}/acme/base?ref=nothing"]\n` });
    expect(await failure(allowed())).toContain('has no branch or tag "nothing"');
  });
});

describe("a file by its address", () => {
  it("is pinned to its content", async () => {
    server.files.set("/acme/a.yaml", map("remote"));
    write({ "dev/kustomization.yaml": `resources: ["${server.url}/acme/a.yaml"]\n` });
    const told = await failure(allowed());
    const [, pin = ""] = /(sha256:[0-9a-f]{64})$/m.exec(told) ?? [];
    expect(told).toContain("which is not pinned to what it is now");
    const [object] = await allowed({ [`${server.url}/acme/a.yaml`]: pin });
    expect(object?.metadata.name).toBe("remote");
    expect(object && originOf(object)).toBe(`path: ${server.url}/acme/a.yaml\n`);
    rmSync(join(folder, ".rendered"), { recursive: true });
    server.files.set("/acme/a.yaml", map("other"));
    expect(await failure(allowed({ [`${server.url}/acme/a.yaml`]: pin }))).toContain(
      "is not what it was when it was pinned",
    );
  });

  it("is not loaded from another host by a redirect", async () => {
    server.files.set("/acme/a.yaml", { location: "http://other.example.com/a.yaml" });
    write({ "dev/kustomization.yaml": `patches: [{path: "${server.url}/acme/a.yaml"}]\n` });
    expect(await failure(allowed())).toContain(
      "http://other.example.com/a.yaml is on the host other.example.com, which the setting kustomize.remoteHosts does not list",
    );
  });
});

describe("a file outside of a kustomization's folder", () => {
  beforeEach(() => {
    write({
      "shared/a.yaml": map("shared"),
      "shared/app.env": "KEY=value\n",
      "dev/kustomization.yaml": `resources: [../shared/a.yaml]
configMapGenerator: [{name: env, envs: [../shared/app.env]}]
generatorOptions: {disableNameSuffixHash: true}
`,
    });
  });

  it("is refused before the build, with the file, the entry and the setting", async () => {
    expect(await failure(build())).toBe(
      `overlay "dev" is not built: 
  - dev/kustomization.yaml: resources names ../shared/a.yaml, which is outside of the folder of the kustomization, and the setting kustomize.loadRestrictor is LoadRestrictionsRootOnly
    fix: move the file into that folder, or \`pulumi config set --stack alice-dev --path kustomize.loadRestrictor LoadRestrictionsNone\`
  - dev/kustomization.yaml: configMapGenerator.envs names ../shared/app.env, which is outside of the folder of the kustomization, and the setting kustomize.loadRestrictor is LoadRestrictionsRootOnly
    fix: move the file into that folder, or \`pulumi config set --stack alice-dev --path kustomize.loadRestrictor LoadRestrictionsNone\`
  fix: allow these, or take them out of the tree`,
    );
  });

  it("is loaded where the setting allows it, beside a remote base and through a symbolic link, too", async () => {
    const none = { loadRestrictor: "LoadRestrictionsNone" } as const;
    expect(names(await build(none))).toEqual(["env", "shared"]);
    const commit = server.commit("acme/base", BASE);
    const kustomization = readFileSync(join(folder, "dev/kustomization.yaml"), "utf8");
    write({
      "dev/kustomization.yaml": kustomization.replace(
        "[",
        `[linked, "${server.url}/acme/base?ref=${commit}", `,
      ),
      "linked/kustomization.yaml": `resources: ["${server.url}/acme/base?ref=${commit}"]\nnameSuffix: -linked\n`,
    });
    symlinkSync("../linked", join(folder, "dev/linked"));
    expect(names(await allowed({}, none))).toEqual(["env", "remote", "remote-linked", "shared"]);
  });
});
