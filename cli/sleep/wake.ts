import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../core/errors";
import type { Pins } from "../../core/manifests/image-overrides";
import { readConfiguration } from "../../core/settings/configuration";
import { isSameValue, type Layer } from "../../core/settings/layers";
import { holdsSecret, readStack } from "../../core/settings/project-files";
import {
  type BringUpOptions,
  type BringUpTools,
  type BroughtUp,
  bringUp,
} from "../environments/bring-up";
import type { Engine } from "../stacks/engine";
import { environmentOf } from "../stacks/environments";
import { lastConfigReader } from "../stacks/last-config";
import type { StackRecord } from "../stacks/record";
import { pinsIn, withoutSleepingPins } from "../stacks/sleeping-pins";
import { dropSleepingPins, restoreConfig, writeConfig } from "../stacks/stack-config";
import { requireStack, sourceOf } from "../stacks/stacks";
import type { Context, Project } from "../terminal/context";

export type WakeOptions = Pick<BringUpOptions, "wait" | "breakLock" | "byClock" | "consent">;

/**
 * Wakes an environment: with the settings of its last update and the digests that its sleep has kept, from whatever
 * checkout. What this checkout says of its settings is left as it is, for the next `up`. Can be run again after whatever
 * has ended it.
 *
 * @throws {UserError} when it does not sleep; else as {@link bringUp}
 */
export async function wake(
  context: Context,
  stack: string,
  tools: BringUpTools,
  options: WakeOptions,
): Promise<BroughtUp> {
  const record = await requireStack(context, stack);
  if (record.tags.asleep === undefined) {
    const { state } = environmentOf(record, context.now());
    throw new UserError(`"${stack}" does not sleep: it is ${state}`, `doks-env up ${stack}`);
  }
  const { engine } = tools.workspace;
  return withLastConfig(context, record, engine, async (last) => {
    const own = withoutSleepingPins((last.pins ?? {}) as Pins, record.tags);
    const pins = { ...own, ...pinsIn(record.tags) };
    const order = { ...options, command: "wake", changes: { pins }, pin: false } as const;
    return bringUp(context, stack, tools, order);
  });
}

/** Does something with the settings of a stack's last update in the place of this checkout's own. */
async function withLastConfig<T>(
  context: Context,
  record: StackRecord,
  engine: Engine,
  work: (last: Layer) => Promise<T>,
): Promise<T> {
  const { project } = context;
  const { stack, tags } = record;
  const file = join(project.folder, `Pulumi.${stack}.yaml`);
  const before = existsSync(file) ? readFileSync(file) : undefined;
  try {
    rmSync(file, { force: true });
    await restoreConfig(project, record, engine);
    const last = await lastSettings(context, stack);
    // `protect` and `unprotect` need no update.
    const wanted: Layer = { ...last, ...(tags.protected && { protect: tags.protected }) };
    await replaceConfig(project, stack, wanted, engine);
    return await work(wanted);
  } finally {
    if (before !== undefined) {
      writeFileSync(file, before);
    }
    if (existsSync(file)) {
      await dropSleepingPins(project, record, engine);
    }
  }
}

/** Makes a stack's own config say these settings, and no others but what only pulumi can read. */
async function replaceConfig(
  project: Project,
  stack: string,
  wanted: Layer,
  engine: Engine,
): Promise<void> {
  const here = readStack(project.folder, project.name, stack);
  const others = Object.keys(here).filter(
    (name) => !(name in wanted) && !holdsSecret(here[name] ?? null),
  );
  if (others.length > 0) {
    const keys = others.map((name) => `${project.name}:${name}`);
    await engine.output("config", "rm-all", "--stack", stack, ...keys);
  }
  const changed = Object.entries(wanted).filter(
    ([name, value]) => name !== "pins" && !isSameValue(value, here[name] ?? null),
  );
  await writeConfig(project, stack, Object.fromEntries(changed), engine);
}

/** What a destroy was run with may be another checkout's: only an update tells. */
async function lastSettings(context: Context, stack: string): Promise<Layer> {
  const { project } = context;
  const config = await (await lastConfigReader(sourceOf(context)))(stack);
  if (config === undefined) {
    return readStack(project.folder, project.name, stack);
  }
  const configured = { projectFolder: project.folder, project: project.name, stack, config };
  return readConfiguration(configured).layers.stack;
}
