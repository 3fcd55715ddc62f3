import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { generateOverlay, type OverlayArgs } from "../../components/overlay";
import type { KubernetesObject } from "../../lib/manifest";

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
    overlay: "kustomize/dev",
    target: ".rendered/alice-dev",
    namespace: "alice-dev",
    labels: { "ephemeral-doks/stack": "alice-dev" },
    images: {},
    ...overrides,
  };
}

/** Stands for kustomize, which the end-to-end tests run: whatever is built, these objects come out. */
const render = jest.fn(() => Promise.resolve(OBJECTS));
const generated = () =>
  parse(readFileSync(join(folder, ".rendered/alice-dev/kustomization.yaml"), "utf8")) as Record<
    string,
    unknown
  >;

describe("generateOverlay", () => {
  it("puts namespace and labels over the chosen overlay and takes its Namespace objects out", async () => {
    const overlay = await generateOverlay(args(), render);
    expect(overlay).toEqual({
      directory: ".rendered/alice-dev",
      images: ["acme/api:1"],
      entries: [{ service: "web", port: 80, scheme: "http" }],
      volumeGiB: 0,
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

  it.each([
    [
      "kustomize/qa",
      /overlay "kustomize\/qa" does not exist .*\n {2}fix: pulumi config set --stack stack overlay/,
    ],
    ["kustomize", /overlay "kustomize" holds no kustomization.yaml/],
  ])("fails for overlay %s", async (overlay, message) => {
    await expect(generateOverlay(args({ overlay }), render)).rejects.toThrow(message);
  });

  it("fails when the overlay contains the folder it is generated in", async () => {
    writeFileSync(join(folder, "kustomization.yaml"), "resources: []\n");
    await expect(generateOverlay(args({ overlay: "." }), render)).rejects.toThrow(
      /contains .rendered\/alice-dev/,
    );
  });

  it("fails with kustomize's own words when the overlay does not build", async () => {
    const broken = () => Promise.reject(new Error("no such file api.yaml"));
    await expect(generateOverlay(args(), broken)).rejects.toThrow(
      /overlay "kustomize\/dev" does not build: no such file api.yaml\n {2}fix: mend the tree/,
    );
  });

  it("fails when the tree builds alone, but not in one namespace", async () => {
    const collides = jest
      .fn<Promise<KubernetesObject[]>, []>()
      .mockResolvedValueOnce(OBJECTS)
      .mockRejectedValueOnce(new Error("may not add resource with an already registered id"));
    await expect(generateOverlay(args(), collides)).rejects.toThrow(
      /does not build in one namespace.*already registered id\n {2}fix: .*kubectl kustomize .rendered\/alice-dev/,
    );
  });

  it("fails for an image override that names no image", async () => {
    await expect(generateOverlay(args({ images: { cart: { tag: "2" } } }), render)).rejects.toThrow(
      /images.cart names no image of the overlay; its images are acme\/api/,
    );
  });
});
