import { execFileSync } from "node:child_process";
import { importsOf, ROOT } from "./sources";

/** The imports between our own files, by the importing file, without endings. */
function importGraph(): Map<string, string[]> {
  const graph = new Map<string, string[]>();
  for (const { from, to, isPackage } of importsOf("index.ts", "cli", "components", "core")) {
    const file = from.replace(/\.ts$/, "");
    const imported = to.replace(/\.js$/, "");
    graph.set(file, [...(graph.get(file) ?? []), ...(isPackage ? [] : [imported])]);
  }
  return graph;
}

/** The first cycle that is reached from a file, in the order of its imports. */
function cycleFrom(
  file: string,
  graph: ReadonlyMap<string, readonly string[]>,
  done: Set<string>,
  path: readonly string[] = [],
): readonly string[] | undefined {
  if (path.includes(file)) {
    return [...path.slice(path.indexOf(file)), file];
  }
  if (done.has(file)) {
    return undefined;
  }
  for (const imported of graph.get(file) ?? []) {
    const cycle = cycleFrom(imported, graph, done, [...path, file]);
    if (cycle !== undefined) {
      return cycle;
    }
  }
  done.add(file);
  return undefined;
}

test("no file imports itself through others, not even for a type", () => {
  const graph = importGraph();
  expect(graph.size).toBeGreaterThan(200);
  const done = new Set<string>();
  expect([...graph.keys()].flatMap((file) => cycleFrom(file, graph, done) ?? [])).toEqual([]);
});

/** Lints one line in the place of each file. ESLint loads its configuration as a module, which jest cannot do. */
const LINT = `
  const { ESLint } = require("eslint");
  const eslint = new ESLint({
    overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
    ruleFilter: ({ ruleId }) => ruleId === "no-restricted-imports",
  });
  const isRefused = async ([file, specifier]) => {
    const [{ messages }] = await eslint.lintText('import "' + specifier + '";', { filePath: file });
    return messages.length > 0;
  };
  Promise.all(JSON.parse(process.argv[1]).map(isRefused)).then((all) => console.log(JSON.stringify(all)));
`;

function refused(imports: readonly (readonly [file: string, specifier: string])[]): unknown {
  const args = ["-e", LINT, JSON.stringify(imports)];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" }));
}

describe("lint", () => {
  const upward = [
    ["cli/terminal/table.ts", "../account/scopes"],
    ["cli/account/scopes.ts", "../stacks/record"],
    ["cli/stacks/record.ts", "../cluster/pod"],
    ["cli/cluster/pod.ts", "../images/images.data"],
    ["cli/images/pin-images.ts", "../shared-clusters/shared-namespace"],
    ["cli/shared-clusters/blockers.ts", "../environments/receipt"],
    ["cli/environments/preflight/preflight.ts", "../../sleep/wake"],
    ["cli/sleep/wake.ts", "../pull-requests/gate/junit"],
    ["cli/pull-requests/gate/junit.ts", "../../reap/survey"],
    ["cli/reap/survey.ts", "../doctor/machine"],
    ["cli/reap/policy/plan.ts", "../survey"],
    ["cli/reap/policy/plan.ts", "../../terminal/table"],
    ["cli/reap/policy/plan.ts", "node:fs"],
    ["cli/main.ts", "../components/environment"],
    ["cli/stacks/record.ts", "@pulumi/kubernetes"],
    ["core/names.ts", "../cli/terminal/table"],
    ["core/names.ts", "node:fs"],
    ["components/entry.ts", "../cli/terminal/table"],
    ["components/entry.ts", "../core/settings/schema"],
    ["packages/emulator/main.ts", "../../core/names"],
    ["packages/emulator/account/store.ts", "../../../core/names"],
  ] as const;

  const downward = [
    ["cli/reap/survey.ts", "../pull-requests/report-removal"],
    ["cli/reap/survey.ts", "./policy/plan"],
    ["cli/reap/policy/plan.ts", "../../../core/names"],
    ["cli/reap/policy/plan.ts", "./situation"],
    ["cli/environments/receipt.ts", "../shared-clusters/shared-namespace"],
    ["cli/commands.ts", "./overview/list.command"],
    ["components/entry.ts", "../core/names"],
  ] as const;

  test("refuses an import of a folder above, or of what a folder must do without", () => {
    expect(refused(upward)).toEqual(upward.map(() => true));
  });

  test("allows an import of a folder below", () => {
    expect(refused(downward)).toEqual(downward.map(() => false));
  });
});
