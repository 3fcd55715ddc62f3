import { backendUrl } from "../stacks/backend-url";
import { Engine } from "../stacks/engine";
import { openBucket } from "../stacks/read-stacks";
import { listStackFiles } from "../stacks/stack-files";
import type { Project } from "../terminal/context";

/**
 * Names of a project's stacks, from what the backend lists: no stack is read.
 *
 * @throws {Error} when the backend cannot be read
 */
export async function stackNames(
  project: Project,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<string[]> {
  const bucket = await openBucket(backendUrl(env, project.folder));
  if (bucket !== undefined) {
    return (await listStackFiles(bucket, project.name)).map(({ stack }) => stack).sort();
  }
  const engine = new Engine(project.folder, env);
  const { stdout } = await engine.run(["stack", "ls", "--json"], { signal });
  return (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name).sort();
}
