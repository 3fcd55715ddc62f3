import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { parseAllDocuments } from "yaml";
import { UserError } from "../../core/errors";
import type { EntryService } from "../../core/manifests/entry";
import type { KubernetesObject } from "../../core/manifests/manifest";
import { overlayArgs } from "../../core/overlay/environment-overlay";
import { generateOverlay } from "../../core/overlay/generate";
import type { Settings, StackName } from "../../core/settings";

/**
 * What builds a kustomization: the first of them that is on PATH. Without options each restricts files to the
 * kustomization's own folders and runs no Helm, as the renderer of the program does.
 */
const RENDERERS = [
  ["kubectl", "kustomize"],
  ["kustomize", "build"],
] as const;

/** Room for the manifests of a large tree. */
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

const run = promisify(execFile);

export interface RenderArgs {
  /** Folder of Pulumi.yaml. */
  readonly projectFolder: string;
  readonly name: StackName;
  readonly settings: Settings;
  /** Its PATH is where kubectl is looked for. */
  readonly env: NodeJS.ProcessEnv;
}

/** What an environment's workloads are, as they would be applied. */
export interface Rendered {
  /** YAML documents as kustomize prints them. */
  readonly manifests: string;
  readonly images: readonly string[];
  readonly entries: readonly EntryService[];
  readonly objects: readonly KubernetesObject[];
}

/**
 * Generates an environment's overlay as the program does, and renders it: without Pulumi, an account and a cluster.
 *
 * @throws {UserError} when neither kubectl nor kustomize is there, or the overlay does not build
 */
export async function render({
  projectFolder,
  name,
  settings,
  env,
}: RenderArgs): Promise<Rendered> {
  let manifests = "";
  const { images, entries, objects } = await generateOverlay(
    overlayArgs(projectFolder, name, settings),
    async (folder) => {
      // In the end it is what was rendered last: the generated overlay.
      manifests = await kustomize(folder, env);
      return parseAllDocuments(manifests).map((document) => document.toJS() as KubernetesObject);
    },
  );
  return { manifests, images, entries, objects };
}

/** @throws an Error with kustomize's own words when the folder does not build */
async function kustomize(folder: string, env: NodeJS.ProcessEnv): Promise<string> {
  for (const [command, subcommand] of RENDERERS) {
    try {
      const options = { env, maxBuffer: MAX_OUTPUT_BYTES };
      return (await run(command, [subcommand, folder], options)).stdout;
    } catch (error) {
      const { code, stderr, message } = error as Error & { code?: unknown; stderr?: string };
      if (code !== "ENOENT") {
        throw new Error(stderr?.trim().replace(/^error: /i, "") || message, { cause: error });
      }
    }
  }
  throw new UserError(
    "neither kubectl nor kustomize, which render the manifests, is on PATH",
    "install kubectl (https://kubernetes.io/docs/tasks/tools/) and put it on PATH; `doks-env doctor` looks again",
  );
}
