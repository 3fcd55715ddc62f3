import { execFile, spawn } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { isAbsolute, join, normalize } from "node:path";
import { promisify } from "node:util";
import { UserError } from "../../core/errors";
import type { Project } from "../terminal/context";

const run = promisify(execFile);

/**
 * Lays the files of a pull request's commit into a folder of their own: data, of which nothing is run. They are read from
 * git's objects and not checked out, so that no hook and no filter has a part in it.
 *
 * @param overlay - the setting: a folder within the repository
 * @returns the overlay's folder among those files, absolute, and the folder of all of them
 */
export async function layOutOverlay(
  { folder: project }: Project,
  commit: string,
  overlay: string,
  folder: string,
): Promise<{ readonly overlay: string; readonly root: string }> {
  const git = async (...args: string[]) =>
    (await run("git", args, { cwd: project, maxBuffer: 1024 * 1024 })).stdout.trim();
  try {
    // Malformed trees, whose names lead elsewhere, are not let in.
    await git("cat-file", "-e", `${commit}^{commit}`).catch(() =>
      git(
        "-c",
        "fetch.fsckObjects=true",
        "fetch",
        "--quiet",
        "--no-tags",
        "--depth=1",
        "origin",
        commit,
      ),
    );
    const [top, prefix] = await Promise.all([
      git("rev-parse", "--show-toplevel"),
      git("rev-parse", "--show-prefix"),
    ]);
    const path = normalize(join(prefix, overlay));
    if (isAbsolute(overlay) || path.startsWith("..")) {
      throw new UserError(
        `the overlay "${overlay}" is outside of the repository, so that no pull request can change it`,
        "set overlay to a folder of the repository in Pulumi.ci.yaml",
      );
    }
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    await unpack(top, commit, folder);
    return { overlay: join(folder, path), root: folder };
  } catch (cause) {
    if (cause instanceof UserError) {
      throw cause;
    }
    const { stderr, message } = cause as Error & { stderr?: string };
    throw new UserError(
      `the files of commit ${commit} cannot be had: ${stderr?.trim() || message}`,
      "see that `git fetch origin` works in the project's folder",
      { cause },
    );
  }
}

function unpack(repository: string, commit: string, folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // From the repository's top: elsewhere it would give that folder only.
    const archive = spawn("git", ["-C", repository, "archive", "--format=tar", commit], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const tar = spawn("tar", ["-x", "--no-same-owner", "-C", folder], {
      stdio: [archive.stdout, "ignore", "pipe"],
    });
    let said = "";
    for (const child of [archive, tar]) {
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        said += text;
      });
      child.once("error", reject);
    }
    archive.once("close", (code) => code !== 0 && reject(new Error(`git archive: ${said}`)));
    tar.once("close", (code) => (code === 0 ? resolve() : reject(new Error(`tar: ${said}`))));
  });
}
