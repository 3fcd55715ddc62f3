import { type LoadedSettings, loadSettings } from "../../core/settings";
import { ConfigError } from "../../core/settings/config-error";
import { configPath } from "../../core/settings/config-path";
import { readConfiguration } from "../../core/settings/configuration";
import {
  isObject,
  type Layer,
  mergeLayers,
  originOf,
  unsetIn,
  type Value,
  valueAt,
} from "../../core/settings/layers";
import { profileNames } from "../../core/settings/project-files";
import { parseStackName, usableStackName } from "../../core/settings/stack-name";
import type { Project } from "../terminal/context";
import { UsageError } from "../terminal/errors";
import { requireStackName } from "./stacks";

/**
 * Loads the settings of a stack.
 *
 * @param own - what the stack itself sets. @default - what its file in this checkout says
 * @throws {ConfigError} that names every fault
 * @throws {UsageError} when its name does not end in a known profile
 */
export function settingsOf(project: Project, stack: string, own?: Layer): LoadedSettings {
  requireProfile(project, stack);
  const configured = { projectFolder: project.folder, project: project.name, stack };
  return loadSettings({ ...configured, ...(own === undefined ? {} : { own }) });
}

/**
 * The settings of a stack itself after changes from the command line, whose faults are reported in its words.
 *
 * @throws {ConfigError} for what was wrong before
 * @throws {UsageError} for what the changes make wrong
 */
export function withChanges(project: Project, stack: string, own: Layer, changes: Layer): Layer {
  const changed = applyChanges(own, changes);
  try {
    requireEffect(changes, settingsOf(project, stack, changed));
    requireSet(project, stack, own, changes);
    return changed;
  } catch (error) {
    if (!(error instanceof ConfigError)) {
      throw error;
    }
    settingsOf(project, stack, own);
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

/** A key of a map that nothing sets is most likely misspelt: to unset it would do nothing, in silence. */
function requireSet({ folder, name }: Project, stack: string, own: Layer, changes: Layer): void {
  const { layers, merged } = readConfiguration({
    projectFolder: folder,
    project: name,
    stack,
    own,
  });
  for (const path of unsetIn(changes)) {
    if (path.length > 1 && originOf(layers, path) === "default") {
      const map = path.slice(0, -1);
      const keys = Object.keys((valueAt(merged, map) ?? {}) as Layer);
      throw new UsageError(
        `${configPath(path)} is not set, so it cannot be unset; ${configPath(map)} has ${keys.join(", ") || "nothing"}`,
        "nothing was changed; say it again with what is set",
      );
    }
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
      `"${stack}" does not end in a known profile: ${why}`,
      `use a name such as ${usableStackName(stack, profileNames(folder))}`,
      { cause: error },
    );
  }
}

/** Objects are merged, but what is said of one image replaces what was said before: a digest would win over a new tag. */
function applyChanges(own: Layer, changes: Layer): Layer {
  const { images, pins, ...rest } = changes;
  const merged: Record<string, Value> = { ...mergeLayers(own, rest) };
  if (images !== undefined) {
    merged.images = isObject(images) ? { ...(own.images as Layer | undefined), ...images } : images;
  }
  if (pins !== undefined) {
    merged.pins = pins;
  }
  return merged;
}
