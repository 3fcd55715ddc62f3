import { existsSync, mkdirSync, realpathSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { stringify } from "yaml";
import { namingStack } from "../config-command";
import { UserError } from "../errors";
import { type Entry, type EntryService, type EntryWish, entryServicesOf } from "../manifests/entry";
import {
  type ImageOverride,
  type KustomizeImage,
  kustomizeImages,
  type Pins,
} from "../manifests/image-overrides";
import { imagesOf, type KubernetesObject } from "../manifests/manifest";
import { requireTree, type TreePlace } from "../rules/check-tree";
import { writeAtomically } from "./generated-file";
import {
  entryOf,
  type Part,
  type Patch,
  partPatches,
  roleConversions,
  throughEntrance,
} from "./shared-patches";

/** Names that kustomize looks for, in its order. @see https://kubectl.docs.kubernetes.io/references/kustomize/glossary/#kustomization */
const KUSTOMIZATION_FILES = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/** What an overlay has to be on a cluster that others live on, too. */
export interface SharedOverlay {
  /** Makes Roles of the tree's ClusterRoles, which could not stay. */
  readonly convertClusterRoles: boolean;
  /** Requests come through the cluster's entrance: the entry needs no load balancer of its own. */
  readonly throughEntrance: boolean;
  /** What the settings say of the entry. */
  readonly entry: EntryWish;
  /** The services to deploy, and the namespace whose Services stand in for the rest. @default - all are deployed */
  readonly part?: Part;
}

export interface OverlayArgs {
  /** Folder of the project: what relative paths start from. */
  readonly projectFolder: string;
  /** Name of the stack that the environment is: for the commands that mend a fault. */
  readonly stack: string;
  /** Folder with the kustomization that the environment is to run; absolute or relative to the project. */
  readonly overlay: string;
  /** Folder for the generated overlay, relative to the project. */
  readonly target: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** By service or by full image name. */
  readonly images: Readonly<Record<string, ImageOverride>>;
  /** For all images but Docker Hub's official ones. @default - as the overlay says */
  readonly imageTag?: string;
  /** Digests for images that have none otherwise. */
  readonly pins: Pins;
  /** What the tree may have. */
  readonly bounds: Omit<TreePlace, "namespace" | "baseline">;
  /** @default - the cluster is the environment's own */
  readonly shared?: SharedOverlay;
}

/** An overlay made for one environment on top of the one that was chosen, and what it renders to. */
export interface GeneratedOverlay {
  /** Its folder, relative to the project. */
  readonly directory: string;
  readonly images: readonly string[];
  readonly entries: readonly EntryService[];
  /** The Service that is reached through a shared cluster's entrance. @default - none is */
  readonly entry?: Entry;
  /** As they are applied. */
  readonly objects: readonly KubernetesObject[];
}

/**
 * Generates the overlay of one environment: the chosen one with the environment's namespace, labels and images, and
 * without its own Namespace objects, since the namespace belongs to the stack. Touches no file but its own, and that
 * only if it would differ.
 *
 * @param render - builds a folder with kustomize: the chosen overlay first, the generated one last
 * @throws {UserError} when the chosen overlay does not exist or does not build, or an image override does not fit
 */
export async function generateOverlay(
  args: OverlayArgs,
  render: (directory: string) => Promise<KubernetesObject[]>,
): Promise<GeneratedOverlay> {
  const overlay = findOverlay(args);
  const objects = await build(
    `overlay "${args.overlay}" does not build`,
    `mend the tree until \`kubectl kustomize ${args.overlay}\` prints it`,
    () => render(overlay),
  );
  const images = overrideImages(objects, args);

  const folder = resolve(args.projectFolder, args.target);
  mkdirSync(folder, { recursive: true });
  const from = relative(realpathSync(folder), realpathSync(overlay));
  if (/^(\.\.[/\\]?)*$/.test(from)) {
    throw new UserError(
      `overlay "${args.overlay}" contains ${args.target}, where the environment's own overlay is generated, and kustomize does not build a folder inside itself`,
      "move the tree into a folder of its own beside Pulumi.yaml, such as kustomize/",
    );
  }
  const { shared } = args;
  const entry =
    shared?.throughEntrance === true ? entryOf(objects, shared.entry, shared.part) : undefined;
  const patches = shared === undefined ? [] : sharedPatches(objects, shared, entry, args);
  writeAtomically(join(folder, "kustomization.yaml"), kustomization(from, images, patches, args));

  const generated = await build(
    `overlay "${args.overlay}" does not build in one namespace, with the environment's images`,
    `mend the tree until \`kubectl kustomize ${args.target}\` prints it: objects of one kind and name in several namespaces collide`,
    () => render(folder),
  );
  namingStackOf(args.stack, () =>
    requireTree(generated, {
      ...args.bounds,
      namespace: args.namespace,
      baseline: shared?.part?.baseline,
    }),
  );
  return {
    directory: args.target,
    images: imagesOf(generated),
    entries: entryServicesOf(generated),
    ...(entry === undefined ? {} : { entry }),
    objects: generated,
  };
}

function findOverlay({ projectFolder, stack, overlay }: OverlayArgs): string {
  const folder = resolve(projectFolder, overlay);
  if (!KUSTOMIZATION_FILES.some((file) => existsSync(join(folder, file)))) {
    const what = existsSync(folder) ? "holds no kustomization.yaml" : "does not exist";
    throw new UserError(
      `overlay "${overlay}" ${what} (looked in ${folder})`,
      namingStack(
        "pulumi config set overlay <folder with a kustomization.yaml>   # relative to Pulumi.yaml",
        stack,
      ),
    );
  }
  return folder;
}

/** Renders, and says with kustomize's own words why it cannot; what keeps kustomize from running is no fault of the tree. */
async function build(
  failure: string,
  fix: string,
  render: () => Promise<KubernetesObject[]>,
): Promise<KubernetesObject[]> {
  try {
    return await render();
  } catch (error) {
    if (error instanceof UserError) {
      throw error;
    }
    throw new UserError(
      `${failure}: ${error instanceof Error ? error.message : String(error)}`,
      fix,
      { cause: error },
    );
  }
}

function overrideImages(objects: readonly KubernetesObject[], args: OverlayArgs): KustomizeImage[] {
  return namingStackOf(args.stack, () =>
    kustomizeImages(imagesOf(objects), args.images, args.imageTag, args.pins),
  );
}

/** Does work whose faults tell how to mend them, in commands that name no stack yet. */
function namingStackOf<T>(stack: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof UserError) {
      throw new UserError(error.message, namingStack(error.fix, stack), { cause: error });
    }
    throw error;
  }
}

function sharedPatches(
  objects: readonly KubernetesObject[],
  { convertClusterRoles, part }: SharedOverlay,
  entry: Entry | undefined,
  { stack }: OverlayArgs,
): Patch[] {
  return namingStackOf(stack, () => [
    ...(convertClusterRoles ? roleConversions(objects) : []),
    ...(part === undefined ? [] : partPatches(objects, part)),
    ...(entry === undefined ? [] : [throughEntrance(objects, entry)]),
  ]);
}

function kustomization(
  from: string,
  images: readonly KustomizeImage[],
  patches: readonly Patch[],
  args: OverlayArgs,
): string {
  const content = stringify({
    apiVersion: "kustomize.config.k8s.io/v1beta1",
    kind: "Kustomization",
    resources: [from.split(sep).join("/")],
    namespace: args.namespace,
    labels: [{ pairs: args.labels, includeSelectors: false }],
    ...(images.length === 0 ? {} : { images }),
    patches: [
      { target: { kind: "Namespace", version: "v1" }, patch: DELETE_NAMESPACE },
      ...patches,
    ],
  });
  return `# Generated by every \`pulumi up\`, \`pulumi preview\` and \`doks-env render\`: changes made here are lost.\n${content}`;
}

/** The target says which objects; the name in the patch has to be there and is not looked at. */
const DELETE_NAMESPACE = stringify({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name: "any" },
  $patch: "delete",
});
