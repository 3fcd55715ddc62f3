import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HANDOVER_VARIABLE, readFlat, writeFlat } from "../../../core/overlay/flat-folder";
import { NOTHING_ALLOWED } from "../../../core/overlay/kustomize";
import { renderEnvironment } from "../../../core/overlay/render-environment";
import { renderingOf } from "../../../core/overlay/rendering";

const ENTRY = { service: "web", port: 80, scheme: "http" } as const;
const RENDERING = renderingOf(
  [
    {
      ...{ apiVersion: "v1", kind: "Secret", metadata: { name: "a", namespace: "alice-dev" } },
      ...{ stringData: { a: "no", b: "123e4567", c: "x\u2028y" } },
    },
  ],
  ENTRY,
);

let project: string;
let folder: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "project-"));
  folder = join(project, ".rendered/alice-dev");
});
afterEach(() => rmSync(project, { recursive: true }));

const modeOf = (file: string) => statSync(file).mode & 0o777;

describe("a rendering in its folder", () => {
  it("is readable only by its owner", () => {
    writeFlat(folder, RENDERING);
    expect(modeOf(folder)).toBe(0o700);
    expect(readdirSync(folder)).toEqual(["kustomization.yaml", "manifests.yaml"]);
    for (const file of readdirSync(folder)) {
      expect(modeOf(join(folder, file))).toBe(0o600);
    }
  });

  it("is a kustomization without transformations", () => {
    writeFlat(folder, RENDERING);
    expect(JSON.parse(readFileSync(join(folder, "kustomization.yaml"), "utf8"))).toEqual({
      apiVersion: "kustomize.config.k8s.io/v1beta1",
      kind: "Kustomization",
      resources: ["manifests.yaml"],
      sortOptions: { order: "fifo" },
    });
  });

  it("is read back unchanged", () => {
    expect(readFlat(folder, writeFlat(folder, RENDERING))).toEqual(RENDERING);
    const nothing = renderingOf([]);
    expect(readFlat(folder, writeFlat(folder, nothing))).toEqual(nothing);
  });

  it("is refused when it has changed or is missing", () => {
    const handover = writeFlat(folder, RENDERING);
    appendFileSync(join(folder, "manifests.yaml"), "---\nkind: ClusterRoleBinding\n");
    expect(() => readFlat(folder, handover)).toThrow("has changed since it was checked");
    rmSync(folder, { recursive: true });
    expect(() => readFlat(folder, handover)).toThrow("has changed since it was checked");
  });

  it("is applied by the program without a build", async () => {
    const handover = JSON.stringify(writeFlat(folder, RENDERING));
    const args = {
      ...{ projectFolder: project, stack: "alice-dev", overlay: "nowhere" },
      ...{
        target: ".rendered/alice-dev",
        namespace: "alice-dev",
        labels: {},
        images: {},
        pins: {},
      },
      bounds: { trust: "own", podSecurity: "baseline" },
      build: NOTHING_ALLOWED,
    } as const;
    expect(await renderEnvironment(args, { [HANDOVER_VARIABLE]: handover })).toEqual(RENDERING);
    await expect(renderEnvironment(args, {})).rejects.toThrow('overlay "nowhere" does not exist');
  });
});
