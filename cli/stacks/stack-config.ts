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
 * @param own - the stack's own settings. @default - its file in this checkout
 * @throws {ConfigError} that lists every fault
 * @throws {UsageError} when its name does not end in a known profile
 */
export function settingsOf(project: Project, stack: string, own?: Layer): LoadedSettings {
  requireProfile(project, stack);
  const configured = { projectFolder: project.folder, project: project.name, stack };
  return loadSettings({ ...configured, ...(own === undefined ? {} : { own }) });
}

/**
 * Applies changes from the command line to a stack's own settings.
 *
 * @throws {ConfigError} for faults that existed before
 * @throws {UsageError} for faults that the changes cause
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
      "nothing was changed; correct the option and run the command again",
      { cause: error },
    );
  }
}

/** Refuses to unset a key of a map that no layer sets: it is most likely misspelt. */
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
        "nothing was changed; use a key that is set",
      );
    }
  }
}

/** Refuses a tag from the command line that a digest in the profile would silently override. */
function requireEffect({ images }: Layer, { settings }: LoadedSettings): void {
  for (const [name, said] of Object.entries(isObject(images) ? images : {})) {
    const isTag = isObject(said) && said.tag !== undefined && said.digest === undefined;
    if (isTag && settings.images[name]?.digest !== undefined) {
      throw new UsageError(
        `the profile (or Pulumi.yaml) sets a digest for ${name}, which takes precedence over the tag ${JSON.stringify(said.tag)}`,
        `--image ${name}=sha256:<digest>, or remove the digest from that file`,
      );
    }
  }
}

/** Checks the profile here, because the program's error would advise renaming a stack that may not exist. */
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

/** Merges objects, but replaces the whole entry of an image: an old digest would override a new tag. */
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
