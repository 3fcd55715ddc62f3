import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { ConfigError, type ConfigFault } from "./config-error";
import { isObject, type Layer, type Value } from "./layers";

/** A profile's file. A stack's file is `Pulumi.<owner>-<profile>.yaml`: it has a dash. */
const PROFILE_FILE = /^Pulumi\.([^.-]+)\.yaml$/;

/** Names of the profiles beside Pulumi.yaml, sorted. */
export function profileNames(projectFolder: string): string[] {
  return readdirSync(projectFolder)
    .flatMap((file) => PROFILE_FILE.exec(file)?.[1] ?? [])
    .sort();
}

/**
 * Reads the project's own settings from `Pulumi.<profile>.yaml`.
 *
 * @throws {ConfigError} for a secret, which only the stack that encrypted it can read, and for a key of another
 *   namespace, which the program cannot pass to the engine
 */
export function readProfile(projectFolder: string, project: string, profile: string): Layer {
  const file = `Pulumi.${profile}.yaml`;
  const layer: Record<string, Value> = {};
  const faults: ConfigFault[] = [];
  for (const [key, value] of Object.entries(readConfig(join(projectFolder, file)))) {
    const name = ownName(project, key);
    if (name === undefined) {
      faults.push({
        message: `${file} sets ${key}, but a profile may only set keys of ${project}:`,
        fix: `pulumi config set ${key} <value> --stack <stack>   # and remove it from ${file}`,
      });
    } else if (holdsSecret(value)) {
      faults.push({
        message: `${file} holds a secret in ${key}, which no other stack can read`,
        fix: `pulumi config set --secret ${key} <value> --stack <stack>   # and remove it from ${file}`,
      });
    } else {
      layer[name] = value;
    }
  }
  if (faults.length > 0) {
    throw new ConfigError(`profile ${profile} cannot be used`, faults);
  }
  return layer;
}

/** Reads the project's own settings from Pulumi.yaml: their `default` or `value`, or a plain value. */
export function readProject(projectFolder: string, project: string): Layer {
  const layer: Record<string, Value> = {};
  for (const [key, declaration] of Object.entries(readConfig(join(projectFolder, "Pulumi.yaml")))) {
    const name = ownName(project, key);
    const value = isObject(declaration) ? (declaration.value ?? declaration.default) : declaration;
    if (name !== undefined && value !== undefined) {
      layer[name] = value;
    }
  }
  return layer;
}

/** Reads the project's settings from a stack's own file; empty when the stack has no file. */
export function readStack(projectFolder: string, project: string, stack: string): Layer {
  const path = join(projectFolder, `Pulumi.${stack}.yaml`);
  const layer: Record<string, Value> = {};
  for (const [key, value] of Object.entries(existsSync(path) ? readConfig(path) : {})) {
    const name = ownName(project, key);
    if (name !== undefined) {
      layer[name] = value;
    }
  }
  return layer;
}

/** A cache by text: stacks share the project's and profiles' files, and parsing costs a hundred times a lookup. */
const parsed = new Map<string, Layer>();

/** The `config:` block of one of Pulumi's files. */
function readConfig(path: string): Layer {
  const text = readFileSync(path, "utf8");
  const known = parsed.get(text);
  if (known) {
    return known;
  }
  const document = parse(text) as Value;
  const config = isObject(document) ? document.config : undefined;
  const layer = isObject(config) ? config : {};
  parsed.set(text, layer);
  return layer;
}

/** `region` for `ephemeral-doks:region` and for `region`; undefined for a key of another namespace. */
export function ownName(project: string, key: string): string | undefined {
  const colon = key.indexOf(":");
  if (colon < 0) {
    return key;
  }
  return key.slice(0, colon) === project ? key.slice(colon + 1) : undefined;
}

/** Pulumi writes a secret as `{secure: <ciphertext>}`, at any depth. */
export function holdsSecret(value: Value): boolean {
  if (Array.isArray(value)) {
    return (value as readonly Value[]).some(holdsSecret);
  }
  return isObject(value) && ("secure" in value || Object.values(value).some(holdsSecret));
}
