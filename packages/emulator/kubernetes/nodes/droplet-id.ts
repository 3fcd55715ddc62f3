import type { Node } from "../api/objects";
import { PROVIDER_PREFIX } from "./node-object";

/** Id of the droplet that a node is, or undefined for a node that is none. */
export function dropletIdOf(node: Node): number | undefined {
  const { providerID } = node.spec;
  return providerID?.startsWith(PROVIDER_PREFIX)
    ? Number(providerID.slice(PROVIDER_PREFIX.length))
    : undefined;
}
