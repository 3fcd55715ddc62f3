import { checkProject } from "./check";
import { readProject } from "./project-files";
import type { ProjectSettings } from "./schema";

/**
 * Reads the settings for all environments together from Pulumi.yaml.
 *
 * @param projectFolder - the folder of Pulumi.yaml
 * @throws {ConfigError} with every fault
 */
export function loadProjectSettings(projectFolder: string, project: string): ProjectSettings {
  return checkProject(readProject(projectFolder, project));
}
