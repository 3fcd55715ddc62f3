import * as pulumi from "@pulumi/pulumi";
import { check } from "./check";
import { type Layer, mergeLayers, type Value } from "./layers";
import { namesSetByStack, profileNames, readProfile, readProject } from "./project-files";
import type { Settings } from "./schema";
import { parseStackName, type StackName } from "./stack-name";

/** The environment that a stack is, and what it is configured by. */
export interface LoadedSettings {
  readonly name: StackName;
  readonly settings: Settings;
}

/** What Pulumi knows of the stack that it runs. */
export interface RunningStack {
  /** Folder of Pulumi.yaml. */
  readonly projectFolder: string;
  readonly project: string;
  readonly stack: string;
  /** The stack's config as the engine hands it over: full keys, values as text. */
  readonly config: Readonly<Record<string, string>>;
}

/**
 * Reads the settings of a stack: defaults, under the project's config in Pulumi.yaml, under `Pulumi.<profile>.yaml`,
 * under the stack's own config. Writes nothing.
 *
 * @param running - @default - the stack that Pulumi runs this program for
 * @throws {ConfigError} that names every fault, when the stack is of no profile or a setting is wrong
 */
export function loadSettings(running: RunningStack = thisStack()): LoadedSettings {
  const { projectFolder, project, stack } = running;
  const name = parseStackName(stack, profileNames(projectFolder));
  const projectLayer = readProject(projectFolder, project);
  const layers = {
    project: projectLayer,
    profile: readProfile(projectFolder, project, name.profile),
    stack: ownLayer(running, projectLayer),
  };
  const merged = mergeLayers(mergeLayers(layers.project, layers.profile), layers.stack);
  return { name, settings: check(merged, layers, name) };
}

function thisStack(): RunningStack {
  return {
    projectFolder: pulumi.getRootDirectory(),
    project: pulumi.getProject(),
    stack: pulumi.getStack(),
    config: pulumi.runtime.allConfig(),
  };
}

/**
 * What the stack itself sets. The engine hands over the stack's config with the project's values already filled in,
 * and does not say which is which: a value that equals the project's counts as the project's, unless the stack's
 * file has it.
 */
function ownLayer(
  { projectFolder, project, stack, config }: RunningStack,
  projectLayer: Layer,
): Layer {
  const inFile = new Set(namesSetByStack(projectFolder, project, stack));
  const prefix = `${project}:`;
  const layer: Record<string, Value> = {};
  for (const [key, text] of Object.entries(config)) {
    if (!key.startsWith(prefix)) {
      continue;
    }
    const name = key.slice(prefix.length);
    const value = decode(text);
    const inherited = projectLayer[name];
    if (inFile.has(name) || inherited === undefined || !sameValue(value, inherited)) {
      layer[name] = value;
    }
  }
  return layer;
}

/** The engine hands objects and lists over as JSON, everything else as text. */
function decode(text: string): Value {
  return /^[[{]/.test(text) ? (JSON.parse(text) as Value) : text;
}

/** `2` as YAML reads it and "2" as the engine hands it over are the same. */
function sameValue(value: Value, inherited: Value): boolean {
  return typeof inherited === "object"
    ? JSON.stringify(value) === JSON.stringify(inherited)
    : value === String(inherited);
}
