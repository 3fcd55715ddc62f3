import { parseImageReference, serviceOf } from "../../core/manifests/image-reference";
import type { LikelyFix } from "./diagnosis";

/** A fix whose command names the stack; a tenant's nodes are those of a shared cluster. */
export type FixFor = (stack: string, isTenant?: boolean) => LikelyFix;

/** Other settings, each as `key=value` with the names of docs/settings.md. */
export function settings(text: string, ...assignments: readonly string[]): FixFor {
  return (stack) => ({
    text,
    command: `doks-env up ${stack} ${assignments.map((one) => `--set ${one}`).join(" ")}`,
  });
}

/**
 * Other nodes, or fewer requests. A tenant cannot change the nodes.
 *
 * @param less - the change in the overlay
 */
export function takeNodes(
  wish: "more nodes" | "larger nodes",
  less: string,
  assignment: string,
): FixFor {
  return (stack, isTenant) => {
    const own = `${less} in the overlay`;
    return isTenant
      ? change(`${own}, or ask the shared cluster's administrator for ${wish}`)(stack, isTenant)
      : settings(`use ${wish}, or ${own}`, assignment)(stack, isTenant);
  };
}

export function otherImage(text: string, reference: string): FixFor {
  const service = serviceOf(parseImageReference(reference));
  return (stack) => ({ text, command: `doks-env up ${stack} --image ${service}=<image>` });
}

/** A change of the manifests, or of the program in a container. */
export function change(text: string): FixFor {
  return (stack) => ({ text, command: `doks-env up ${stack}` });
}

/** A fix that `doks-env` has no command for. */
export function advice(text: string): FixFor {
  return () => ({ text });
}

/** The missing Secret or ConfigMap of a kubelet's message. */
export function missingObject(message: string): FixFor | undefined {
  const missing = /\b(secret|configmap) "([^"]*)" not found/i.exec(message);
  if (!missing) {
    return undefined;
  }
  const kind = missing[1]?.toLowerCase() === "secret" ? "Secret" : "ConfigMap";
  return change(`add ${kind} "${missing[2] ?? ""}" to the overlay, or correct its name there`);
}
