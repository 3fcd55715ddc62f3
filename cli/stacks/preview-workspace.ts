import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Context } from "../terminal/context";
import type { StackRecord } from "./record";
import { inTemporaryFolder } from "./temporary-folder";
import { openWorkspace, type Workspace } from "./workspace";

/**
 * Does something with a stack that does not exist yet, as if it did: in a backend that is thrown away, so that a
 * preview leaves nothing behind.
 *
 * @param host - the stack whose outputs the program reads. @default - it reads none
 */
export async function withTemporaryStack<T>(
  { project, env }: Context,
  stack: string,
  work: (workspace: Workspace) => Promise<T>,
  host?: StackRecord,
): Promise<T> {
  return inTemporaryFolder("preview", async (folder) => {
    const workspace = openWorkspace({
      project,
      env: {
        ...env,
        PULUMI_BACKEND_URL: pathToFileURL(folder).href,
        // The data that it encrypts is thrown away too.
        PULUMI_CONFIG_PASSPHRASE: env.PULUMI_CONFIG_PASSPHRASE ?? "",
      },
    });
    await workspace.createStack(stack);
    if (host !== undefined) {
      await copyOutputs(workspace, project.name, host, folder);
    }
    return work(workspace);
  });
}

/** Makes a stack that has another's outputs, and nothing else. */
async function copyOutputs(
  { engine, createStack }: Workspace,
  project: string,
  { stack, outputs }: StackRecord,
  folder: string,
): Promise<void> {
  const type = "pulumi:pulumi:Stack";
  const urn = `urn:pulumi:${stack}::${project}::${type}::${project}-${stack}`;
  const resources = [{ urn, type, custom: false, outputs }];
  const file = join(folder, "host.json");
  writeFileSync(file, JSON.stringify({ version: 3, deployment: { resources } }));
  await createStack(stack);
  await engine.output("stack", "import", "--stack", stack, "--file", file);
}
