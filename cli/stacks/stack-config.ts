import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Pins } from "../../core/manifests/image-overrides";
import type { LoadedSettings } from "../../core/settings";
import { check } from "../../core/settings/check";
import { ConfigError } from "../../core/settings/config-error";
import { type Configuration, readConfiguration } from "../../core/settings/configuration";
import {
  isObject,
  isSameValue,
  type Layer,
  mergeLayers,
  type Value,
} from "../../core/settings/layers";
import { originsOf } from "../../core/settings/origins";
import { profileNames, readProject, readStack } from "../../core/settings/project-files";
import { parseStackName, usableStackName } from "../../core/settings/stack-name";
import type { Project } from "../terminal/context";
import { UsageError } from "../terminal/errors";
import { type Engine, EngineError } from "./engine";
import type { StackRecord } from "./record";
import { withoutSleepingPins } from "./sleeping-pins";
import { requireStackName } from "./stacks";

/**
 * Loads a stack's settings as they are, or as they would be with changes.
 *
 * @throws {ConfigError} that names every fault
 * @throws {UsageError} when its name is of no profile
 */
export function settingsOf(project: Project, stack: string, changes: Layer = {}): LoadedSettings {
  const configuration = configurationOf(project, stack, changes);
  const settings = check(configuration);
  return { name: configuration.name, settings, origins: originsOf(settings, configuration) };
}

/**
 * The same for changes from the command line, whose faults are told in its words.
 *
 * @throws {ConfigError} for what was wrong before
 * @throws {UsageError} for what the changes make wrong
 */
export function settingsWith(project: Project, stack: string, changes: Layer): LoadedSettings {
  try {
    const loaded = settingsOf(project, stack, changes);
    requireEffect(changes, loaded);
    return loaded;
  } catch (error) {
    if (!(error instanceof ConfigError)) {
      throw error;
    }
    settingsOf(project, stack);
    const faults = error.faults.map(({ message }) =>
      message.replace(` (in Pulumi.${stack}.yaml)`, ""),
    );
    throw new UsageError(
      faults.join("; "),
      "nothing was changed; say it again with what is allowed",
      { cause: error },
    );
  }
}

/** A digest wins over a tag: one in a file below the stack's would silently do so over the tag that was just said. */
function requireEffect({ images }: Layer, { settings }: LoadedSettings): void {
  for (const [name, said] of Object.entries(isObject(images) ? images : {})) {
    const isTag = isObject(said) && said.tag !== undefined && said.digest === undefined;
    if (isTag && settings.images[name]?.digest !== undefined) {
      throw new UsageError(
        `the profile (or Pulumi.yaml) gives ${name} a digest, which wins over the tag ${JSON.stringify(said.tag)}`,
        `--image ${name}=sha256:<digest>, or take the digest out of that file`,
      );
    }
  }
}

function configurationOf(project: Project, stack: string, changes: Layer): Configuration {
  requireProfile(project, stack);
  const written = readConfiguration({
    projectFolder: project.folder,
    project: project.name,
    stack,
  });
  const layers = { ...written.layers, stack: applyChanges(written.layers.stack, changes) };
  const merged = mergeLayers(mergeLayers(layers.project, layers.profile), layers.stack);
  return { ...written, layers, merged };
}

/** The program would advise to rename a stack, which here need not exist. */
function requireProfile({ folder }: Project, stack: string): void {
  requireStackName(folder, stack);
  try {
    parseStackName(stack, profileNames(folder));
  } catch (error) {
    if (!(error instanceof ConfigError)) {
      throw error;
    }
    const why = error.faults.map(({ message }) => message).join("; ");
    throw new UsageError(
      `"${stack}" is of no profile: ${why}`,
      `use a name such as ${usableStackName(stack, profileNames(folder))}`,
      { cause: error },
    );
  }
}

/**
 * Brings a stack's config to a checkout that does not have it: backends keep it only with the last update. Without the
 * digests that a wake has brought back: from the next `up` on, tags mean again what the registry says.
 */
export async function restoreConfig(
  project: Project,
  { stack, tags }: Pick<StackRecord, "stack" | "tags">,
  engine: Engine,
): Promise<void> {
  if (existsSync(join(project.folder, `Pulumi.${stack}.yaml`))) {
    // A wake that was killed here has left them.
    await dropSleepingPins(project, { stack, tags }, engine);
    return;
  }
  try {
    await engine.output("config", "refresh", "--stack", stack);
    await dropInherited(project, stack, engine);
    await dropSleepingPins(project, { stack, tags }, engine);
  } catch (error) {
    // Created, and never updated: there is none yet.
    if (!(error instanceof EngineError && /no previous deployment/.test(error.message))) {
      throw error;
    }
  }
}

/**
 * What backends keep has the project's values filled in, and in the stack's own file they would win over the profile. A
 * value that equals the project's counts as the project's, as the program takes it, too.
 */
async function dropInherited(
  { folder, name: project }: Project,
  stack: string,
  engine: Engine,
): Promise<void> {
  const inherited = readProject(folder, project);
  const names = Object.entries(readStack(folder, project, stack)).flatMap(([name, value]) =>
    name in inherited && isSameValue(value, inherited[name] ?? null) ? [name] : [],
  );
  if (names.length > 0) {
    await engine.output("config", "rm-all", "--stack", stack, ...names);
  }
}

/** Leaves those pins in a stack's own config that nobody but a sleep has made out of it. */
export async function dropSleepingPins(
  project: Project,
  { stack, tags }: Pick<StackRecord, "stack" | "tags">,
  engine: Engine,
): Promise<void> {
  const { pins } = readStack(project.folder, project.name, stack);
  if (!isObject(pins)) {
    return;
  }
  const own = withoutSleepingPins(pins as Pins, tags);
  if (Object.keys(own).length === 0) {
    await engine.output("config", "rm", `${project.name}:pins`, "--stack", stack);
  } else if (!isSameValue(pins, own)) {
    await writeConfig(project, stack, { pins: { ...own } }, engine);
  }
}

/** Writes changes to a stack's own config, all in one go. */
export async function writeConfig(
  project: Project,
  stack: string,
  changes: Layer,
  engine: Engine,
): Promise<void> {
  const names = Object.keys(changes);
  if (names.length === 0) {
    return;
  }
  const own = configurationOf(project, stack, changes).layers.stack;
  // As JSON and not by path: there Pulumi would take a tag such as 20261123 for a number.
  const values = names.map((name) => {
    const value = own[name] ?? null;
    return [
      `${project.name}:${name}`,
      {
        value: encode(value),
        secret: false,
        ...(isScalar(value) ? {} : { objectValue: value }),
      },
    ];
  });
  const json = JSON.stringify(Object.fromEntries(values));
  await engine.output("config", "set-all", "--stack", stack, "--json", json);
}

/** Objects are merged, but what is said of one image replaces what was said before: a digest would win over a new tag. */
function applyChanges(own: Layer, changes: Layer): Layer {
  const { images, pins, ...rest } = changes;
  const merged: Record<string, Value> = { ...mergeLayers(own, rest) };
  if (images !== undefined) {
    merged.images = { ...(own.images as Layer | undefined), ...(images as Layer) };
  }
  if (pins !== undefined) {
    merged.pins = pins;
  }
  return merged;
}

type Scalar = string | number | boolean | null;

function isScalar(value: Value): value is Scalar {
  return typeof value !== "object" || value === null;
}

function encode(value: Value): string {
  return isScalar(value) ? String(value) : JSON.stringify(value);
}
