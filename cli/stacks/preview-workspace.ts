import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Context } from "../terminal/context";
import type { Engine } from "./engine";
import type { StackRecord } from "./record";
import { openWorkspace, type Workspace } from "./workspace";

/**
 * Does something with a stack that does not exist yet, as if it did: in a backend that is thrown away, so that a
 * preview leaves nothing behind.
 *
 * @param host - the stack whose outputs the program reads. @default - it reads none
 */
export async function withPassingStack<T>(
  { project, env }: Context,
  stack: string,
  work: (workspace: Workspace) => Promise<T>,
  host?: StackRecord,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "doks-env-preview-"));
  // Pulumi keeps a salt there for a stack that is to last.
  const restore = [stack, ...(host ? [host.stack] : [])].map((name) =>
    restorer(join(project.folder, `Pulumi.${name}.yaml`)),
  );
  try {
    const workspace = openWorkspace({
      project,
      env: {
        ...env,
        PULUMI_BACKEND_URL: pathToFileURL(folder).href,
        // What is encrypted with it is thrown away, too.
        PULUMI_CONFIG_PASSPHRASE: env.PULUMI_CONFIG_PASSPHRASE ?? "",
      },
    });
    await workspace.engine.output("stack", "init", stack, "--no-select");
    if (host !== undefined) {
      await copyOutputs(workspace.engine, project.name, host, folder);
    }
    return await work(workspace);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    for (const put of restore) {
      put();
    }
  }
}

/** Makes a stack that has another's outputs, and nothing else. */
async function copyOutputs(
  engine: Engine,
  project: string,
  { stack, outputs }: StackRecord,
  folder: string,
): Promise<void> {
  const type = "pulumi:pulumi:Stack";
  const urn = `urn:pulumi:${stack}::${project}::${type}::${project}-${stack}`;
  const resources = [{ urn, type, custom: false, outputs }];
  const file = join(folder, "host.json");
  writeFileSync(file, JSON.stringify({ version: 3, deployment: { resources } }));
  await engine.output("stack", "init", stack, "--no-select");
  await engine.output("stack", "import", "--stack", stack, "--file", file);
}

/** @returns what puts a file back as it is now, or away */
function restorer(file: string): () => void {
  const before = existsSync(file) ? readFileSync(file) : undefined;
  return () => (before === undefined ? rmSync(file, { force: true }) : writeFileSync(file, before));
}
