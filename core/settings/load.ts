import type { PolicySettings } from "../reaping-policy";
import { check } from "./check";
import { type Configuration, type ConfiguredStack, readConfiguration } from "./configuration";
import { type Origins, originsOf } from "./origins";
import { type OwnSettings, ownSettingsIn, revisionOf } from "./revision";
import type { Settings } from "./schema";
import type { StackName } from "./stack-name";

/** The environment of a stack, and its configuration. */
export interface LoadedSettings {
  readonly name: StackName;
  readonly settings: Settings;
  readonly origins: Origins;
  /** The settings of the stack itself, without the encrypted ones. */
  readonly stack: OwnSettings;
}

/**
 * Reads the settings of a stack: defaults, under the project's config in Pulumi.yaml, under `Pulumi.<profile>.yaml`,
 * under the stack's own config. Writes nothing, and needs no running Pulumi.
 *
 * @throws {ConfigError} with every fault, when the stack does not end in a known profile or a setting is wrong
 */
export function loadSettings(stack: ConfiguredStack): LoadedSettings {
  const configuration = readConfiguration(stack);
  const settings = check(configuration);
  return {
    name: configuration.name,
    settings,
    origins: originsOf(settings, configuration),
    stack: stackSettings(stack, configuration),
  };
}

function stackSettings(
  { config = {} }: ConfiguredStack,
  { layers, secrets }: Configuration,
): OwnSettings {
  const shown = Object.entries(layers.stack).filter(([name]) => !secrets.has(name));
  const own = Object.fromEntries(shown);
  return { own, revision: ownSettingsIn(config)?.revision ?? revisionOf(own) };
}

/** The settings that limit an environment's lifetime. */
export function policySettings(settings: Settings): PolicySettings {
  const { ttl, maxTtl, idleAfter, onIdle, destroyAfterIdle, protect } = settings;
  const { warnAhead, workingHours } = settings;
  return { ttl, maxTtl, idleAfter, onIdle, destroyAfterIdle, protect, warnAhead, workingHours };
}
