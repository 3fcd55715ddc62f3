import { checkProject } from "./check";
import { readProject } from "./project-files";
import type { ProjectSettings } from "./schema";

/**
 * Reads what Pulumi.yaml says of all environments together.
 *
 * @param projectFolder - of Pulumi.yaml
 * @throws {ConfigError} that names every fault
 */
export function loadProjectSettings(projectFolder: string, project: string): ProjectSettings {
  return checkProject(readProject(projectFolder, project));
}
