import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What one part of the benchmarks has measured, as a document shows it. */
export interface PartResult {
  /** Of the run: `2026-11-30`. */
  readonly date: string;
  /** Processors, memory, versions and plugins, in words. */
  readonly machine: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** In the order in which they run: the short ones first. */
const USUAL_PARTS = ["start", "commands", "stacks", "services", "shared", "data"] as const;
/** Run only when they are named: each takes longer than all the usual ones together. */
const LARGE_PARTS = ["large-stacks", "large-services", "large-shared"] as const;
export const PARTS = [...USUAL_PARTS, ...LARGE_PARTS] as const;
export type PartName = (typeof PARTS)[number];

/**
 * The parts that a run measures.
 *
 * @param named - @default - the usual ones
 * @throws {Error} for a part that there is not
 */
export function partsOf(named: readonly string[]): readonly PartName[] {
  const unknown = named.filter((name) => !PARTS.some((part) => part === name));
  if (unknown.length > 0) {
    throw new Error(
      `there is no part "${unknown.join('", "')}": make bench PARTS="${PARTS.join(" ")}"`,
    );
  }
  return named.length === 0 ? USUAL_PARTS : PARTS.filter((part) => named.includes(part));
}

export type Results = Readonly<Partial<Record<PartName, PartResult>>>;

/** The source of all measured tables in the documents. */
export const RESULTS_FILE = "docs/benchmarks.json";

/** A table in a document that is generated: `make bench` writes what is between the two lines. */
const BLOCK = /<!-- bench: ([a-z-]+) -->\n[\s\S]*?<!-- \/bench -->/g;

export function readResults(root: string): Results {
  const file = join(root, RESULTS_FILE);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Results) : {};
}

/** Keeps the results of the parts that have run, and writes the tables of all documents anew. */
export function keepResults(root: string, news: Results): void {
  const results = { ...readResults(root), ...news };
  writeFileSync(join(root, RESULTS_FILE), `${JSON.stringify(results, undefined, 2)}\n`);
  for (const file of documents(root)) {
    const text = readFileSync(file, "utf8");
    const current = withTables(text, results);
    if (current !== text) {
      writeFileSync(file, current);
    }
  }
}

/** The documents that may have such tables. */
export function documents(root: string): string[] {
  const docs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" });
  return [
    join(root, "README.md"),
    ...docs.filter((file) => file.endsWith(".md")).map((file) => join(root, "docs", file)),
  ].sort();
}

/**
 * A document with its tables as the results have them.
 *
 * @throws {Error} for a table of a part that there is not
 */
export function withTables(document: string, results: Results): string {
  return document.replace(BLOCK, (_, name: string) => {
    const part = PARTS.find((one) => one === name);
    if (part === undefined) {
      throw new Error(`there is no part "${name}" of the benchmarks: ${PARTS.join(", ")}`);
    }
    const result = results[part];
    const text = result ? tableOf(result) : `Not measured yet: \`make bench PARTS=${part}\`.\n`;
    return `<!-- bench: ${name} -->\n${text}<!-- /bench -->`;
  });
}

function tableOf({ date, machine, head, rows }: PartResult): string {
  const lines = [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return `${lines.join("\n")}\n\nMeasured on ${date}: ${machine}.\n`;
}
