import { spawnSync } from "node:child_process";
import { appendFileSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { importsOf, ROOT } from "./sources";

const CONFIG = "oxlint.config.mjs";

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

type ImportLine = readonly [file: string, specifier: string];

interface LintReport {
  readonly diagnostics: readonly { readonly filename: string; readonly message: string }[];
}

/** Lints files that contain only these imports, with the project's rules, and returns the imports that lint refuses. */
function refused(imports: readonly ImportLine[]): readonly ImportLine[] {
  const folder = mkdtempSync(join(tmpdir(), "doks-lint-"));
  try {
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    copyFileSync(join(ROOT, CONFIG), join(folder, CONFIG));
    for (const [file, specifier] of imports) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      appendFileSync(join(folder, file), `import "${specifier}";\n`);
    }
    const oxlint = join(ROOT, "node_modules/oxlint/bin/oxlint");
    const args = [oxlint, `--config=${CONFIG}`, "--format=json"];
    const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
    const { diagnostics } = JSON.parse(stdout) as LintReport;
    return imports.filter(([file, specifier]) =>
      diagnostics.some(
        ({ filename, message }) => filename === file && message.startsWith(`'${specifier}'`),
      ),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
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
    ["core/rules/check-tree.ts", "node:fs"],
    ["core/settings/schema.ts", "@pulumi/kubernetes"],
    ["core/overlay/overlay.ts", "@pulumi/pulumi"],
    ["cli/completion/complete.ts", "../../components/environment"],
    ["components/placements/own-placement.ts", "@pulumi/pulumi"],
    ["components/entry.ts", "../cli/terminal/table"],
    ["components/entry.ts", "../core/settings/schema"],
    ["components/entry.ts", "@pulumi/kubernetes"],
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
    expect(refused(upward)).toEqual(upward);
  });

  test("allows an import of a folder below", () => {
    expect(refused(downward)).toEqual([]);
  });
});
