import type { Node } from "../api/objects";
import { PROVIDER_PREFIX } from "./node-object";

/** Returns the id of a node's Droplet, or undefined for a node without one. */
export function dropletIdOf(node: Node): number | undefined {
  const { providerID } = node.spec;
  return providerID?.startsWith(PROVIDER_PREFIX)
    ? Number(providerID.slice(PROVIDER_PREFIX.length))
    : undefined;
}
