import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { UserError } from "../../core/errors";
import { UsageError } from "../terminal/errors";

const run = promisify(execFile);

/** The commit that is checked out in a folder; undefined where there is no git, or no commit. */
export async function currentCommit(folder: string): Promise<string | undefined> {
  return commitOf("HEAD", folder);
}

/** The path of a folder from its repository's top on, with a slash at its end; empty at the top. */
export async function prefixOf(folder: string): Promise<string> {
  return (await git(["rev-parse", "--show-prefix"], folder)).trim();
}

/**
 * The last commit that what is checked out has in common with a revision: where a branch began.
 *
 * @throws {UsageError} when git does not know the revision
 * @throws {UserError} when there is no common commit, as in a shallow clone
 */
export async function mergeBase(revision: string, folder: string): Promise<string> {
  const commit = await commitOf(revision, folder);
  if (commit === undefined) {
    throw new UsageError(
      `git knows no revision "${revision}" in ${folder}`,
      "git fetch origin main   # then give origin/main",
    );
  }
  try {
    return (await git(["merge-base", commit, "HEAD"], folder)).trim();
  } catch (cause) {
    throw new UserError(
      `what is checked out in ${folder} has no commit in common with "${revision}"`,
      "git fetch --unshallow   # with actions/checkout: fetch-depth: 0",
      { cause },
    );
  }
}

/**
 * The ids of what a commit has at paths: two are the same exactly when the contents are.
 *
 * @param folder - the paths are relative to it
 * @returns ids by path, without the paths that the commit does not have
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
