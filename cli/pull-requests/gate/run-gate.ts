import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeError, UserError } from "../../../core/errors";
import { secretsIn } from "../../../core/known-secrets";
import { isMeant, kustomizeImages } from "../../../core/manifests/image-overrides";
import { parseImageReference } from "../../../core/manifests/image-reference";
import type { Settings } from "../../../core/settings";
import type { GateTest } from "../../../core/settings/schema";
import { kubeconfigOf } from "../../cluster/cluster-access";
import { kubeconfigText } from "../../cluster/kubeconfig";
import { writeTokenKubeconfig } from "../../cluster/token-kubeconfig";
import type { EnvironmentStatus } from "../../stacks/environment-status";
import { isCi } from "../../stacks/lock-notes";
import type { StackRecord } from "../../stacks/record";
import { inTemporaryFolder } from "../../stacks/temporary-folder";
import type { Context } from "../../terminal/context";
import { harmless } from "../../terminal/harmless-variables";
import type { Progress } from "../../terminal/progress";
import { Kubectl } from "./kubectl";
import { OtherUser } from "./other-user";
import { runCommand, wordsOf } from "./run-command";
import { runImage } from "./run-image";
import { testJob } from "./test-job";
import { TestOutput } from "./test-output";
import { hasPassed, type TestResult, type TestVerdict } from "./test-result";
import { reachedInCluster, testVariables } from "./test-variables";

export interface GateArgs {
  readonly record: StackRecord;
  readonly environment: EnvironmentStatus;
  readonly settings: Settings;
  readonly progress: Progress;
}

/**
 * Runs the tests of an environment's settings one after the other. A failed test does not stop the others; only Ctrl-C does.
 */
export async function runGate(context: Context, args: GateArgs): Promise<TestResult[]> {
  const results: TestResult[] = [];
  for (const test of args.settings.tests) {
    const startedAt = context.now().getTime();
    const verdict = await verdictOn(context, test, args);
    const elapsed = context.now().getTime() - startedAt;
    const { outcome, reason } = verdict;
    const detail = reason === undefined ? outcome : `${outcome}: ${reason}`;
    args.progress[hasPassed(verdict) ? "done" : "failed"](test.name, elapsed, detail);
    results.push({ name: test.name, seconds: elapsed / 1000, ...verdict });
  }
  return results;
}

async function verdictOn(context: Context, test: GateTest, args: GateArgs): Promise<TestVerdict> {
  if (context.signal.aborted) {
    return { outcome: "not run", reason: "interrupted", output: [] };
  }
  try {
    return await (test.command === undefined
      ? inEnvironment(context, test, args)
      : here(context, test, test.command, args));
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    return { outcome: "not run", reason: describeError(error), output: [] };
  }
}

/**
 * Runs a test as a process of this machine in the project's folder. In a CI job it runs as another user, because the
 * processes around it hold secrets of other owners.
 */
async function here(
  context: Context,
  test: GateTest,
  command: NonNullable<GateTest["command"]>,
  { record, environment, progress }: GateArgs,
): Promise<TestVerdict> {
  const user = isCi(context.env) ? await OtherUser.open(context.env) : undefined;
  const cwd = context.project.folder;
  await user?.requireReadOnly(cwd);
  const folder = mkdtempSync(join(tmpdir(), "doks-env-test-"));
  try {
    const kubeconfig = join(folder, "kubeconfig.yaml");
    const token = await writeTokenKubeconfig(context, record, kubeconfig);
    const env = {
      ...harmless(context.env),
      ...(user === undefined ? {} : { HOME: folder, TMPDIR: folder }),
      ...testVariables(test, environment),
      KUBECONFIG: kubeconfig,
    };
    const words = wordsOf(command);
    const started = user?.starting(words, env, folder) ?? words;
    await user?.give(folder);
    return await runCommand({
      words: started,
      timeout: test.timeout,
      cwd,
      env,
      ...(user === undefined ? {} : { family: user.family }),
      output: outputOf(test, progress, [...secretsIn(context.env), token]),
      signal: context.signal,
    });
  } finally {
    if (user === undefined) {
      rmSync(folder, { recursive: true, force: true });
    } else {
      await user.remove(folder);
    }
  }
}

/** Runs a test as a Job in the environment's namespace. */
async function inEnvironment(
  context: Context,
  test: GateTest,
  { record, environment, settings, progress }: GateArgs,
): Promise<TestVerdict> {
  const { kubeconfig, namespace } = await kubeconfigOf(context, record);
  const job = testJob({
    test,
    image: overridden(test.image ?? "", settings),
    env: testVariables(test, reachedInCluster(environment, record)),
    podSecurity: settings.podSecurity,
  });
  return inTemporaryFolder("test", (folder) => {
    const file = join(folder, "kubeconfig.yaml");
    writeFileSync(file, kubeconfigText(kubeconfig), { mode: 0o600 });
    return runImage({
      job,
      timeout: test.timeout,
      kubectl: new Kubectl(file, namespace, context.env),
      output: outputOf(test, progress, secretsIn(context.env)),
      signal: context.signal,
    });
  });
}

/** Applies the image overrides to a test's image, too, so that a pull request's tag reaches it. */
export function overridden(
  image: string,
  { images, imageTag, pins }: Pick<Settings, "images" | "imageTag" | "pins">,
): string {
  const reference = parseImageReference(image);
  const { name, tag, digest: own } = reference;
  const about = Object.entries(images).filter(([key]) => isMeant(key, reference));
  const [change] = kustomizeImages([image], Object.fromEntries(about), imageTag, pins);
  if (change === undefined) {
    return image;
  }
  const { newName = name, newTag, digest = newTag === undefined ? own : undefined } = change;
  return `${newName}${digest === undefined ? `:${newTag ?? tag ?? "latest"}` : `@${digest}`}`;
}

function outputOf({ name }: GateTest, progress: Progress, secrets: readonly string[]) {
  return new TestOutput((line) => progress.note(`  ${name} | ${line}`), secrets);
}
