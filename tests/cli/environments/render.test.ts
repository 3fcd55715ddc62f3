import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { render } from "../../../cli/environments/render";
import { UserError } from "../../../core/errors";
import { type LoadedSettings, loadSettings } from "../../../core/settings";

// How kubectl is run; what it makes of real trees is in tests/kustomize.

const SERVICE = `apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: LoadBalancer, ports: [{port: 80}]}
`;
const deployment = (tag: string) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec: {template: {spec: {containers: [{image: "acme/api:${tag}"}]}}}
`;

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "render-"));
  path = join(folder, "bin");
  mkdirSync(path);
  write("Pulumi.yaml", "name: shop\n");
  write("Pulumi.dev.yaml", "config: {shop:images: {api: {tag: '2'}}}\n");
  write("kustomize/dev/kustomization.yaml", "resources: []\n");
  write("kustomize/dev/printed", `${deployment("1")}---\n${SERVICE}`);
  write(".rendered/alice-dev/printed", `${deployment("2")}---\n${SERVICE}`);
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(file: string, content: string): void {
  mkdirSync(join(folder, file, ".."), { recursive: true });
  writeFileSync(join(folder, file), content);
}

/** A command that prints what lies in the folder, if it is called as it should be. */
function install(command: string, subcommand: string): void {
  const file = join(path, command);
  const script = `const [, , subcommand, folder, ...rest] = process.argv;
if (subcommand !== "${subcommand}" || rest.length > 0) throw new Error("wrong arguments");
console.error("# Warning: 'commonLabels' is deprecated");
process.stdout.write(require("node:fs").readFileSync(folder + "/printed"));
`;
  writeFileSync(file, `#!${process.execPath}\n${script}`);
  chmodSync(file, 0o755);
}

function load(): LoadedSettings {
  return loadSettings({ projectFolder: folder, project: "shop", stack: "alice-dev" });
}

const renderAlice = () => render({ projectFolder: folder, ...load(), env: { PATH: path } });

describe("render", () => {
  it.each([
    ["kubectl", "kustomize"],
    ["kustomize", "build"],
  ])("prints what `%s %s` makes of the environment's own overlay", async (command, subcommand) => {
    install(command, subcommand);
    expect(await renderAlice()).toEqual({
      manifests: `${deployment("2")}---\n${SERVICE}`,
      images: ["acme/api:2"],
      entries: [{ service: "web", ports: [{ port: 80, scheme: "http" }] }],
      objects: [
        expect.objectContaining({ kind: "Deployment" }),
        expect.objectContaining({ kind: "Service" }),
      ],
    });
    expect(readFileSync(join(folder, ".rendered/alice-dev/kustomization.yaml"), "utf8")).toContain(
      'newTag: "2"',
    );
  });

  it("accepts a tree of nothing", async () => {
    install("kubectl", "kustomize");
    write("Pulumi.dev.yaml", "config: {}\n");
    write("kustomize/dev/printed", "");
    write(".rendered/alice-dev/printed", "");
    expect(await renderAlice()).toEqual({ manifests: "", images: [], entries: [], objects: [] });
  });

  it("prefers kubectl, which Kubernetes' users have", async () => {
    install("kubectl", "kustomize");
    install("kustomize", "never asked");
    expect((await renderAlice()).images).toEqual(["acme/api:2"]);
  });

  it("fails with the fix when neither is on PATH", async () => {
    const told: unknown = await renderAlice().catch((error: unknown) => error);
    expect(told).toBeInstanceOf(UserError);
    expect(told).toMatchObject({
      message: "neither kubectl nor kustomize, which render the manifests, is on PATH",
      fix: expect.stringContaining("install kubectl"),
    });
  });

  it("fails with kustomize's own words when the tree does not build", async () => {
    writeFileSync(
      join(path, "kubectl"),
      `#!${process.execPath}\nconsole.error("error: no such file api.yaml"); process.exitCode = 1;\n`,
    );
    chmodSync(join(path, "kubectl"), 0o755);
    await expect(renderAlice()).rejects.toThrow(
      'overlay "kustomize/dev" does not build: no such file api.yaml',
    );
  });
});
