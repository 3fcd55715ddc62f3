import { mkdirSync, readFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import { delimiter, join } from "node:path";
import { benchCommands } from "./commands";
import { benchData } from "./data";
import { keepResults, type PartName, type PartResult, partsOf, RESULTS_FILE } from "./results";
import { benchServices } from "./services";
import { benchShared } from "./shared";
import { benchStacks } from "./stacks";
import { benchStart } from "./start";

type Part = () => Promise<Pick<PartResult, "head" | "rows">>;

const MEASURE: Readonly<Record<PartName, Part>> = {
  start: benchStart,
  commands: benchCommands,
  stacks: () => benchStacks([10, 100, 1_000]),
  services: () => benchServices([11, 100]),
  shared: () => benchShared(10, 2),
  data: () => benchData([1, 10, 50]),
  "large-stacks": () => benchStacks([10_000]),
  "large-services": () => benchServices([500]),
  // The most whose up and down keep within the 5,000 requests that a token has in an hour.
  "large-shared": () => benchShared(150, 2),
};

/**
 * Measures the product beside kubectl, part by part, and writes what it finds into docs/benchmarks.json and into the tables
 * of the documents. Run by `make bench`, with the emulator running and warm caches; `node bench.js [part ...]`.
 */
async function main(): Promise<void> {
  const parts = partsOf(process.argv.slice(2));
  // The trees that parts write lie there, where a checkout has no folder yet.
  mkdirSync(".rendered", { recursive: true });
  for (const name of parts) {
    process.stdout.write(`${name}\n`);
    const found = await MEASURE[name]();
    for (const cells of [found.head, ...found.rows]) {
      process.stdout.write(`  ${cells.join("  ")}\n`);
    }
    const date = new Date().toISOString().slice(0, 10);
    keepResults(".", { [name]: { date, machine: machine(), ...found } });
  }
  process.stdout.write(`written to ${RESULTS_FILE} and to the tables of the documents\n`);
}

function machine(): string {
  const memory = Math.round(totalmem() / 2 ** 30);
  const model = cpus()[0]?.model ?? "unknown";
  return `${availableParallelism()} processors (${model}), ${memory} GiB, Node ${process.versions.node}, ${plugins()} plugins`;
}

/** Its second line tells a minimal plugin: packages/toolchain/bundle.js. */
function plugins(): "minimal" | "official" {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    try {
      const text = readFileSync(join(folder, "pulumi-resource-kubernetes"), "latin1");
      return text.slice(0, 200).includes("ephemeral-doks: minimal plugin") ? "minimal" : "official";
    } catch {
      // It is not in this folder.
    }
  }
  return "official";
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
