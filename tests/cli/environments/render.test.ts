import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { render } from "../../../cli/environments/render";
import type { Judge } from "../../../core/overlay/rendering";
import { loadSettings } from "../../../core/settings";
import { KustomizeStub } from "../../helpers/kustomize-stub";

// What the command line makes of what kustomize prints; what that makes of real trees is in tests/kustomize.

const DIGEST = `sha256:${"a".repeat(64)}`;
const TREE = `apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec: {template: {spec: {containers: [{image: "acme/api:1"}]}}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: LoadBalancer, ports: [{port: 80}]}
`;

let folder: string;
let stub: KustomizeStub;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "render-"));
  stub = new KustomizeStub(join(folder, "bin"), TREE);
  write("Pulumi.yaml", "name: shop\n");
  write("Pulumi.dev.yaml", "config: {shop:images: {api: {tag: 2026_11_30}}}\n");
  write("kustomize/dev/kustomization.yaml", "resources: []\n");
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(file: string, content: string): void {
  mkdirSync(join(folder, file, ".."), { recursive: true });
  writeFileSync(join(folder, file), content);
}

const renderAlice = (judge?: Judge) =>
  render({
    projectFolder: folder,
    ...loadSettings({ projectFolder: folder, project: "shop", stack: "alice-dev" }),
    env: { PATH: stub.folder },
    ...(judge && { judge }),
  });

describe("render", () => {
  it("prints exactly the manifests that the program gets", async () => {
    const rendered = await renderAlice();
    expect(rendered).toMatchObject({
      images: ["acme/api:2026_11_30"],
      entries: [{ service: "web", ports: [{ port: 80, scheme: "http" }] }],
    });
    rendered.handOver(folder);
    const written = readFileSync(join(folder, ".rendered/alice-dev/manifests.yaml"), "utf8");
    expect(rendered.manifests()).toBe(written);
    expect(written).toContain('image: "acme/api:2026_11_30"');
  });

  it("replaces tags by digests without a second build", async () => {
    const { withPins } = await renderAlice();
    expect(withPins({ "acme/api:2026_11_30": DIGEST }).images).toEqual([`acme/api@${DIGEST}`]);
    expect(stub.runs).toHaveLength(1);
  });

  it("refuses remote files in a fork's tree, regardless of the settings", async () => {
    write("Pulumi.dev.yaml", "config: {shop:kustomize: {loadRestrictor: LoadRestrictionsNone}}\n");
    const args = () => stub.runs.at(-1)?.args ?? [];
    await renderAlice();
    expect(args()).toContain("--load-restrictor=LoadRestrictionsNone");
    await renderAlice(() => undefined);
    expect(args()).toContain("--load-restrictor=LoadRestrictionsRootOnly");
  });

  it("accepts an empty tree", async () => {
    stub = new KustomizeStub(join(folder, "bin"), "");
    write("Pulumi.dev.yaml", "config: {}\n");
    const rendered = await renderAlice();
    expect(rendered).toMatchObject({ objects: [], images: [], entries: [] });
    expect(rendered.manifests()).toBe("");
  });
});
