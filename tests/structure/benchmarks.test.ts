import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { documents, partsOf, readResults, withTables } from "../bench/results";
import { ROOT } from "./sources";

// Claim: the measured tables in the documents match the results of `make bench`.

const RESULTS = readResults(ROOT);

test.each(documents(ROOT).map((file) => relative(ROOT, file)))("%s", (file) => {
  const text = readFileSync(`${ROOT}/${file}`, "utf8");
  expect(withTables(text, RESULTS)).toBe(text);
});

test("a figure that was changed by hand is found", () => {
  const result = {
    date: "2026-11-30",
    machine: "2 processors",
    head: ["what", "wall"],
    rows: [["up", "4 s"]],
  };
  const written = withTables("<!-- bench: commands -->\n<!-- /bench -->", { commands: result });
  expect(written).toContain("| up | 4 s |");
  expect(withTables(written, { commands: result })).toBe(written);
  const forged = written.replace("4 s", "3 s");
  expect(withTables(forged, { commands: result })).not.toBe(forged);
});

test("a table without measurements names the command that measures it", () => {
  expect(withTables("<!-- bench: shared -->\n<!-- /bench -->", {})).toContain(
    "Not measured yet: `make bench PARTS=shared`.",
  );
});

test("a table of a part that does not exist is found", () => {
  expect(() => withTables("<!-- bench: speed -->\n<!-- /bench -->", {})).toThrow(
    'there is no part "speed" of the benchmarks: start, commands, stacks, services, shared, data, large-stacks, large-services, large-shared',
  );
});

test("a run measures the parts that are named, and the large ones only then", () => {
  expect(partsOf([])).toEqual(["start", "commands", "stacks", "services", "shared", "data"]);
  expect(partsOf(["large-shared", "stacks"])).toEqual(["stacks", "large-shared"]);
  expect(() => partsOf(["stacks", "speed"])).toThrow(
    /^there is no part "speed": make bench PARTS=/,
  );
});
