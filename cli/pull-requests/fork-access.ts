import { readConfiguration } from "../../core/settings/configuration";
import type { Layer } from "../../core/settings/layers";
import type { Project } from "../terminal/context";

/**
 * Closes a fork's environment to the public unless the base branch sets `access`. Otherwise a stranger's pages would be served
 * below the team's own domain.
 *
 * @param own - the stack's own settings
 */
export function withForkAccess({ folder, name }: Project, stack: string, own: Layer): Layer {
  const base = readConfiguration({ projectFolder: folder, project: name, stack, own: {} }).merged;
  const { access: _, ...others } = own;
  return base.access === undefined ? { ...others, access: [] } : others;
}
