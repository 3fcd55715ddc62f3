import { ConfigError, type ConfigFault } from "./config-error";
import { isSameValue, type Layer, type Layers, mergeLayers, type Value } from "./layers";
import { holdsSecret, profileNames, readProfile, readProject, readStack } from "./project-files";
import { parseStackName, type StackName } from "./stack-name";

/** A stack, and what Pulumi knows of it. */
export interface ConfiguredStack {
  /** Folder of Pulumi.yaml. */
  readonly projectFolder: string;
  readonly project: string;
  readonly stack: string;
  /**
   * The stack's config as the engine and `pulumi config --json --show-secrets` have it: full keys; objects and lists
   * as JSON, everything else as text.
   *
   * @default - what the stack's own file says, which must hold no secret then
   */
  readonly config?: Readonly<Record<string, string>>;
}

/** What a stack is configured by, as it was written: not checked yet, and without defaults. */
export interface Configuration {
  readonly name: StackName;
  /** All layers in one. */
  readonly merged: Layer;
  /** The same apart: they tell where a value was written. */
  readonly layers: Layers;
  /** Names of the settings that the stack keeps encrypted: their values are not to be shown. */
  readonly secrets: ReadonlySet<string>;
}

/** A value as it may be shown: Pulumi's own output, too, has `[secret]` for what is encrypted. */
export function shown(
  value: Value,
  path: readonly PropertyKey[],
  { secrets }: Configuration,
): Value {
  return secrets.has(String(path[0])) ? "[secret]" : value;
}

/**
 * Reads the project's config in Pulumi.yaml, under `Pulumi.<profile>.yaml`, under the stack's own config.
 *
 * @throws {ConfigError} when the stack is of no profile, or a file cannot be used
 */
export function readConfiguration(configured: ConfiguredStack): Configuration {
  const { projectFolder, project, stack, config } = configured;
  const name = parseStackName(stack, profileNames(projectFolder));
  const projectLayer = readProject(projectFolder, project);
  const file = readStack(projectFolder, project, stack);
  const layers = {
    project: projectLayer,
    profile: readProfile(projectFolder, project, name.profile),
    stack:
      config === undefined
        ? fromFile(file, configured)
        : fromEngine(config, project, file, projectLayer),
  };
  const secrets = Object.keys(file).filter((key) => holdsSecret(file[key] ?? null));
  return {
    name,
    merged: mergeLayers(mergeLayers(layers.project, layers.profile), layers.stack),
    layers,
    secrets: new Set(secrets),
  };
}

/** What the stack's file sets, read as the engine would. */
function fromFile(file: Layer, { project, stack }: ConfiguredStack): Layer {
  const faults = Object.entries(file).flatMap(([key, value]): ConfigFault[] =>
    holdsSecret(value)
      ? [
          {
            message: `Pulumi.${stack}.yaml holds a secret in ${project}:${key}, which only pulumi can read`,
            fix: `pulumi config set ${key} <value> --stack ${stack}   # in plain text`,
          },
        ]
      : [],
  );
  if (faults.length > 0) {
    throw new ConfigError(`the file of stack "${stack}" cannot be read`, faults);
  }
  return Object.fromEntries(
    Object.entries(file).map(([key, value]) => [
      key,
      typeof value === "object" ? value : decode(String(value)),
    ]),
  );
}

/**
 * What the stack itself sets. The engine hands over the stack's config with the project's values already filled in,
 * and does not say which is which: a value that equals the project's counts as the project's, unless the stack's
 * file has it.
 */
function fromEngine(
  config: Readonly<Record<string, string>>,
  project: string,
  file: Layer,
  projectLayer: Layer,
): Layer {
  const prefix = `${project}:`;
  const layer: Record<string, Value> = {};
  for (const [key, text] of Object.entries(config)) {
    if (!key.startsWith(prefix)) {
      continue;
    }
    const name = key.slice(prefix.length);
    const value = decode(text);
    const inherited = projectLayer[name];
    if (name in file || inherited === undefined || !isSameValue(value, inherited)) {
      layer[name] = value;
    }
  }
  return layer;
}

/** Objects and lists are handed over as JSON; a text that only begins like one is a text. */
function decode(text: string): Value {
  if (!/^[[{]/.test(text)) {
    return text;
  }
  try {
    return JSON.parse(text) as Value;
  } catch {
    return text;
  }
}
