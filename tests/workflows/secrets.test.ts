/** Which steps of the workflows get which secrets: what is in one list here is in each place that needs it, and nowhere else. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

const WORKFLOWS = join(__dirname, "../../.github/workflows");
const DOCS = join(__dirname, "../../docs");
/** What reads and writes environments: the account, and each of the backends with its encryption. */
const SECRETS = [
  ...["DIGITALOCEAN_TOKEN", "PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE"],
  ...["PULUMI_ACCESS_TOKEN", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
];
/** By the first words of what a step runs. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  "bin/doks-env ci up": [...SECRETS, "GITHUB_TOKEN"],
  "bin/doks-env ci test": [...SECRETS, "GITHUB_TOKEN"],
  "bin/doks-env ci down": [...SECRETS, "GITHUB_TOKEN"],
  // It needs nothing but the run's own notes and GitHub.
  "mkdir -p report && bin/doks-env ci report": ["GITHUB_TOKEN"],
  "bin/doks-env reap": [...SECRETS, "GITHUB_TOKEN", "DOKS_ENV_WEBHOOK_URL"],
};

interface Step {
  readonly run?: string;
  readonly uses?: string;
  readonly env?: Readonly<Record<string, unknown>>;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Workflow {
  readonly on: { readonly workflow_call?: { readonly secrets: Readonly<Record<string, object>> } };
  readonly env?: object;
  readonly permissions?: object;
  readonly jobs: Readonly<
    Record<
      string,
      { readonly env?: object; readonly permissions?: object; readonly steps: readonly Step[] }
    >
  >;
}

const files = readdirSync(WORKFLOWS).filter((name) => name.endsWith(".yml"));
const textOf = (file: string) => readFileSync(join(WORKFLOWS, file), "utf8");
const workflowOf = (file: string) => parse(textOf(file)) as Workflow;
const steps = files.flatMap((file) =>
  Object.values(workflowOf(file).jobs).flatMap((job) => job.steps.map((step) => ({ file, step }))),
);
const isSecret = (value: unknown) => /secrets\.|github\.token/.test(String(value));

test.each(steps)(
  "a step of $file gets the secrets that it needs, and no other: $step.run$step.uses",
  ({ step }) => {
    const [, needed = []] =
      Object.entries(NEEDS).find(([words]) => step.run?.startsWith(words)) ?? [];
    const given = Object.entries(step.env ?? {}).filter(([, value]) => isSecret(value));
    expect(given.map(([name]) => name).sort()).toEqual([...needed].sort());
    for (const [name, value] of given) {
      const source = name === "GITHUB_TOKEN" ? "github.token" : `secrets.${name}`;
      expect(value).toBe(`\${{ ${source} }}`);
    }
    // An action has no business with them; and what a script's text holds, the runner puts into it unquoted.
    expect(isSecret(JSON.stringify(step.with ?? {}))).toBe(false);
    expect(step.run ?? "").not.toContain("${{");
  },
);

test("every command that needs secrets is in a workflow", () => {
  const commands = Object.keys(NEEDS).filter((words) =>
    steps.some(({ step }) => step.run?.startsWith(words)),
  );
  expect(commands).toEqual(Object.keys(NEEDS));
});

test.each(files)(
  "%s gives nothing to a whole job, and permissions to each job by itself",
  (file) => {
    const { env, permissions, jobs } = workflowOf(file);
    expect([env, permissions]).toEqual([undefined, {}]);
    for (const job of Object.values(jobs)) {
      expect(job.env).toBeUndefined();
      expect(Object.keys(job.permissions ?? {})).not.toEqual([]);
      for (const step of job.steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"))) {
        expect(step.with?.["persist-credentials"]).toBe(false);
      }
    }
  },
);

test("a workflow that calls for an environment hands on the same", () => {
  const { secrets = {} } = workflowOf("environment.yml").on.workflow_call ?? {};
  expect(Object.keys(secrets).sort()).toEqual([...SECRETS].sort());
});

test("the program is the base branch as it is now, and never what the pull request has", () => {
  const text = textOf("environment.yml");
  const refs = [...text.matchAll(/^ +ref: \$\{\{ (.*) \}\}$/gm)].map(([, ref]) => ref);
  expect(refs).toEqual(["github.event.pull_request.base.ref"]);
  expect(text).not.toMatch(/pull_request\.head|base\.sha/);
});

test("the documentation names every secret and every variable of a workflow", () => {
  const docs = ["ci.md", "reaping.md", "backends.md"].map((name) =>
    readFileSync(join(DOCS, name), "utf8"),
  );
  const named = files.flatMap((file) =>
    [...textOf(file).matchAll(/(?:secrets|vars)\.(\w+)/g)].map(([, name = ""]) => name),
  );
  expect([...new Set(named)].filter((name) => !docs.some((text) => text.includes(name)))).toEqual(
    [],
  );
});
