import { existsSync, readFileSync } from "node:fs";
import { RULES } from "../../../mutation/rules";

// That a test fails without each of them takes minutes: `make mutate`.

describe("the safety rules that are proved one by one", () => {
  it.each(RULES)("name the code of the rule that $rule", ({ file, code, tests }) => {
    expect(readFileSync(file, "utf8").split(code)).toHaveLength(2);
    expect(tests.filter((name) => !existsSync(`tests/${name}.test.ts`))).toEqual([]);
  });
});
