import { readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describeError } from "../../core/errors";
import type { KubernetesObject } from "../../core/manifests/manifest";
import type { BuildOptions } from "../../core/overlay/kustomize";
import { GitServer } from "../helpers/git-server";
import { TreeProject } from "../helpers/tree-project";

// Claim: what a tree names on other hosts is loaded before the build, from allowed hosts, as it was pinned; the rest of the
// tree is built as if it had been there.

const map = (name: string, data = "{a: b}") =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: ${data}\n`;

let project: TreeProject;
let server: GitServer;
beforeEach(async () => {
  project = new TreeProject();
  server = await GitServer.start();
});
afterEach(() => {
  server.close();
  project.remove();
});

const write = (files: Readonly<Record<string, string>>) => project.write(files);
const allowed = (
  remotePins: Readonly<Record<string, string>> = {},
  more: Partial<BuildOptions> = {},
) => project.build({ remoteHosts: [server.host], remotePins, ...more });
const names = (objects: readonly KubernetesObject[]) =>
  objects.map(({ metadata }) => metadata.name).sort();
const failure = (built: Promise<unknown>) => built.then(() => "it was built", describeError);
const originOf = ({ metadata }: KubernetesObject) =>
  metadata.annotations?.["config.kubernetes.io/origin"];

const BASE = { "kustomization.yaml": "resources: [a.yaml]\n", "a.yaml": map("remote") };

describe("a remote base", () => {
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

  it("can build upon others, whose errors are all reported at once", async () => {
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
  });
});

describe("a file by its address", () => {
  it("is pinned to its content", async () => {
    server.files.set("/acme/a.yaml", map("remote"));
    write({ "dev/kustomization.yaml": `resources: ["${server.url}/acme/a.yaml"]\n` });
    const told = await failure(allowed());
    const [, pin = ""] = /(sha256:[0-9a-f]{64})$/m.exec(told) ?? [];
    expect(told).toContain("which is not pinned to its current content");
    const [object] = await allowed({ [`${server.url}/acme/a.yaml`]: pin });
    expect(object?.metadata.name).toBe("remote");
    expect(object && originOf(object)).toBe(`path: ${server.url}/acme/a.yaml\n`);
    rmSync(join(project.folder, ".rendered"), { recursive: true });
    server.files.set("/acme/a.yaml", map("other"));
    expect(await failure(allowed({ [`${server.url}/acme/a.yaml`]: pin }))).toContain(
      "has changed since it was pinned",
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

  it("is loaded where the setting allows it, beside a remote base and through a symbolic link, too", async () => {
    const none = { loadRestrictor: "LoadRestrictionsNone" } as const;
    expect(names(await project.build(none))).toEqual(["env", "shared"]);
    const commit = server.commit("acme/base", BASE);
    const kustomization = readFileSync(join(project.folder, "dev/kustomization.yaml"), "utf8");
    write({
      "dev/kustomization.yaml": kustomization.replace(
        "[",
        `[linked, "${server.url}/acme/base?ref=${commit}", `,
      ),
      "linked/kustomization.yaml": `resources: ["${server.url}/acme/base?ref=${commit}"]\nnameSuffix: -linked\n`,
    });
    symlinkSync("../linked", join(project.folder, "dev/linked"));
    expect(names(await allowed({}, none))).toEqual(["env", "remote", "remote-linked", "shared"]);
  });
});
