import { check } from "./check";
import { type ConfiguredStack, readConfiguration } from "./configuration";
import { type Origins, originsOf } from "./origins";
import type { Settings } from "./schema";
import type { StackName } from "./stack-name";

/** The environment that a stack is, and what it is configured by. */
export interface LoadedSettings {
  readonly name: StackName;
  readonly settings: Settings;
  readonly origins: Origins;
}

/**
 * Reads the settings of a stack: defaults, under the project's config in Pulumi.yaml, under `Pulumi.<profile>.yaml`,
 * under the stack's own config. Writes nothing, and needs no running Pulumi.
 *
 * @throws {ConfigError} that names every fault, when the stack is of no profile or a setting is wrong
 */
export function loadSettings(stack: ConfiguredStack): LoadedSettings {
  const configuration = readConfiguration(stack);
  const settings = check(configuration);
  return { name: configuration.name, settings, origins: originsOf(settings, configuration) };
}
