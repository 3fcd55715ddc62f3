import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { render } from "../../cli/environments/render";
import type { ImageOverride } from "../../core/manifests/image-overrides";
import { parseImageReference } from "../../core/manifests/image-reference";
import { volumesOf } from "../../core/manifests/volumes";
import { writeFlat } from "../../core/overlay/flat-folder";
import { kustomize } from "../../core/overlay/kustomize";
import { loadSettings } from "../../core/settings";
import { renderKustomization } from "../../packages/minimal-plugins/kubernetes/kustomize/render";
import { SERVICES } from "../helpers/sample-shop";

const ROOT = join(__dirname, "../..");
const DIGEST = `sha256:${"a".repeat(64)}`;
const OPTIONS = { loadRestrictor: "LoadRestrictionsRootOnly", helm: false } as const;
const TREES = join(ROOT, "tests/fixtures/trees");

/** A project of its own: what is generated is not a business of the checkout's. */
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

describe("render", () => {
  test("gives the shop in the stack's namespace, with the stack's images and without a Namespace", async () => {
    const { objects, images, entries } = await renderOf("alice-dev", {
      "ephemeral-doks:images": '{"frontend":{"tag":"pr-7"}}',
    });
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

  test("fails for an object without an apiVersion", async () => {
    const tree = join(project, "versionless");
    mkdirSync(tree);
    const object = { kind: "ConfigMap", metadata: { name: "conf" } };
    writeFileSync(join(tree, "conf.yaml"), JSON.stringify(object));
    writeFileSync(join(tree, "kustomization.yaml"), "resources: [conf.yaml]\n");
    await expect(renderOf("team-ci", { "ephemeral-doks:overlay": tree })).rejects.toThrow(
      /versionless" does not build: ConfigMap\/conf has no apiVersion/,
    );
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
    await expect(renderOf("alice-dev")).rejects.toThrow(
      /outside.yaml, which is outside the folder of the kustomization/,
    );
    await expect(
      renderKustomization(join(project, "kustomize/dev"), "invoke", new AbortController().signal),
    ).rejects.toThrow(/security; file .* is not in or below/);
  });
});

describe("an image in a tree", () => {
  test.each([
    "kustomize/dev",
    "tests/fixtures/trees/monorepo/overlays/qa",
    "tests/fixtures/trees/crds",
  ])("of %s equals the result of kustomize's own `images`", async (tree) => {
    const overlay = join(ROOT, tree);
    const before = await renderOf("team-ci", { "ephemeral-doks:overlay": overlay });
    const names = [...new Set(before.images.map((image) => parseImageReference(image).name))];
    const overrides = names.map((name, index): [string, ImageOverride] => [
      name,
      [{ tag: "2026_11_30" }, { name: "example.com:5000/other" }, { digest: DIGEST }][index % 3] ??
        {},
    ]);
    const after = await renderOf("team-ci", {
      "ephemeral-doks:overlay": overlay,
      "ephemeral-doks:images": JSON.stringify(Object.fromEntries(overrides)),
    });

    const flat = join(project, ".rendered/before");
    writeFlat(flat, before);
    const folder = join(project, ".rendered/after");
    mkdirSync(folder);
    const images = overrides.map(([name, { name: newName, tag, digest }]) => ({
      ...{ name, newName, newTag: tag, digest },
    }));
    writeFileSync(
      join(folder, "kustomization.yaml"),
      JSON.stringify({ resources: ["../before"], images }),
    );
    expect(after.objects).toEqual(await kustomize(folder, process.env, OPTIONS));
    expect(after.images).not.toEqual(before.images);
  });
});
