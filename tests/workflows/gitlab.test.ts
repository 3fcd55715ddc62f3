/** The file for GitLab in docs/ci.md: no GitLab runs it, but its words are GitLab's, and its shell lines call what there is. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parse } from "yaml";
import { COMMANDS } from "../../cli/commands";

const DOCUMENT = readFileSync(join(__dirname, "../../docs/ci.md"), "utf8");
const SHA = "a".repeat(40);
/** What GitLab predefines in a pipeline of merge request 7. @see https://docs.gitlab.com/ci/variables/predefined_variables/ */
const PREDEFINED = { CI_MERGE_REQUEST_IID: "7", CI_COMMIT_SHA: SHA };
/** Keywords of a job, and of those that hold others. @see https://docs.gitlab.com/ci/yaml/ */
const KEYWORDS = {
  job: [
    ...[
      "after_script",
      "artifacts",
      "before_script",
      "environment",
      "extends",
      "image",
      "interruptible",
    ],
    ...["resource_group", "rules", "script", "variables", "when"],
  ],
  environment: ["action", "name", "on_stop"],
  artifacts: ["paths", "reports", "when"],
};

interface GitLabJob extends Readonly<Record<string, unknown>> {
  readonly extends?: string;
  readonly before_script?: readonly string[];
  readonly script?: readonly string[];
  readonly after_script?: readonly string[];
  readonly rules?: readonly object[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly artifacts?: Readonly<Record<string, unknown>>;
}

const [, text = ""] = /```yaml\n(\.doks-env:[^`]*)```/.exec(DOCUMENT) ?? [];
const jobs = parse(text) as Readonly<Record<string, GitLabJob>>;

/** A job as GitLab has it run: what it extends comes first, and lists are replaced. */
function jobOf(name: string): GitLabJob {
  const job = jobs[name] ?? {};
  return job.extends === undefined ? job : { ...jobs[job.extends], ...job };
}

/** Calls of npm and doks-env that a job's scripts make, each as its words. */
function callsOf(name: string): string[][] {
  const folder = mkdtempSync(join(tmpdir(), "gitlab-"));
  try {
    const { variables = {}, before_script = [], script = [], after_script = [] } = jobOf(name);
    mkdirSync(join(folder, "bin"));
    mkdirSync(join(folder, "report"));
    mkdirSync(join(folder, ".git"));
    for (const program of ["npm", "doks-env"]) {
      const file = join(folder, "bin", program);
      writeFileSync(file, `#!/bin/sh\nprintf '%s\\n' ${program} "$@" '' >> "$CALLS"\n`);
      chmodSync(file, 0o755);
    }
    const env = {
      PATH: `${join(folder, "bin")}${delimiter}${process.env.PATH ?? ""}`,
      ...PREDEFINED,
    };
    // GitLab puts variables in variables before a shell sees them.
    const own = Object.entries(variables).map(([key, value]): [string, string] => [
      key,
      value.replaceAll(/\$(\w+)/g, (_, variable: keyof typeof PREDEFINED) => PREDEFINED[variable]),
    ]);
    for (const lines of [[...before_script, ...script], after_script]) {
      const { status, stderr } = spawnSync("sh", ["-e", "-c", lines.join("\n")], {
        cwd: folder,
        env: { ...env, ...Object.fromEntries(own), CALLS: join(folder, "calls") },
        encoding: "utf8",
      });
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    }
    const calls = readFileSync(join(folder, "calls"), "utf8").trim().split("\n\n");
    return calls.map((call) => call.split("\n"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.each(Object.keys(jobs))("job %s has GitLab's keywords only", (name) => {
  const { environment = {}, artifacts = {}, ...job } = jobs[name] ?? {};
  expect(KEYWORDS.job).toEqual(expect.arrayContaining(Object.keys(job)));
  expect(KEYWORDS.environment).toEqual(expect.arrayContaining(Object.keys(environment)));
  expect(KEYWORDS.artifacts).toEqual(expect.arrayContaining(Object.keys(artifacts)));
});

test("its environment has a stop job of the same name that runs for the same merge requests automatically", () => {
  const { environment, rules, resource_group } = jobOf("environment");
  const [when] = rules ?? [];
  expect(jobOf(environment?.on_stop ?? "")).toMatchObject({
    environment: { name: environment?.name, action: "stop" },
    rules: [{ ...when, when: "manual", allow_failure: true }],
    resource_group,
  });
});

test("its lines call doks-env by words that it knows", () => {
  const which = ["--pull-request", "7", "--commit", SHA];
  const install = ["npm", "ci", "--no-progress"];
  expect(callsOf("environment")).toEqual([
    install,
    ["doks-env", "ci", "up", ...which],
    ["doks-env", "ci", "test", ...which, "--junit", "report/junit.xml"],
    ["doks-env", "ci", "report", ...which],
  ]);
  expect(callsOf("take-down")).toEqual([install, ["doks-env", "ci", "down", ...which]]);
  for (const [, ...words] of [...callsOf("environment"), ...callsOf("take-down")]) {
    const command = COMMANDS.find(({ name }) => name === words.slice(0, 2).join(" "));
    const known = command?.options.map(({ flags }) => flags.split(" ")[0]) ?? words;
    expect(known).toEqual(expect.arrayContaining(words.filter((word) => word.startsWith("--"))));
  }
});
