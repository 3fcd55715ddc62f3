import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse, stringify } from "yaml";
import { writeAtomically } from "./generated-file";

interface Kubeconfig {
  users: { user: { exec: { args: string[] } } }[];
}

/**
 * Writes a kubeconfig for kubectl, which runs in any folder: the script that asks for a credential is named by its
 * absolute path, where the kubeconfig in the stack's state, the same on all machines, names it within the project.
 *
 * @param folder - relative to the project
 * @returns the file, relative to the project
 */
export function writeKubeconfig(folder: string, kubeconfig: string): string {
  const project = pulumi.getRootDirectory();
  const config = parse(kubeconfig) as Kubeconfig;
  for (const { user } of config.users) {
    user.exec.args = user.exec.args.map((arg, index) =>
      index === 0 ? resolve(project, arg) : arg,
    );
  }
  const file = join(folder, "kubeconfig.yaml");
  mkdirSync(join(project, folder), { recursive: true });
  writeAtomically(join(project, file), stringify(config));
  return file;
}
