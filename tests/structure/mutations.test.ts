import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { RULES } from "../mutation/rules";
import { ROOT } from "./sources";

// Claim: `make mutate`, which removes each safety rule from the code, finds every rule and its tests.

it.each(RULES.map((rule) => [rule.rule, rule] as const))("%s", (_, { file, code, tests }) => {
  expect(readFileSync(join(ROOT, file), "utf8").split(code)).toHaveLength(2);
  expect(tests.filter((name) => !existsSync(join(ROOT, "tests", `${name}.test.ts`)))).toEqual([]);
});
