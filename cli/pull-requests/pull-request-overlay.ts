import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, isAbsolute, join, posix } from "node:path";
import { UserError } from "../../core/errors";
import type { KubernetesObject } from "../../core/manifests/manifest";
import type { OverlayArgs } from "../../core/overlay/generate";
import { describeFault, treeFaults } from "../../core/rules/check-tree";
import { readConfiguration } from "../../core/settings/configuration";
import type { Scrutiny } from "../environments/up-checks";
import { currentCommit, prefixOf } from "../stacks/git";
import type { Overrides } from "../stacks/overrides";
import type { Context, Project } from "../terminal/context";
import { CommitFiles, type ReadLimits } from "./commit-files";
import { type PullRequestEvent, stackOf } from "./event";
import { readForeignOverlay } from "./foreign-overlay";
import { foreignReferences } from "./foreign-references";
import { registriesIn } from "./foreign-registries";

export interface PullRequestOverlay {
  /** Absolute. */
  readonly folder: string;
  /** Checks for a fork's rendered objects. @default - the overlay is not a fork's */
  readonly scrutiny?: Scrutiny;
}

/**
 * Writes the overlay of a pull request's commit into a folder of its own, if another commit is checked out. A fork's files are
 * checked before any program reads them, and its rendered objects once more.
 *
 * @returns undefined if the pull request's commit is checked out
 * @throws {UserError} with all faults of a fork's files
 */
export async function pullRequestOverlay(
  { project }: Context,
  event: PullRequestEvent,
  overrides: Overrides,
): Promise<PullRequestOverlay | undefined> {
  const { isFork, commit } = event;
  if (
    !isFork &&
    (overrides.overlay !== undefined || (await currentCommit(project.folder)) === commit)
  ) {
    return undefined;
  }
  const stack = stackOf(event);
  const folder = join(project.folder, ".rendered", stack, "files");
  const files = await CommitFiles.open(project.folder, commit, isFork ? FOREIGN : OWN);
  const overlay = await pathInRepository(project, overlayIn(project, stack));
  if (!isFork) {
    layOut(folder, contentsOf(files), files.links);
    return { folder: join(folder, overlay) };
  }
  const foreign = readForeignOverlay(overlay, files);
  requireHarmless(foreign.faults, commit);
  layOut(folder, foreign.files);
  return {
    folder: join(folder, overlay),
    scrutiny: {
      judge: (objects, args) => requireHarmlessObjects(objects, args, commit),
      registries: await baseRegistries(project, overlay),
    },
  };
}

/** Returns the hosts of the registries in the base branch's tree, which is checked out. */
async function baseRegistries({ folder }: Project, overlay: string): Promise<string[]> {
  const base = await CommitFiles.open(folder, "HEAD", FOREIGN);
  return registriesIn(readForeignOverlay(overlay, base));
}

/** Writes all files of a branch of this repository. */
const OWN: ReadLimits = { files: 50_000, bytes: 512 * 1024 * 1024 };
/** Writes only those files of a fork that its kustomizations name. */
const FOREIGN: ReadLimits = { files: 1_000, bytes: 8 * 1024 * 1024 };
/** Maximum number of files in memory. */
const AT_ONCE = 500;

function* contentsOf(files: CommitFiles): Generator<readonly [string, Buffer]> {
  const { paths } = files;
  for (let start = 0; start < paths.length; start += AT_ONCE) {
    const some = paths.slice(start, start + AT_ONCE);
    const contents = files.read(some);
    yield* some.map((path, index) => [path, contents[index] ?? Buffer.alloc(0)] as const);
  }
}

/** @throws {UserError} for a folder that no pull request can change */
async function pathInRepository({ folder }: Project, overlay: string): Promise<string> {
  const path = posix.normalize(posix.join(await prefixOf(folder), overlay));
  if (isAbsolute(overlay) || path.startsWith("..")) {
    throw new UserError(
      `the overlay "${overlay}" is outside the repository, so no pull request can change it`,
      "set overlay to a folder of the repository in Pulumi.ci.yaml",
    );
  }
  return path;
}

/** Reads the overlay's place from the base branch's profile, not from the stack's own config of an earlier update. */
function overlayIn({ folder, name }: Project, stack: string): string {
  const base = readConfiguration({ projectFolder: folder, project: name, stack, own: {} }).merged;
  return typeof base.overlay === "string" ? base.overlay : "kustomize/ci";
}

function requireHarmlessObjects(
  objects: readonly KubernetesObject[],
  { namespace, bounds }: OverlayArgs,
  commit: string,
): void {
  if (bounds.podSecurity === "privileged") {
    throw new UserError(
      "podSecurity is privileged, which lets a fork's pods take over their nodes",
      "set podSecurity to baseline in Pulumi.ci.yaml",
    );
  }
  const place = { ...bounds, namespace, trust: "fork" } as const;
  requireHarmless(
    [...treeFaults(objects, place).map(describeFault), ...foreignReferences(objects)],
    commit,
  );
}

function requireHarmless(faults: readonly string[], commit: string): void {
  if (faults.length > 0) {
    throw new UserError(
      `the overlay of commit ${commit.slice(0, 7)}, which comes from a fork, is not rendered:${faults.map((fault) => `\n  - ${fault}`).join("")}`,
      "remove that from the overlay, or push the branch to this repository after a review",
    );
  }
}

/** Names in a commit's paths that would point elsewhere, or into git's own folder. */
const UNSAFE = /^$|^\.\.?$|^\.git$|[\\\0]/i;

/**
 * Replaces a folder by these files, which only their owner can read.
 *
 * @param files - content by path within the folder
 * @param links - targets of symbolic links by path
 */
export function layOut(
  folder: string,
  files: Iterable<readonly [string, string | Buffer]>,
  links: Iterable<readonly [string, string]> = [],
): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const [path, content] of files) {
    writeFileSync(placeOf(folder, path), content, { mode: 0o600 });
  }
  // Last, so that no file is written through a link.
  for (const [path, target] of links) {
    symlinkSync(target, placeOf(folder, path));
  }
}

function placeOf(folder: string, path: string): string {
  if (path.split("/").some((name) => UNSAFE.test(name))) {
    throw new Error(`${JSON.stringify(path)} is not a path of a file in a commit`);
  }
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  return file;
}
