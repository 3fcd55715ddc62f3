import { join } from "node:path";
import { GitServer } from "../../helpers/git-server";
import { KustomizeStub } from "../../helpers/kustomize-stub";
import { TreeProject } from "../../helpers/tree-project";

// Claim: a tree that requires more than its settings allow is refused before the build, and before a request to another host.

const MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
const BASE = { "kustomization.yaml": "resources: [a.yaml]\n", "a.yaml": MAP };

let project: TreeProject;
let stub: KustomizeStub;
let server: GitServer;
beforeEach(async () => {
  project = new TreeProject();
  stub = new KustomizeStub(join(project.folder, "bin"), MAP);
  server = await GitServer.start();
});
afterEach(() => {
  // None of these comes to a build.
  expect(stub.runs).toEqual([]);
  server.close();
  project.remove();
});

const failure = (options: Parameters<TreeProject["failure"]>[0] = {}) =>
  project.failure(options, { ...process.env, PATH: `${stub.folder}:${process.env.PATH ?? ""}` });
const allowed = (more: Parameters<TreeProject["failure"]>[0] = {}) =>
  failure({ remoteHosts: [server.host], ...more });

describe("a remote base", () => {
  it("is refused before the build, with the file, the entry and the setting", async () => {
    server.commit("acme/base", BASE);
    project.write({
      "dev/kustomization.yaml": `resources: ["${server.url}/acme/base?ref=main"]\n`,
    });
    expect(await failure({ remoteHosts: ["github.com"] })).toBe(
      `overlay "dev" cannot be built: dev/kustomization.yaml: resources names ${server.url}/acme/base?ref=main, but the setting kustomize.remoteHosts does not list ${server.host}
  fix: pulumi config set --stack alice-dev --path 'kustomize.remoteHosts[0]' github.com && pulumi config set --stack alice-dev --path 'kustomize.remoteHosts[1]' ${server.host}`,
    );
    expect(server.requests).toEqual([]);
  });

  it("is refused without a pin, with the commit that would be it", async () => {
    const commit = server.commit("acme/base", BASE);
    project.write({
      "dev/kustomization.yaml": `resources: ["${server.url}/acme/base?ref=main"]\n`,
    });
    expect(await allowed()).toBe(
      `overlay "dev" cannot be built: dev/kustomization.yaml: resources names ${server.url}/acme/base?ref=main, which is not pinned to a commit: main is ${commit} now
  fix: pulumi config set --stack alice-dev --path 'kustomize.remotePins["${server.url}/acme/base@main"]' ${commit}`,
    );
  });

  it("cannot lead out of its repository, whatever the settings allow the tree itself", async () => {
    project.write({
      "secret/kustomization.yaml": "resources: [a.yaml]\n",
      "secret/a.yaml": MAP,
      "key.txt": "key",
    });
    const up = "../".repeat(30);
    for (const kustomization of [
      `resources: [${up}${project.folder.slice(1)}/secret]`,
      `configMapGenerator: [{name: stolen, files: [k=${up}${project.folder.slice(1)}/key.txt]}]`,
      `configMapGenerator: [{name: stolen, files: [${project.folder}/key.txt]}]`,
      `generators: [g.yaml]`,
    ]) {
      const commit = server.commit("acme/base", {
        "kustomization.yaml": `${kustomization}\n`,
        "g.yaml": `apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: stolen}\nfiles: [${project.folder}/key.txt]\n`,
      });
      project.write({
        "dev/kustomization.yaml": `resources: ["${server.url}/acme/base?ref=${commit}"]\n`,
      });
      const none = { loadRestrictor: "LoadRestrictionsNone" } as const;
      expect(await allowed(none)).toMatch(/which is outside (its repository|the folder)/);
    }
  });

  it("is refused when git does not find it, with git's words", async () => {
    project.write({
      "dev/kustomization.yaml": `resources: ["${server.url}/acme/none?ref=main"]\n`,
    });
    expect(await allowed()).toMatch(
      /resources names .*acme\/none\?ref=main: the repository .* cannot be loaded: .*\n {2}fix: check that `git ls-remote/s,
    );
    server.commit("acme/base", BASE);
    project.write({
      "dev/kustomization.yaml": `resources: ["${server.url}/acme/base?ref=nothing"]\n`,
    });
    expect(await allowed()).toContain('has no branch or tag "nothing"');
  });

  it("is refused with a pin that is not a commit", async () => {
    server.commit("acme/base", BASE);
    project.write({
      "dev/kustomization.yaml": `resources: ["${server.url}/acme/base?ref=main"]\n`,
    });
    const pin = `sha256:${"a".repeat(64)}`;
    const remotePins = { [`${server.url}/acme/base@main`]: pin };
    expect(await allowed({ remotePins })).toContain("not a full commit id");
  });

  it("is refused with a submodule on a host that is not allowed, which is not asked", async () => {
    const other = await GitServer.start();
    try {
      const theirs = other.commit("acme/sub", BASE);
      const elsewhere = server.commit(
        "acme/base",
        { "kustomization.yaml": "resources: [sub]\n" },
        { sub: [`${other.url}/acme/sub`, theirs] },
      );
      const asked = other.requests.length;
      project.write({
        "dev/kustomization.yaml": `resources: ["${server.url}/acme/base?ref=${elsewhere}"]\n`,
      });
      expect(await allowed()).toContain(
        `the submodule ${other.url}/acme/sub of ${server.url}/acme/base is on the host ${other.host}, which the setting kustomize.remoteHosts does not list`,
      );
      expect(other.requests).toHaveLength(asked);
    } finally {
      other.close();
    }
  });
});

describe("a file by its address", () => {
  it("is not loaded from another host by a redirect", async () => {
    server.files.set("/acme/a.yaml", { location: "http://other.example.com/a.yaml" });
    project.write({ "dev/kustomization.yaml": `patches: [{path: "${server.url}/acme/a.yaml"}]\n` });
    expect(await allowed()).toContain(
      "http://other.example.com/a.yaml is on the host other.example.com, which the setting kustomize.remoteHosts does not list",
    );
  });

  it("is known by its address in any case of letters, and one that is no address is left to kustomize", async () => {
    project.write({ "dev/kustomization.yaml": 'crds: ["HTTPS://Example.com/a.json"]\n' });
    expect(await allowed()).toContain("does not list example.com");
    project.write({
      "dev/kustomization.yaml": 'crds: ["HTTPS://Example.com/a.json", "https://[a"]\n',
    });
    expect(await allowed()).toContain("does not list example.com");
  });

  it("is refused when its content has changed", async () => {
    server.files.set("/acme/a.yaml", MAP);
    project.write({ "dev/kustomization.yaml": `resources: ["${server.url}/acme/a.yaml"]\n` });
    const told = await allowed();
    expect(told).toContain("which is not pinned to its current content");
    const remotePins = { [`${server.url}/acme/a.yaml`]: `sha256:${"a".repeat(64)}` };
    expect(await allowed({ remotePins })).toContain("has changed since it was pinned");
  });
});

describe("a tree of one's own", () => {
  it("may not load files outside its folders, unless the setting allows it", async () => {
    project.write({
      "shared/a.yaml": MAP,
      "shared/app.env": "KEY=value\n",
      "dev/kustomization.yaml": `resources: [../shared/a.yaml]
configMapGenerator: [{name: env, envs: [../shared/app.env]}]
`,
    });
    expect(await failure()).toBe(
      `overlay "dev" cannot be built: 
  - dev/kustomization.yaml: resources names ../shared/a.yaml, which is outside the folder of the kustomization, but the setting kustomize.loadRestrictor is LoadRestrictionsRootOnly
    fix: move the file into that folder, or \`pulumi config set --stack alice-dev --path kustomize.loadRestrictor LoadRestrictionsNone\`
  - dev/kustomization.yaml: configMapGenerator.envs names ../shared/app.env, which is outside the folder of the kustomization, but the setting kustomize.loadRestrictor is LoadRestrictionsRootOnly
    fix: move the file into that folder, or \`pulumi config set --stack alice-dev --path kustomize.loadRestrictor LoadRestrictionsNone\`
  fix: allow these in the settings, or remove them from the tree`,
    );
  });

  it.each([
    ["helmCharts: [{name: hello}]\n", ""],
    ["helmChartInflationGenerator: [{chartName: hello}]\n", ""],
    [
      "generators: [g.yaml]\n",
      "apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: g}\nname: hello\n",
    ],
  ])(
    "may not have a Helm chart, unless the setting allows it: %s",
    async (kustomization, generator) => {
      project.write({ "dev/kustomization.yaml": kustomization, "dev/g.yaml": generator });
      expect(await failure()).toBe(
        `overlay "dev" cannot be built: dev/kustomization.yaml has the Helm chart hello, but the setting kustomize.helm is false
  fix: pulumi config set --stack alice-dev --path kustomize.helm true   # helm must be on PATH`,
      );
    },
  );
});
