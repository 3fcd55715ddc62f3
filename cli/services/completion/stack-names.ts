import { fileURLToPath } from "node:url";
import { Engine } from "../engine";
import type { Project } from "../project";
import { backendUrl } from "../state/backend-url";
import type { Bucket } from "../state/bucket";
import { openFolder } from "../state/file-bucket";
import { openS3 } from "../state/s3-bucket";
import { parseS3Url } from "../state/s3-url";
import { listStackFiles } from "../state/stack-files";

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
  const bucket = await openBucket(backendUrl(env, project.folder), env);
  if (bucket !== undefined) {
    return (await listStackFiles(bucket, project.name)).map(({ stack }) => stack).sort();
  }
  const engine = new Engine(project.folder, env);
  const args = ["stack", "ls", "--json"];
  const { stdout } = await engine.run(args, project.folder, {}, undefined, undefined, signal);
  return (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name).sort();
}

/** @returns undefined for a backend that only pulumi can read */
async function openBucket(url: string, env: NodeJS.ProcessEnv): Promise<Bucket | undefined> {
  if (url.startsWith("file://")) {
    return openFolder(fileURLToPath(url));
  }
  const location = url.startsWith("s3://") ? parseS3Url(url, env) : undefined;
  return location && openS3(location);
}
