import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import { parse } from "yaml";
import { type Finished, run } from "../../support/run";

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly env?: Readonly<Record<string, string | number>>;
}

interface Workflow {
  readonly jobs: {
    readonly environment: {
      readonly steps: readonly Step[];
    };
  };
}

/** What GitHub would put in the place of `${{ ... }}`. */
export type Expressions = Readonly<Record<string, string>>;

export interface RanStep extends Finished {
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
}

export interface Job {
  /** The checkout that it has run in. */
  readonly folder: string;
  readonly steps: readonly RanStep[];
  readonly succeeded: boolean;
  /** What is on the page of the job's summary. */
  readonly summary: string;
}

/**
 * Runs the `run:` steps of environment.yml as GitHub's runner does, in a checkout of the base branch that is there: nothing
 * stands in the place of a step but of those that use an action. `npm`, which would install the packages that a test's
 * checkout has already, only says that it was called.
 *
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell
 */
export async function runJob(
  checkout: string,
  base: NodeJS.ProcessEnv,
  event: { readonly name: string; readonly payload: object },
  expressions: Expressions,
): Promise<Job> {
  const text = readFileSync(join(checkout, ".github/workflows/environment.yml"), "utf8");
  const { environment: job } = (parse(text) as Workflow).jobs;
  const folder = mkdtempSync(join(checkout, "../runner-"));
  // As on a runner, others may pass through: a test's command is another user.
  for (const open of [checkout, folder, join(checkout, "..")]) {
    chmodSync(open, 0o755);
  }
  const summary = join(folder, "summary.md");
  writeFileSync(join(folder, "event.json"), JSON.stringify(event.payload));
  // A secret is only where a step asks for it.
  const secrets = Object.keys(expressions).flatMap(
    (name) => /^secrets\.(.*)/.exec(name)?.[1] ?? [],
  );
  const without = new Set([...secrets, "GITHUB_TOKEN", "DIGITALOCEAN_ACCESS_TOKEN"]);
  const env: NodeJS.ProcessEnv = {
    ...Object.fromEntries(Object.entries(base).filter(([name]) => !without.has(name))),
    CI: "true",
    GITHUB_ACTIONS: "true",
    PATH: [standIns(folder, base.PATH ?? ""), base.PATH].join(delimiter),
    GITHUB_EVENT_NAME: event.name,
    GITHUB_EVENT_PATH: join(folder, "event.json"),
    GITHUB_STEP_SUMMARY: summary,
  };
  const steps: RanStep[] = [];
  let succeeded = true;
  for (const { name = "", run: script, if: condition = "success()", env: own = {} } of job.steps) {
    if (
      script === undefined ||
      !(condition === "always()" || (condition === "success()" && succeeded))
    ) {
      continue;
    }
    const startedAt = Date.now();
    const finished = await run("bash", ["-e", "-c", script], {
      cwd: checkout,
      env: { ...env, ...evaluated(own, expressions) },
    });
    steps.push({ name, startedAt, endedAt: Date.now(), ...finished });
    succeeded &&= finished.exitCode === 0;
  }
  return {
    folder: checkout,
    steps,
    succeeded,
    summary: existsSync(summary) ? readFileSync(summary, "utf8") : "",
  };
}

/** Each expression has to be known: a new one in the workflow is to be thought of here. */
function evaluated(
  values: Readonly<Record<string, string | number>>,
  expressions: Expressions,
): Record<string, string> {
  const replaced = Object.entries(values).map(([name, value]) => [
    name,
    String(value).replaceAll(/\$\{\{ (.*?) \}\}/g, (_, expression: string) => {
      const known = expressions[expression];
      if (known === undefined) {
        throw new Error(`the test does not know what "${expression}" is`);
      }
      return known;
    }),
  ]);
  return Object.fromEntries(replaced) as Record<string, string>;
}

/** And kubectl where every user may run it: this machine may keep it in somebody's home. */
function standIns(folder: string, path: string): string {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  const kubectl = path.split(delimiter).find((one) => existsSync(join(one, "kubectl")));
  copyFileSync(join(kubectl ?? "", "kubectl"), join(bin, "kubectl"));
  writeFileSync(join(bin, "npm"), '#!/bin/sh\necho "npm $*"\n');
  chmodSync(join(bin, "npm"), 0o755);
  return bin;
}
