import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { describeError, UserError } from "../../../core/errors";
import type { KubernetesObject } from "../../../core/manifests/manifest";
import { generateOverlay, type OverlayArgs } from "../../../core/overlay/generate";

const OBJECTS: KubernetesObject[] = [
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "api" },
    spec: { template: { spec: { containers: [{ image: "acme/api:1" }] } } },
  },
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web" },
    spec: { type: "LoadBalancer", ports: [{ port: 80 }] },
  },
];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "overlay-"));
  mkdirSync(join(folder, "kustomize/dev"), { recursive: true });
  writeFileSync(join(folder, "kustomize/dev/kustomization.yaml"), "resources: []\n");
});
afterEach(() => rmSync(folder, { recursive: true }));

function args(overrides: Partial<OverlayArgs> = {}): OverlayArgs {
  return {
    projectFolder: folder,
    stack: "alice-dev",
    overlay: "kustomize/dev",
    target: ".rendered/alice-dev",
    namespace: "alice-dev",
    labels: { "ephemeral-doks/stack": "alice-dev" },
    images: {},
    pins: {},
    bounds: { trust: overrides.shared === undefined ? "own" : "shared", podSecurity: "baseline" },
    ...overrides,
  };
}

/** Stands for kustomize, which the end-to-end tests run: whatever is built, these objects come out. */
const render = jest.fn<Promise<KubernetesObject[]>, [string]>(() => Promise.resolve(OBJECTS));
const generated = () =>
  parse(readFileSync(join(folder, ".rendered/alice-dev/kustomization.yaml"), "utf8")) as Record<
    string,
    unknown
  >;

/** What its user is told. */
const failure = (
  overrides: Partial<OverlayArgs>,
  renderer: Parameters<typeof generateOverlay>[1] = render,
) => generateOverlay(args(overrides), renderer).then(() => "it was generated", describeError);

describe("generateOverlay", () => {
  it("puts namespace and labels over the chosen overlay and takes its Namespace objects out", async () => {
    const overlay = await generateOverlay(args(), render);
    expect(overlay).toEqual({
      directory: ".rendered/alice-dev",
      images: ["acme/api:1"],
      entries: [{ service: "web", ports: [{ port: 80, scheme: "http" }] }],
      objects: await render(""),
    });
    expect(generated()).toEqual({
      apiVersion: "kustomize.config.k8s.io/v1beta1",
      kind: "Kustomization",
      resources: ["../../kustomize/dev"],
      namespace: "alice-dev",
      labels: [{ pairs: { "ephemeral-doks/stack": "alice-dev" }, includeSelectors: false }],
      patches: [
        {
          target: { kind: "Namespace", version: "v1" },
          patch: expect.stringContaining("$patch: delete"),
        },
      ],
    });
  });

  it("says image overrides there and changes no other file", async () => {
    const before = readFileSync(join(folder, "kustomize/dev/kustomization.yaml"), "utf8");
    await generateOverlay(args({ images: { api: { tag: "2" } } }), render);
    expect(generated().images).toEqual([{ name: "acme/api", newTag: "2" }]);
    expect(readFileSync(join(folder, "kustomize/dev/kustomization.yaml"), "utf8")).toBe(before);
  });

  it("takes a tree that lies outside the project", async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), "tree-"));
    writeFileSync(join(elsewhere, "kustomization.yml"), "resources: []\n");
    await generateOverlay(args({ overlay: elsewhere }), render);
    expect(generated().resources).toEqual([expect.stringMatching(/^\.\.\/.*tree-/)]);
    rmSync(elsewhere, { recursive: true });
  });

  it("leaves the file alone when it is as it would be: others may be reading it", async () => {
    const file = join(folder, ".rendered/alice-dev/kustomization.yaml");
    await generateOverlay(args(), render);
    const before = statSync(file).ino;
    await generateOverlay(args(), render);
    expect(statSync(file).ino).toBe(before);
    await generateOverlay(args({ images: { api: { tag: "2" } } }), render);
    expect(statSync(file).ino).not.toBe(before);
  });

  it("renders the chosen overlay first and its own last", async () => {
    render.mockClear();
    await generateOverlay(args(), render);
    expect(render.mock.calls).toEqual([
      [join(folder, "kustomize/dev")],
      [join(folder, ".rendered/alice-dev")],
    ]);
  });

  it.each([
    [
      "kustomize/qa",
      /overlay "kustomize\/qa" does not exist .*\n {2}fix: pulumi config set --stack alice-dev overlay/,
    ],
    ["kustomize", /overlay "kustomize" holds no kustomization.yaml/],
  ])("fails for overlay %s", async (overlay, message) => {
    expect(await failure({ overlay })).toMatch(message);
  });

  it("fails when the overlay contains the folder it is generated in", async () => {
    writeFileSync(join(folder, "kustomization.yaml"), "resources: []\n");
    expect(await failure({ overlay: "." })).toMatch(/contains .rendered\/alice-dev/);
  });

  it("fails with kustomize's own words when the overlay does not build", async () => {
    const broken = () => Promise.reject(new Error("no such file api.yaml"));
    expect(await failure({}, broken)).toMatch(
      /overlay "kustomize\/dev" does not build: no such file api.yaml\n {2}fix: mend the tree/,
    );
  });

  it("fails with the renderer's fix, not the tree's, when kustomize cannot be run", async () => {
    const missing = () => Promise.reject(new UserError("no kubectl", "install it"));
    expect(await failure({}, missing)).toBe("no kubectl\n  fix: install it");
  });

  it("fails when the tree builds alone, but not in one namespace", async () => {
    const collides = jest
      .fn<Promise<KubernetesObject[]>, [string]>()
      .mockResolvedValueOnce(OBJECTS)
      .mockRejectedValueOnce(new Error("may not add resource with an already registered id"));
    expect(await failure({}, collides)).toMatch(
      /does not build in one namespace.*already registered id\n {2}fix: .*kubectl kustomize .rendered\/alice-dev/,
    );
  });

  it("fails for an image override that names no image", async () => {
    expect(await failure({ images: { cart: { tag: "2" } } })).toMatch(
      /images.cart names no image of the overlay; its images are acme\/api\n {2}fix: pulumi config rm --stack alice-dev --path/,
    );
  });
});
