import { parseImageReference, serviceOf } from "../../core/manifests/image-reference";
import type { LikelyFix } from "./diagnosis";

export type FixFor = (stack: string) => LikelyFix;

/** Other settings, each as `key=value`, by the names of docs/settings.md. */
export function settings(text: string, ...assignments: readonly string[]): FixFor {
  return (stack) => ({
    text,
    command: `doks-env up ${stack} ${assignments.map((one) => `--set ${one}`).join(" ")}`,
  });
}

export function otherImage(text: string, reference: string): FixFor {
  const service = serviceOf(parseImageReference(reference));
  return (stack) => ({ text, command: `doks-env up ${stack} --image ${service}=<image>` });
}

/** A change of the manifests, or of the program in a container. */
export function change(text: string): FixFor {
  return (stack) => ({ text, command: `doks-env up ${stack}` });
}

/** Something that no command of ours does. */
export function advice(text: string): FixFor {
  return () => ({ text });
}

/** The Secret or ConfigMap that a message of the kubelet misses. */
export function missingObject(message: string): FixFor | undefined {
  const missing = /\b(secret|configmap) "([^"]*)" not found/i.exec(message);
  if (!missing) {
    return undefined;
  }
  const kind = missing[1]?.toLowerCase() === "secret" ? "Secret" : "ConfigMap";
  return change(`put ${kind} "${missing[2] ?? ""}" into the overlay, or correct its name there`);
}
