import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubernetesObject } from "../../../core/manifests/manifest";
import { mayChange, patchesIn } from "../../../core/overlay/patches";
import type { Layer, Value } from "../../../core/settings/layers";

// Claim: patches are found in every form of a kustomization, with the objects that they may change.

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "patches-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const PATCH = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {}\n";
const patches = (kustomization: Layer) =>
  patchesIn(kustomization, join(folder, "kustomization.yaml"));

describe("the patches of a kustomization", () => {
  it.each<[string, Layer, string, object]>([
    ["a file", { patches: [{ path: "p.yaml" }] }, "p.yaml", { kind: "Service", name: "web" }],
    [
      "a file of the old form",
      { patchesStrategicMerge: ["p.yaml"] },
      "p.yaml",
      { kind: "Service", name: "web" },
    ],
    [
      "a text",
      { patches: [{ patch: PATCH }] },
      "kustomization.yaml",
      { kind: "Service", name: "web" },
    ],
    [
      "a text of the old form",
      { patchesStrategicMerge: [PATCH] },
      "kustomization.yaml",
      { kind: "Service", name: "web" },
    ],
    [
      "a file for others than it names",
      { patches: [{ path: "p.yaml", target: { kind: "Deployment" } }] },
      "p.yaml",
      { kind: "Deployment" },
    ],
    [
      "operations",
      { patchesJson6902: [{ path: "p.yaml", target: { kind: "Job", name: "a" } }] },
      "p.yaml",
      { kind: "Job", name: "a" },
    ],
    [
      "operations as a text",
      { patches: [{ patch: "- {op: remove, path: /spec}", target: { name: "a.*" } }] },
      "kustomization.yaml",
      { name: "a.*" },
    ],
  ])("have %s", (_, kustomization, file, whose) => {
    writeFileSync(join(folder, "p.yaml"), PATCH);
    expect(patches(kustomization)).toEqual([{ file: join(folder, file), ...whose }]);
  });

  it("are several in one file", () => {
    writeFileSync(join(folder, "p.yaml"), `${PATCH}---\n${PATCH.replace("web", "api")}`);
    expect(patches({ patches: [{ path: "p.yaml" }] })).toMatchObject([
      { name: "web" },
      { name: "api" },
    ]);
  });

  it("are none where kustomize itself has to say why", () => {
    writeFileSync(join(folder, "p.yaml"), "a: [");
    const broken: readonly Value[] = [
      "p.yaml",
      "nothing.yaml",
      7,
      null,
      { path: "p.yaml" },
      { patch: 7 },
    ];
    expect(patches({ patches: broken, patchesStrategicMerge: null })).toEqual([]);
    expect(patches({ patches: [{ patch: "a: [" }] })).toEqual([]);
  });
});

describe("a patch", () => {
  const object = (name: string, kind = "Service"): KubernetesObject => ({
    apiVersion: "v1",
    kind,
    metadata: { name },
  });
  const web = { file: "p.yaml", kind: "Service", name: "web" };

  it("is for the object that it names", () => {
    expect(mayChange(web, object("web"), false)).toBe(true);
    expect(mayChange(web, object("web-api"), false)).toBe(false);
    expect(mayChange(web, object("web", "Deployment"), false)).toBe(false);
    expect(mayChange({ file: "p.yaml" }, object("web"), false)).toBe(true);
  });

  it("is for an object that the tree has given another name", () => {
    expect(mayChange(web, object("dev-web-2"), true)).toBe(true);
    expect(mayChange({ ...web, kind: "ConfigMap" }, object("web-4h2m", "ConfigMap"), false)).toBe(
      true,
    );
    expect(mayChange(web, object("dev-website"), true)).toBe(false);
  });

  it("is for alternatives, and may be for whatever a pattern means", () => {
    const either = { ...web, kind: "Service|Ingress", name: "api|web" };
    expect(mayChange(either, object("web"), false)).toBe(true);
    expect(mayChange(either, object("db"), false)).toBe(false);
    expect(mayChange({ ...web, name: "w.*" }, object("web"), false)).toBe(true);
    expect(mayChange({ ...web, name: "(?i)WEB" }, object("web"), false)).toBe(true);
  });
});
