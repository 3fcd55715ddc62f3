import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GitServer } from "../helpers/git-server";
import { TreeProject } from "../helpers/tree-project";

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

let project: TreeProject;
let server: GitServer;
beforeEach(async () => {
  project = new TreeProject();
  server = await GitServer.start();
  mkdirSync(join(project.folder, "bin"));
  const helm = join(project.folder, "bin/helm");
  if (process.env.HELM === undefined) {
    writeFileSync(helm, `#!${process.execPath}\n${STAND_IN}`, { mode: 0o755 });
  } else {
    symlinkSync(process.env.HELM, helm);
  }
});
afterEach(() => {
  server.close();
  project.remove();
});

const within = (folder: string, files: Readonly<Record<string, string>>) =>
  project.write(
    Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text])),
  );
const withHelm = () => ({
  PATH: `${project.folder}/bin:${process.env.PATH ?? ""}`,
  HOME: join(project.folder, "home"),
});

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

it("renders a chart that is in the tree", async () => {
  within("dev", { "kustomization.yaml": chart("version: 1.0.0") });
  within("dev/charts/hello", CHART);
  expect(await project.build({ helm: true }, withHelm())).toEqual([MOIN]);
});

it("loads a chart beforehand, to a copy of the tree", async () => {
  within("charts/hello", CHART);
  execFileSync("tar", ["-czf", "hello.tgz", "-C", "charts", "hello"], { cwd: project.folder });
  server.files.set("/hello-1.0.0.tgz", execFileSync("cat", [join(project.folder, "hello.tgz")]));
  server.files.set(
    "/index.yaml",
    `apiVersion: v1\nentries: {hello: [{name: hello, version: 1.0.0, urls: ["${server.url}/hello-1.0.0.tgz"]}]}\n`,
  );
  within("dev", { "kustomization.yaml": chart(`version: 1.0.0\n  repo: "${server.url}"`) });
  expect(await project.build({ helm: true }, withHelm())).toEqual([MOIN]);
  expect(server.requests).toContain("GET /hello-1.0.0.tgz");
  expect(existsSync(join(project.folder, "dev/charts"))).toBe(false);
});

it("is reported with helm's error when the chart cannot be loaded", async () => {
  within("dev", { "kustomization.yaml": chart(`version: 2.0.0\n  repo: "${server.url}"`) });
  expect(await project.failure({ helm: true }, withHelm())).toMatch(
    /helm cannot load the chart hello from http:.*\n {2}fix: check that `helm pull/s,
  );
});
