import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { settingOptions } from "../../cli/stacks/setting-options";
import { ROOT } from "./sources";

// Claim: `doks-env up` prints every `pulumi config` command of a fix as an option, because the command needs a stack.

const COMMAND = /pulumi config (?:set|rm) (?!-?-?secret)[^\n]*/g;

/** The commands in the sources, with a word in place of each expression. */
const commands = ["cli", "core", "components"]
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.endsWith("setting-options.ts"))
      .map((name) => join(ROOT, folder, name)),
  )
  .flatMap((file) =>
    readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => !/^\s*(\*|\/\*\*|\/\/)/.test(line))
      .flatMap((line) => line.replace(/\$\{[^{}]*\}/g, "value").match(COMMAND) ?? []),
  );

it("finds the commands", () => expect(commands.length).toBeGreaterThan(25));

it.each(commands)("%s", (command) => {
  expect(settingOptions(command)).not.toContain("pulumi config");
});
