import { existsSync, readFileSync } from "node:fs";
import { readYaml } from "../manifests/read-yaml";
import { isObject, type Layer, type Value } from "../settings/layers";

/** The names of a kustomization, in kustomize's order. @see https://kubectl.docs.kubernetes.io/references/kustomize/glossary/#kustomization */
export const KUSTOMIZATION_FILES = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/** @returns undefined for a missing file, or one that is not YAML */
export function readObjects(file: string): Layer[] | undefined {
  return existsSync(file) ? objectsIn(readFileSync(file, "utf8")) : undefined;
}

/** @returns undefined for a text that is not YAML */
export function objectsIn(text: string): Layer[] | undefined {
  try {
    return (readYaml(text) as Value[]).filter(isObject);
  } catch {
    // kustomize reads the file next and reports the fault.
    return undefined;
  }
}
