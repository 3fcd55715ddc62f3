import { cpSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { render } from "../../cli/environments/render";
import type { KubernetesObject } from "../../core/manifests/manifest";
import { volumesOf } from "../../core/manifests/volumes";
import { overlayArgs } from "../../core/overlay/environment-overlay";
import { generateOverlay } from "../../core/overlay/generate";
import { loadSettings } from "../../core/settings";
import { renderKustomization } from "../../packages/minimal-plugins/kubernetes/kustomize/render";
import { SERVICES } from "../helpers/sample-shop";
import type { Manifest } from "./manifests";

const ROOT = join(__dirname, "../..");
const TREES = join(ROOT, "tests/fixtures/trees");

/** A project of its own: what is generated is no business of the checkout's. */
let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "render-"));
  for (const file of readdirSync(ROOT).filter((name) => /^Pulumi(\.[a-z]+)?\.yaml$/.test(name))) {
    cpSync(join(ROOT, file), join(project, file));
  }
  cpSync(join(ROOT, "kustomize"), join(project, "kustomize"), { recursive: true });
});
afterEach(() => rmSync(project, { recursive: true }));

const load = (stack: string, config: Record<string, string>) =>
  loadSettings({ projectFolder: project, project: "ephemeral-doks", stack, config });

const renderOf = (stack: string, config: Record<string, string> = {}) =>
  render({ projectFolder: project, ...load(stack, config), env: process.env });

const objectsIn = (manifests: string) =>
  parseAllDocuments(manifests).map((document) => document.toJS() as Manifest);

describe("render", () => {
  test("gives the shop in the stack's namespace, with the stack's images and without a Namespace", async () => {
    const { manifests, images, entries } = await renderOf("alice-dev", {
      "ephemeral-doks:images": '{"frontend":{"tag":"pr-7"}}',
    });
    const objects = objectsIn(manifests);
    expect(objects).toHaveLength(2 * SERVICES.length);
    expect(new Set(objects.map(({ metadata }) => metadata.namespace))).toEqual(
      new Set(["alice-dev"]),
    );
    expect(images.filter((image) => image.includes("/frontend:"))).toEqual([
      expect.stringMatching(/:pr-7$/),
    ]);
    expect(entries).toEqual([
      { service: "frontend", ports: [{ name: "http", port: 80, scheme: "http" }] },
    ]);
  });

  test("counts the storage that a tree from elsewhere claims", async () => {
    const { objects } = await renderOf("team-ci", {
      "ephemeral-doks:overlay": join(TREES, "monorepo/overlays/qa"),
    });
    expect(volumesOf(objects, 3).giB).toBeGreaterThan(0);
  });

  test("fails with kustomize's own words for a tree that does not build", async () => {
    await expect(
      renderOf("team-ci", { "ephemeral-doks:overlay": join(TREES, "broken") }),
    ).rejects.toThrow(/broken" does not build: .*missing\.yaml: no such file/s);
  });

  test("refuses a file outside the tree's folders, as the program does", async () => {
    writeFileSync(
      join(project, "outside.yaml"),
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
    );
    writeFileSync(
      join(project, "kustomize/dev/kustomization.yaml"),
      "resources: [../../outside.yaml]\n",
    );
    await expect(renderOf("alice-dev")).rejects.toThrow(/security; file .* is not in or below/);
    await expect(
      renderKustomization(join(project, "kustomize/dev"), "invoke", new AbortController().signal),
    ).rejects.toThrow(/security; file .* is not in or below/);
  });

  test("generates the very file that the program generates, and so replaces none", async () => {
    const { name, settings } = load("alice-dev", { "ephemeral-doks:imageTag": "pr-7" });
    const asTheProgram = (folder: string) =>
      renderKustomization(folder, "invoke", new AbortController().signal) as Promise<unknown>;
    await generateOverlay(
      overlayArgs(project, name, settings),
      (folder) => asTheProgram(folder) as Promise<KubernetesObject[]>,
    );
    const file = join(project, ".rendered/alice-dev/kustomization.yaml");
    const before = statSync(file).ino;
    await renderOf("alice-dev", { "ephemeral-doks:imageTag": "pr-7" });
    expect(statSync(file).ino).toBe(before);
  });
});
