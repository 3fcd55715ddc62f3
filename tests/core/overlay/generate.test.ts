import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describeError } from "../../../core/errors";
import { buildTree, type OverlayArgs } from "../../../core/overlay/generate";
import { NOTHING_ALLOWED } from "../../../core/overlay/kustomize";
import { KustomizeStub } from "../../helpers/kustomize-stub";

// How kustomize is run; what it makes of real trees is in tests/kustomize.

const MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";

let folder: string;
let stub: KustomizeStub;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "project-"));
  mkdirSync(join(folder, "kustomize/dev"), { recursive: true });
  writeFileSync(join(folder, "kustomize/dev/kustomization.yaml"), "resources: []\n");
  stub = new KustomizeStub(join(folder, "bin"), MAP);
});
afterEach(() => rmSync(folder, { recursive: true }));

const build = (overrides: Partial<OverlayArgs> = {}, env: NodeJS.ProcessEnv = {}) =>
  buildTree(
    {
      projectFolder: folder,
      stack: "alice-dev",
      overlay: "kustomize/dev",
      target: ".rendered/alice-dev",
      namespace: "alice-dev",
      labels: { "ephemeral-doks/owner": "no" },
      images: {},
      pins: {},
      build: NOTHING_ALLOWED,
      bounds: { trust: "own", podSecurity: "baseline" },
      ...overrides,
    },
    { PATH: stub.folder, ...env },
  );

/** What its user is told. */
const failure = (...args: Parameters<typeof build>) =>
  build(...args).then(() => "it was built", describeError);

describe("buildTree", () => {
  it("builds the chosen overlay once, with namespace and labels", async () => {
    expect(await build()).toEqual([
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } },
    ]);
    const [run, another] = stub.runs;
    expect(another).toBeUndefined();
    expect(run?.kustomization).toEqual({
      apiVersion: "kustomize.config.k8s.io/v1beta1",
      kind: "Kustomization",
      resources: [expect.stringMatching(/^\.\.\/.*\/kustomize\/dev$/)],
      namespace: "alice-dev",
      labels: [{ pairs: { "ephemeral-doks/owner": "no" }, includeSelectors: false }],
      patches: [
        {
          target: { kind: "Namespace", version: "v1" },
          patch: expect.stringContaining('"$patch":"delete"'),
        },
      ],
      buildMetadata: ["originAnnotations"],
    });
  });

  it("leaves nothing behind", async () => {
    await build();
    expect(existsSync(stub.runs[0]?.args.at(-1) ?? "")).toBe(false);
    expect(existsSync(join(folder, ".rendered"))).toBe(false);
  });

  it("passes none of the environment's variables to kustomize", async () => {
    await build({}, { HOME: "/home/alice", DIGITALOCEAN_TOKEN: "secret", HTTPS_PROXY: "http://p" });
    const { env, args } = stub.runs[0] ?? { env: {} };
    expect(args).toEqual([
      "kustomize",
      "--load-restrictor=LoadRestrictionsRootOnly",
      expect.any(String),
    ]);
    expect(env).toEqual({
      PATH: "/dev/null",
      ...Object.fromEntries(
        ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"].map((name) => [
          name,
          "http://127.0.0.1:0",
        ]),
      ),
    });
  });

  it("loads files from anywhere, and runs helm, if the settings allow it", async () => {
    stub.install("helm", "");
    await build({
      build: { ...NOTHING_ALLOWED, loadRestrictor: "LoadRestrictionsNone", helm: true },
    });
    expect(stub.runs[0]).toMatchObject({
      args: [
        "kustomize",
        "--load-restrictor=LoadRestrictionsNone",
        "--enable-helm",
        `--helm-command=${join(stub.folder, "helm")}`,
        expect.any(String),
      ],
      env: { PATH: "/dev/null" },
    });
  });

  it("fails when the settings allow helm but it is missing", async () => {
    const options = { ...NOTHING_ALLOWED, helm: true };
    expect(await failure({ build: options })).toMatch(/helm is not on PATH\n {2}fix: install helm/);
  });

  it("prefers kubectl to kustomize", async () => {
    const other = new KustomizeStub(join(folder, "other"), MAP, "kustomize");
    await build({}, { PATH: `${stub.folder}:${other.folder}` });
    expect(other.runs).toEqual([]);
    await build({}, { PATH: other.folder });
    expect(other.runs[0]?.args[0]).toBe("build");
  });

  it("fails with the fix when neither is on PATH", async () => {
    expect(await failure({}, { PATH: "/nowhere" })).toMatch(
      /neither kubectl nor kustomize is on PATH; one of them renders the manifests\n {2}fix: install kubectl/,
    );
  });

  it("runs a script with an env interpreter line", async () => {
    const script = join(stub.folder, "kustomize.js");
    writeFileSync(script, `console.log(${JSON.stringify(MAP)})`);
    writeFileSync(
      join(stub.folder, "kubectl"),
      `#!/usr/bin/env sh\nexec ${process.execPath} ${script}\n`,
    );
    expect(await build({}, { PATH: `${stub.folder}:/usr/bin:/bin` })).toHaveLength(1);
  });

  it("blames a wrapper, not the tree, for a failure without PATH and HOME", async () => {
    stub.install("kubectl", `throw new Error("no version is set for " + process.env.HOME)`);
    expect(await failure()).toMatch(
      /bin\/kubectl does not work without the variables PATH and HOME, .*no version is set.*fix: put the program kubectl itself/s,
    );
  });

  it("names each object's file, relative to the project's folder", async () => {
    const from = resolve(folder, "kustomize/dev/a.yaml");
    stub.install(
      "kubectl",
      `const path = require("node:path").relative(args.at(-1), ${JSON.stringify(from)});
process.stdout.write(JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", annotations: {
  mine: "1", "config.kubernetes.io/origin": "path: " + path + "\\n" } } }));`,
    );
    const [object] = await build();
    expect(object?.metadata.annotations).toEqual({
      mine: "1",
      "config.kubernetes.io/origin": "path: kustomize/dev/a.yaml\n",
    });
  });

  it.each([
    [
      "kustomize/qa",
      /overlay "kustomize\/qa" does not exist .*\n {2}fix: pulumi config set --stack alice-dev overlay/,
    ],
    ["kustomize", /overlay "kustomize" does not contain a kustomization.yaml/],
  ])("fails for overlay %s", async (overlay, message) => {
    expect(await failure({ overlay })).toMatch(message);
  });
});

/** What kustomize says, and then ends; its version it tells. */
const says = (text: string) =>
  stub.install(
    "kubectl",
    `if (args[0] !== "version") { console.error(${JSON.stringify(text)}); process.exitCode = 1; }`,
  );

describe("a tree that does not build", () => {
  it("is reported with kustomize's own message", async () => {
    says("error: no such file api.yaml");
    expect(await failure()).toBe(
      'overlay "kustomize/dev" does not build: no such file api.yaml\n  fix: fix the tree until `kubectl kustomize kustomize/dev` prints it',
    );
  });

  it.each([
    [
      "security; file '/b/a.yaml' is not in or below '/b/dev'",
      "pulumi config set --stack alice-dev --path kustomize.loadRestrictor LoadRestrictionsNone",
    ],
    [
      "trouble configuring builtin HelmChartInflationGenerator: must specify --enable-helm",
      "pulumi config set --stack alice-dev --path kustomize.helm true",
    ],
    ["evalsymlink failure: no 'git' program on path", "copy the file into the repository"],
  ])("is reported with the setting that allows it: %s", async (words, fix) => {
    says(`error: ${words}`);
    expect(await failure()).toContain(`fix: ${fix}`);
  });

  it("is reported without the objects and patches in kustomize's message, which may be Secrets", async () => {
    says('error: err="map[string]interface {}{"kind":"Secret", "data":"aGk="}: yaml: bad');
    expect(await failure()).toContain("an object: yaml: bad");
    says("error: unable to parse SM or JSON patch from [data: aGk=]");
    expect(await failure()).toContain("unable to parse SM or JSON patch from its text");
  });

  it("is reported as a collision in one namespace", async () => {
    says("error: namespace transformation produces ID conflict: [...]");
    expect(await failure()).toMatch(
      /does not build in one namespace: .*\n {2}fix: remove one of them .*, or give objects of the same kind different names/,
    );
    const printed = ["default", "kube-system"].map(
      (namespace) =>
        `{"apiVersion":"v1","data":{"a":"aGk="},"kind":"Secret","metadata":{"annotations":{"internal.config.kubernetes.io/previousNames":"login","internal.config.kubernetes.io/previousNamespaces":"${namespace}"},"name":"login","namespace":"alice-dev"}}`,
    );
    says(`error: namespace transformation produces ID conflict: [${printed.join(" ")}]`);
    expect(await failure()).toContain(
      "in one namespace: Secret/login of default and Secret/login of kube-system would be the same object",
    );
  });
});
