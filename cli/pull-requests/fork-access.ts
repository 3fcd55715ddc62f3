import { readConfiguration } from "../../core/settings/configuration";
import type { Layer } from "../../core/settings/layers";
import type { Project } from "../terminal/context";

/**
 * Lets nobody outside reach a fork's environment, unless the base branch says whom to let in: a stranger's pages would else
 * answer below the team's own domain.
 *
 * @param own - what the stack itself sets
 */
export function withForkAccess({ folder, name }: Project, stack: string, own: Layer): Layer {
  const base = readConfiguration({ projectFolder: folder, project: name, stack, own: {} }).merged;
  const { access: _, ...others } = own;
  return base.access === undefined ? { ...others, access: [] } : others;
}
