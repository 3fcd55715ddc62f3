import { ConfigError, type ConfigFault } from "./config-error";
import {
  isSameValue,
  type Layer,
  type Layers,
  mergeLayers,
  type Value,
  withoutUnset,
} from "./layers";
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

export interface ConfiguredStack {
  /** The folder of Pulumi.yaml. */
  readonly projectFolder: string;
  readonly project: string;
  readonly stack: string;
  /**
   * The stack's config in the form of the engine and of `pulumi config --json --show-secrets`: full keys; objects and
   * lists as JSON, everything else as text.
   *
   * @default - `own`
   */
  readonly config?: Readonly<Record<string, string>>;
  /** Full keys of the values that the engine has decrypted. @default - none */
  readonly secretKeys?: readonly string[];
  /** The settings of the stack itself. @default - read from its own file, which then must not hold a secret */
  readonly own?: Layer;
}

/** A stack's config as written, without checks and defaults. */
export interface Configuration {
  readonly name: StackName;
  /** All layers in one, without the values that a layer unsets. */
  readonly merged: Layer;
  /** Each layer by itself, to find where a value was written. */
  readonly layers: Layers;
  /** Names of the settings that the stack keeps encrypted. Their values must not be shown. */
  readonly secrets: ReadonlySet<string>;
}

/** A value that may be printed. Like Pulumi's own output, it has `[secret]` in place of an encrypted value. */
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
    merged: withoutUnset(mergeLayers(mergeLayers(layers.project, layers.profile), layers.stack)),
    layers,
    secrets: new Set(secrets),
  };
}

/**
 * Returns the settings in a stack's file, decoded as the engine decodes them.
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
 * Returns the stack's own values. The engine mixes the project's values into the stack's config without marking them.
 * `doks-env` passes the names of the stack's own settings; plain `pulumi` uses the stack's file. A value in neither
 * belongs to the stack if it differs from the project's: it comes from a file named with `--config-file`.
 */
function fromEngine(
  config: Readonly<Record<string, string>>,
  { projectFolder, project, stack }: ConfiguredStack,
  projectLayer: Layer,
): Layer {
  const names = ownSettingsIn(config)?.names;
  const file = names === undefined ? readStack(projectFolder, project, stack) : {};
  const isOwn = (name: string, value: Value): boolean => {
    const below = projectLayer[name];
    const differs = below === undefined || !isSameValue(value, below);
    return names?.includes(name) ?? (name in file || differs);
  };
  return Object.fromEntries(
    Object.entries(config)
      .map(([key, text]) => [ownName(project, key), decode(text)] as const)
      .filter(
        (entry): entry is [string, Value] => entry[0] !== undefined && isOwn(entry[0], entry[1]),
      ),
  );
}

/** The engine passes objects and lists as JSON, and null as an empty text. A text that only starts like JSON stays a text. */
function decode(text: string): Value {
  if (text === "") {
    return null;
  }
  if (!/^[[{]/.test(text)) {
    return text;
  }
  try {
    return JSON.parse(text) as Value;
  } catch {
    return text;
  }
}
