import { relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { describeError, UserError } from "../lib/errors";
import { profileNames } from "../settings/project-files";
import { parseStackName } from "../settings/stack-name";
import { pulumi, pulumiOutput } from "./services/pulumi";
import { type Outputs, summary } from "./ui/summary";

/** Brings one environment up and says how to use it: `node up.js <stack> [--overlay <folder>]`, in the project's folder. */
async function main(argv: string[]): Promise<void> {
  const { positionals, values } = parseArgs({
    args: argv,
    options: { overlay: { type: "string", default: "" } },
    allowPositionals: true,
  });
  const [stack] = positionals;
  if (stack === undefined) {
    throw new UserError("no stack is named", "make up STACK=alice-dev");
  }
  // Before the stack is created: a name that fits no profile would leave one that nobody can use.
  parseStackName(stack, profileNames(process.cwd()));
  if (!(await pulumi("stack", "select", "--create", "--stack", stack))) {
    throw new UserError(`stack "${stack}" could not be selected`, "mend what pulumi says above");
  }
  if (values.overlay !== "") {
    // Relative to the project, so that the stack's config means the same in every checkout.
    const overlay = relative(process.cwd(), resolve(values.overlay)) || ".";
    await pulumiOutput("config", "set", "overlay", overlay, "--stack", stack);
  }
  if (!(await pulumi("up", "--yes", "--skip-preview", "--suppress-outputs", "--stack", stack))) {
    throw new UserError(
      `stack "${stack}" is not up`,
      `mend what pulumi says above and run \`make up STACK=${stack}\` again, or \`make down STACK=${stack}\``,
    );
  }
  const outputs = JSON.parse(
    await pulumiOutput("stack", "output", "--json", "--stack", stack),
  ) as Outputs;
  process.stdout.write(summary(stack, outputs, new Date()));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`error: ${describeError(error)}\n`);
  process.exitCode = 1;
});
