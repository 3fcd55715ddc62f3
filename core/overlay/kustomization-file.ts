import { existsSync, readFileSync } from "node:fs";
import { readYaml } from "../manifests/read-yaml";
import { isObject, type Layer, type Value } from "../settings/layers";

/** Names that kustomize looks for, in its order. @see https://kubectl.docs.kubernetes.io/references/kustomize/glossary/#kustomization */
export const KUSTOMIZATION_FILES = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/** @returns undefined for what is not there, or is not YAML */
export function readObjects(file: string): Layer[] | undefined {
  return existsSync(file) ? objectsIn(readFileSync(file, "utf8")) : undefined;
}

/** @returns undefined for what is not YAML */
export function objectsIn(text: string): Layer[] | undefined {
  try {
    return (readYaml(text) as Value[]).filter(isObject);
  } catch {
    // kustomize, which reads it next, tells why.
    return undefined;
  }
}
