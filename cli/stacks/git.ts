import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { UserError } from "../../core/errors";
import { UsageError } from "../terminal/errors";

const run = promisify(execFile);

/** Returns the checked-out commit of a folder; undefined without git or without a commit. */
export async function currentCommit(folder: string): Promise<string | undefined> {
  return commitOf("HEAD", folder);
}

/** Returns the path of a folder relative to its repository's top, with a trailing slash; empty at the top. */
export async function prefixOf(folder: string): Promise<string> {
  return (await git(["rev-parse", "--show-prefix"], folder)).trim();
}

/**
 * Returns the last common commit of the checked-out branch and a revision.
 *
 * @throws {UsageError} when git does not know the revision
 * @throws {UserError} when there is no common commit, as in a shallow clone
 */
export async function mergeBase(revision: string, folder: string): Promise<string> {
  const commit = await commitOf(revision, folder);
  if (commit === undefined) {
    throw new UsageError(
      `git does not know the revision "${revision}" in ${folder}`,
      "git fetch origin main   # then compare with origin/main",
    );
  }
  try {
    return (await git(["merge-base", commit, "HEAD"], folder)).trim();
  } catch (cause) {
    throw new UserError(
      `the checked-out commit in ${folder} has no common ancestor with "${revision}"`,
      "git fetch --unshallow   # in actions/checkout, set fetch-depth: 0",
      { cause },
    );
  }
}

/**
 * Returns git's object ids of paths in a commit. Two ids are equal exactly when the contents are.
 *
 * @param folder - base of the paths
 * @returns ids by path, without paths that the commit does not contain
 */
export async function contentIds(
  commit: string,
  paths: readonly string[],
  folder: string,
): Promise<Map<string, string>> {
  const entries = await git(["ls-tree", "-z", commit, "--", ...paths], folder);
  return new Map(
    entries.split("\0").flatMap((entry): [string, string][] => {
      const [, id, path] = /^\d+ \w+ ([0-9a-f]+)\t(.+)$/s.exec(entry) ?? [];
      return id === undefined || path === undefined ? [] : [[path, id]];
    }),
  );
}

async function commitOf(revision: string, folder: string): Promise<string | undefined> {
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`];
  try {
    return (await git(args, folder)).trim();
  } catch {
    return undefined;
  }
}

async function git(args: readonly string[], folder: string): Promise<string> {
  return (await run("git", args, { cwd: folder })).stdout;
}
