import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describeError } from "../../core/errors";
import { buildTree } from "../../core/overlay/generate";
import { type BuildOptions, NOTHING_ALLOWED } from "../../core/overlay/kustomize";
import { GitServer } from "../helpers/git-server";

// Claim: a tree's Helm charts are loaded before the build, where the setting allows helm, and rendered without a network; the
// tree itself stays as it is. A small program stands for helm; `HELM=<path of helm 3>` runs the same with helm itself.

/** Of helm only what kustomize asks of it: a version, a chart from a repository, a template with plain values. */
const STAND_IN = `
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const args = process.argv.slice(2);
const after = (flag) => args[args.indexOf(flag) + 1];
async function main() {
  switch (args[0]) {
    case "version":
      return "v3.19.5+gstand-in";
    case "pull": {
      const archive = await fetch(after("--repo") + "/hello-" + after("--version") + ".tgz");
      if (!archive.ok) throw new Error("chart not found");
      fs.mkdirSync(after("--untardir"), { recursive: true });
      const input = Buffer.from(await archive.arrayBuffer());
      execFileSync("tar", ["-xzf", "-", "-C", after("--untardir")], { input });
      return "";
    }
    case "template": {
      if (process.env.PATH !== "/dev/null" || process.env.HOME) throw new Error("not confined");
      const [, greeting] = /greeting: *(\\S+)/.exec(fs.readFileSync(after("-f"), "utf8"));
      const chart = args.find((arg) => arg.endsWith("/hello"));
      const template = fs.readFileSync(chart + "/templates/map.yaml", "utf8");
      return template.replace("{{ .Release.Name }}", args[1]).replace("{{ .Values.greeting }}", greeting);
    }
  }
}
main().then((text) => process.stdout.write(text), (error) => { console.error(error); process.exitCode = 1; });
`;

const CHART = {
  "Chart.yaml": "apiVersion: v2\nname: hello\nversion: 1.0.0\n",
  "values.yaml": "greeting: hi\n",
  "templates/map.yaml":
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}-hello}\ndata: {greeting: {{ .Values.greeting }}}\n",
};

let folder: string;
let server: GitServer;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "project-"));
  server = await GitServer.start();
  mkdirSync(join(folder, "bin"));
  const helm = join(folder, "bin/helm");
  if (process.env.HELM === undefined) {
    writeFileSync(helm, `#!${process.execPath}\n${STAND_IN}`, { mode: 0o755 });
  } else {
    symlinkSync(process.env.HELM, helm);
  }
});
afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

function write(within: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, within, path)), { recursive: true });
    writeFileSync(join(folder, within, path), content);
  }
}

const build = (
  options: Partial<BuildOptions>,
  env = { PATH: `${folder}/bin:${process.env.PATH ?? ""}` },
) =>
  buildTree(
    {
      projectFolder: folder,
      stack: "alice-dev",
      overlay: "dev",
      target: ".rendered/alice-dev",
      namespace: "alice-dev",
      labels: {},
      images: {},
      pins: {},
      build: { ...NOTHING_ALLOWED, ...options },
      bounds: { trust: "own", podSecurity: "baseline" },
    },
    { ...env, HOME: join(folder, "home") },
  );

const chart = (repo: string) => `helmCharts:
- name: hello
  ${repo}
  releaseName: web
  valuesInline: {greeting: moin}
`;
const MOIN = expect.objectContaining({
  kind: "ConfigMap",
  metadata: expect.objectContaining({ name: "web-hello", namespace: "alice-dev" }),
  data: { greeting: "moin" },
});

it("is refused before the build where the setting does not allow it, by every form of a chart", async () => {
  for (const [kustomization, generator] of [
    [chart("version: 1.0.0")],
    ["helmChartInflationGenerator: [{chartName: hello}]\n"],
    [
      "generators: [g.yaml]\n",
      "apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: g}\nname: hello\n",
    ],
  ]) {
    write("dev", { "kustomization.yaml": kustomization ?? "", "g.yaml": generator ?? "" });
    expect(await build({}).catch(describeError)).toBe(
      `overlay "dev" is not built: dev/kustomization.yaml has the Helm chart hello, and the setting kustomize.helm is false
  fix: pulumi config set --stack alice-dev --path kustomize.helm true   # with helm on PATH`,
    );
  }
});

it("renders a chart that is in the tree", async () => {
  write("dev", { "kustomization.yaml": chart("version: 1.0.0") });
  write("dev/charts/hello", CHART);
  expect(await build({ helm: true })).toEqual([MOIN]);
});

it("loads a chart beforehand, to a copy of the tree", async () => {
  write("charts/hello", CHART);
  execFileSync("tar", ["-czf", "hello.tgz", "-C", "charts", "hello"], { cwd: folder });
  server.files.set("/hello-1.0.0.tgz", execFileSync("cat", [join(folder, "hello.tgz")]));
  server.files.set(
    "/index.yaml",
    `apiVersion: v1\nentries: {hello: [{name: hello, version: 1.0.0, urls: ["${server.url}/hello-1.0.0.tgz"]}]}\n`,
  );
  write("dev", { "kustomization.yaml": chart(`version: 1.0.0\n  repo: "${server.url}"`) });
  expect(await build({ helm: true })).toEqual([MOIN]);
  expect(server.requests).toContain("GET /hello-1.0.0.tgz");
  expect(existsSync(join(folder, "dev/charts"))).toBe(false);
});

it("is told of with helm's words when the chart cannot be loaded", async () => {
  write("dev", { "kustomization.yaml": chart(`version: 2.0.0\n  repo: "${server.url}"`) });
  expect(await build({ helm: true }).catch(describeError)).toMatch(
    /helm cannot load the chart hello from http:.*\n {2}fix: see whether `helm pull/s,
  );
});
