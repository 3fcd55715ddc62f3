import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { writeYaml } from "../manifests/write-yaml";
import { writeAtomically } from "./generated-file";

interface Kubeconfig {
  users: { user: { exec: { args: string[] } } }[];
}

/**
 * Writes a kubeconfig for kubectl in any folder: it names the credential script by absolute path. The kubeconfig in the
 * stack's state is the same on all machines, so it names the script relative to the project.
 *
 * @param projectFolder - the folder of Pulumi.yaml
 * @param folder - relative to the project
 * @returns the file, relative to the project
 */
export function writeKubeconfig(projectFolder: string, folder: string, kubeconfig: string): string {
  const config = parse(kubeconfig) as Kubeconfig;
  for (const { user } of config.users) {
    user.exec.args = user.exec.args.map((arg, index) =>
      index === 0 ? resolve(projectFolder, arg) : arg,
    );
  }
  const file = join(folder, "kubeconfig.yaml");
  mkdirSync(join(projectFolder, folder), { recursive: true });
  writeAtomically(join(projectFolder, file), writeYaml([config]));
  return file;
}
