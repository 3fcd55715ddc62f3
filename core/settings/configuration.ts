import { ConfigError, type ConfigFault } from "./config-error";
import { isSameValue, type Layer, type Layers, mergeLayers, type Value } from "./layers";
import {
  holdsSecret,
  ownName,
  profileNames,
  readProfile,
  readProject,
  readStack,
} from "./project-files";
import { ownSettingsIn } from "./revision";
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
   * @default - `own`
   */
  readonly config?: Readonly<Record<string, string>>;
  /** Full keys of what the engine has decrypted in it. @default - none */
  readonly secretKeys?: readonly string[];
  /** The settings of the stack itself. @default - what its own file says, which must hold no secret then */
  readonly own?: Layer;
}

/** A stack's config as it was written: not checked yet, and without defaults. */
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
 * @throws {ConfigError} when the stack does not end in a known profile, or a file cannot be used
 */
export function readConfiguration(configured: ConfiguredStack): Configuration {
  const { projectFolder, project, stack, config, secretKeys = [], own } = configured;
  const name = parseStackName(stack, profileNames(projectFolder));
  const projectLayer = readProject(projectFolder, project);
  const layers = {
    project: projectLayer,
    profile: readProfile(projectFolder, project, name.profile),
    stack:
      config === undefined
        ? (own ?? ownSettings(configured))
        : fromEngine(config, configured, projectLayer),
  };
  const secrets = secretKeys.flatMap((key) => ownName(project, key) ?? []);
  return {
    name,
    merged: mergeLayers(mergeLayers(layers.project, layers.profile), layers.stack),
    layers,
    secrets: new Set(secrets),
  };
}

/**
 * The settings in a stack's file, read as the engine would read them.
 *
 * @throws {ConfigError} for a secret
 */
export function ownSettings({
  projectFolder,
  project,
  stack,
}: Pick<ConfiguredStack, "projectFolder" | "project" | "stack">): Layer {
  const file = readStack(projectFolder, project, stack);
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
 * The stack's own values. The engine hands over the stack's config with the project's values filled in, and does not
 * tell which is which. `doks-env` tells it; plain `pulumi` has the stack's file. A value that neither has is the stack's if it
 * differs from the project's: it is from a file that was named with `--config-file`.
 */
function fromEngine(
  config: Readonly<Record<string, string>>,
  { projectFolder, project, stack }: ConfiguredStack,
  projectLayer: Layer,
): Layer {
  const names = ownSettingsIn(config)?.names;
  const file = names === undefined ? readStack(projectFolder, project, stack) : {};
  const isOwn = (name: string, value: Value): boolean =>
    names?.includes(name) ?? (name in file || !isSameValue(value, projectLayer[name] ?? null));
  return Object.fromEntries(
    Object.entries(config)
      .map(([key, text]) => [ownName(project, key), decode(text)] as const)
      .filter(
        (entry): entry is [string, Value] => entry[0] !== undefined && isOwn(entry[0], entry[1]),
      ),
  );
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
