import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve, sep } from "node:path";
import { namingStack } from "../config-command";
import { faultList, UserError } from "../errors";
import type { EntryWish } from "../manifests/entry";
import type { ImageOverride, Pins } from "../manifests/image-overrides";
import type { KubernetesObject } from "../manifests/manifest";
import type { TreePlace } from "../rules/check-tree";
import { Remotes } from "./fetch-remote";
import { loadChart } from "./helm-charts";
import type { HostWishes } from "./hosts";
import { KUSTOMIZATION_FILES } from "./kustomization-file";
import { type BuildOptions, kustomize, requireHelm } from "./kustomize";
import { withFilesFrom } from "./origin";
import type { Part } from "./shared-changes";
import { copyTree, originalOf, placeIn } from "./tree-copy";
import { type Survey, surveyTree } from "./tree-survey";

export interface SharedOverlay {
  /** Converts the tree's ClusterRoles, which a shared cluster refuses, into Roles. */
  readonly convertClusterRoles: boolean;
  /** Requests arrive through the cluster's entrance, so the entry needs no load balancer of its own. */
  readonly throughEntrance: boolean;
  readonly entry: EntryWish;
  /** The services to deploy, and the namespace that provides the rest. @default - all are deployed */
  readonly part?: Part;
}

export interface OverlayArgs {
  /** Folder of the project, to which relative paths refer. */
  readonly projectFolder: string;
  /** Name of the environment's stack, for the commands in fixes. */
  readonly stack: string;
  /** Folder of the kustomization to deploy; absolute or relative to the project. */
  readonly overlay: string;
  /** Folder for the rendering, relative to the project. */
  readonly target: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** By service or by full image name. */
  readonly images: Readonly<Record<string, ImageOverride>>;
  /** For all images except Docker Hub's official ones. @default - the overlay's tags */
  readonly imageTag?: string;
  /** Digests for images without one. */
  readonly pins: Pins;
  /** The programs and addresses that the tree may use while it is built. */
  readonly build: BuildOptions;
  readonly bounds: Omit<TreePlace, "namespace" | "baseline">;
  /** @default - the cluster is the environment's own */
  readonly shared?: SharedOverlay;
  /**
   * The entry whose TLS DigitalOcean ends, and the name of the certificate. @default - DigitalOcean does not end TLS
   */
  readonly https?: { readonly entry: EntryWish; readonly certificate: string };
  /** The environment's further names. @default - none */
  readonly hosts?: HostWishes;
  /** The allowed networks; an empty list allows none. @default - the overlay's own access rules */
  readonly access?: { readonly entry: EntryWish; readonly networks: readonly string[] };
}

/**
 * Builds an overlay once, below an overlay of the environment's own. That one sets the environment's namespace and
 * labels on all objects, and removes Namespace objects, because the namespace belongs to the stack.
 *
 * @param env - kustomize is looked up on its PATH
 * @returns the objects, each with its source file in kustomize's annotation
 * @throws {UserError} when the overlay does not exist or does not build
 */
export async function buildTree(
  args: OverlayArgs,
  env: NodeJS.ProcessEnv,
): Promise<KubernetesObject[]> {
  const overlay = realpathSync(findOverlay(args));
  const { projectFolder, target, build } = args;
  const remotes = new Remotes(resolve(projectFolder, target, "remotes"), build.remoteHosts, env);
  const survey = await surveyTree(overlay, projectFolder, build, remotes);
  requireAllowed(survey, args);
  // Outside the tree: kustomize refuses a base that contains the overlay.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "overlay-")));
  try {
    const copy = join(folder, "tree");
    await prepare(copy, survey, build, env);
    const root = survey.changed.has(overlay) ? placeIn(copy, overlay) : overlay;
    const from = relative(folder, root).split(sep).join("/");
    writeFileSync(join(folder, "kustomization.yaml"), environmentOverlay(from, args));
    const objects = await kustomize(folder, env, build);
    return withFilesFrom(
      objects,
      (file) => survey.nameOf(originalOf(copy, resolve(folder, file))),
      (object) => survey.patchesOf(object).map(survey.nameOf),
    );
  } catch (error) {
    throw error instanceof UserError ? error : buildFailure(error as Error, args);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Copies the folders that cannot be built in place, and loads their charts. */
async function prepare(
  copy: string,
  survey: Survey,
  { helm }: BuildOptions,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  if (survey.changed.size > 0) {
    copyTree(copy, survey);
  }
  for (const [folder, { charts }] of survey.changed) {
    for (const chart of helm ? charts : []) {
      await loadChart(requireHelm(env), chart, resolve(placeIn(copy, folder), chart.home), env);
    }
  }
}

function requireAllowed({ faults }: Survey, { overlay, stack }: OverlayArgs): void {
  const [first, ...more] = faults;
  if (first !== undefined) {
    const isOnly = more.length === 0;
    throw new UserError(
      namingStack(
        `overlay "${overlay}" cannot be built: ${isOnly ? first.message : faultList(faults)}`,
        stack,
      ),
      namingStack(
        isOnly ? first.fix : "allow these in the settings, or remove them from the tree",
        stack,
      ),
    );
  }
}

function findOverlay({ projectFolder, stack, overlay }: OverlayArgs): string {
  const folder = resolve(projectFolder, overlay);
  if (!KUSTOMIZATION_FILES.some((file) => existsSync(join(folder, file)))) {
    const why = existsSync(folder) ? "does not contain a kustomization.yaml" : "does not exist";
    throw new UserError(
      `overlay "${overlay}" ${why} (looked in ${folder})`,
      namingStack(
        "pulumi config set overlay <folder with a kustomization.yaml>   # relative to Pulumi.yaml",
        stack,
      ),
    );
  }
  return folder;
}

/** Written as JSON: kustomize parses its own files as YAML 1.1, in which an owner called `no` is false. */
function environmentOverlay(from: string, { namespace, labels }: OverlayArgs): string {
  return JSON.stringify({
    apiVersion: "kustomize.config.k8s.io/v1beta1",
    kind: "Kustomization",
    resources: [from],
    namespace,
    labels: [{ pairs: labels, includeSelectors: false }],
    patches: [{ target: { kind: "Namespace", version: "v1" }, patch: DELETE_NAMESPACE }],
    buildMetadata: ["originAnnotations"],
  });
}

/** The target selects the objects. The patch needs a name, which kustomize ignores. */
const DELETE_NAMESPACE = JSON.stringify({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name: "any" },
  $patch: "delete",
});

/** kustomize's error when objects from several namespaces collide. @see https://github.com/kubernetes-sigs/kustomize/blob/api/v0.20.1/api/internal/builtins/NamespaceTransformer.go */
const COLLISION = /namespace transformation produces ID conflict/;

/** An object in that error, as JSON: its kind, its name and its namespace in the tree. */
const COLLIDING =
  /"kind":"([^"]*)","metadata":\{.*?previousNames":"([^"]*)".*?previousNamespaces":"([^"]*)"/g;

/** The objects that collide. @returns kustomize's own message when it lists none */
function collisionIn(message: string): string {
  const found = [...message.matchAll(COLLIDING)].map(
    ([, kind = "", name = "", namespace = ""]) => `${kind}/${name} of ${namespace}`,
  );
  return found.length === 0 ? message : `${found.join(" and ")} would be the same object`;
}

/** kustomize's errors when a tree needs a permission that it does not have, each with the fix. */
const WISHES: readonly (readonly [RegExp, string])[] = [
  [
    /security; file .* is not in or below/,
    "pulumi config set --path kustomize.loadRestrictor LoadRestrictionsNone, or move the file into the folder of the kustomization that names it",
  ],
  [/--enable-helm/, "pulumi config set --path kustomize.helm true, and put helm on PATH"],
  [
    /no 'git' program on path|proxyconnect|lookup .* on |network is unreachable/,
    "copy the file into the repository: a build has no network",
  ],
];

function buildFailure(cause: Error, { overlay, stack }: OverlayArgs): UserError {
  const { message } = cause;
  if (COLLISION.test(message)) {
    return new UserError(
      `overlay "${overlay}" does not build in one namespace: ${collisionIn(message)}`,
      "remove one of them in your own overlay, or give objects of the same kind different names",
      { cause },
    );
  }
  const [, fix = `fix the tree until \`kubectl kustomize ${overlay}\` prints it`] =
    WISHES.find(([words]) => words.test(message)) ?? [];
  return new UserError(`overlay "${overlay}" does not build: ${message}`, namingStack(fix, stack), {
    cause,
  });
}
