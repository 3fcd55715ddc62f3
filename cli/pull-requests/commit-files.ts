import { execFile, spawnSync } from "node:child_process";
import { posix } from "node:path";
import { promisify } from "node:util";
import { UserError } from "../../core/errors";

const run = promisify(execFile);

/** The kind of a path in a commit. A link is a symbolic link or a submodule: both point elsewhere. */
export type PathKind = "file" | "folder" | "link" | "nothing";

export interface ReadLimits {
  readonly files: number;
  readonly bytes: number;
}

/** Enough for the list of all files of a large repository. */
const MAX_LIST_BYTES = 64 * 1024 * 1024;

interface Entry {
  readonly kind: "file" | "link";
  /** Whether it is a symbolic link, not a submodule. */
  readonly isSymbolic: boolean;
  readonly id: string;
  readonly bytes: number;
}

/**
 * The files of a commit, read from git's objects. Nothing is checked out, so attributes, filters, hooks and symbolic links of
 * that commit have no effect.
 */
export class CommitFiles {
  private readonly folders: ReadonlySet<string>;
  private readCount = 0;
  private readBytes = 0;

  private constructor(
    private readonly repository: string,
    private readonly entries: ReadonlyMap<string, Entry>,
    private readonly limits: ReadLimits,
  ) {
    this.folders = new Set([...entries.keys()].flatMap(foldersOf));
  }

  /**
   * Fetches the commit if the repository does not have it.
   *
   * @param repository - a folder within the repository
   * @throws {UserError} when the commit cannot be fetched
   */
  public static async open(
    repository: string,
    commit: string,
    limits: ReadLimits,
  ): Promise<CommitFiles> {
    const git = async (...args: string[]) =>
      (await run("git", args, { cwd: repository, maxBuffer: MAX_LIST_BYTES })).stdout;
    try {
      await git("cat-file", "-e", `${commit}^{commit}`).catch(() =>
        git(
          // Rejects malformed trees, whose names point elsewhere.
          ...["-c", "fetch.fsckObjects=true"],
          ...["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--depth=1"],
          ...["origin", commit],
        ),
      );
      const list = await git(...OBJECTS, "ls-tree", "-r", "-z", "-l", "--full-tree", commit);
      return new CommitFiles(repository, entriesIn(list), limits);
    } catch (cause) {
      const { stderr, message } = cause as Error & { stderr?: string };
      throw new UserError(
        `the files of commit ${commit} cannot be read: ${stderr?.trim() || message}`,
        "check that `git fetch origin` works in the project's folder",
        { cause },
      );
    }
  }

  /** Paths of all files, relative to the top of the repository. */
  public get paths(): string[] {
    return [...this.entries].filter(([, { kind }]) => kind === "file").map(([path]) => path);
  }

  /** Symbolic links to paths within the commit, with their targets. */
  public get links(): (readonly [path: string, target: string])[] {
    const links = [...this.entries].filter(([, { isSymbolic }]) => isSymbolic);
    const targets = readObjects(
      this.repository,
      links.map(([, entry]) => entry),
    );
    return links
      .map(([path], index) => [path, targets[index]?.toString() ?? ""] as const)
      .filter(([path, target]) => isWithin(posix.join(posix.dirname(path), target), target));
  }

  public kindOf(path: string): PathKind {
    const through = foldersOf(path).some((folder) => this.entries.get(folder)?.kind === "link");
    if (through) {
      return "link";
    }
    return this.entries.get(path)?.kind ?? (this.folders.has(path) ? "folder" : "nothing");
  }

  /**
   * @param paths - of files
   * @throws {UserError} when the files exceed the limits for a commit
   */
  public read(paths: readonly string[]): Buffer[] {
    const wanted = paths.map((path) => {
      const entry = this.entries.get(path);
      if (entry?.kind !== "file") {
        throw new Error(`${path} is not a file of the commit`);
      }
      return entry;
    });
    this.readCount += wanted.length;
    this.readBytes += wanted.reduce((sum, { bytes }) => sum + bytes, 0);
    const { files, bytes } = this.limits;
    if (this.readCount > files || this.readBytes > bytes) {
      throw new UserError(
        `the overlay has more than ${files} files, or more than ${bytes / 1024 / 1024} MiB in them`,
        "remove files that the environment does not need",
      );
    }
    return readObjects(this.repository, wanted);
  }
}

/** Ignores replacements of objects by `git replace`. */
const OBJECTS = ["--no-replace-objects"];

function readObjects(repository: string, wanted: readonly Entry[]): Buffer[] {
  const expected = wanted.reduce((sum, { bytes }) => sum + bytes + 100, 0);
  const { stdout, stderr, status } = spawnSync("git", [...OBJECTS, "cat-file", "--batch"], {
    cwd: repository,
    input: wanted.map(({ id }) => `${id}\n`).join(""),
    maxBuffer: expected,
  });
  let at = 0;
  return wanted.map(({ id, bytes }) => {
    // Format: `<id> blob <bytes>`, a line feed, the content, a line feed.
    const start = stdout.indexOf("\n", at) + 1;
    if (status !== 0 || stdout.toString("latin1", at, start) !== `${id} blob ${bytes}\n`) {
      throw new Error(`git cat-file did not return ${id}: ${stderr.toString()}`);
    }
    at = start + bytes + 1;
    return stdout.subarray(start, start + bytes);
  });
}

/** Parses entries `<mode> <type> <id> <bytes>`, a tab and the path, each ended by NUL. */
function entriesIn(list: string): Map<string, Entry> {
  return new Map(
    list.split("\0").flatMap((line): [string, Entry][] => {
      const [, mode, id = "", bytes, path = ""] =
        /^(\d+) \w+ ([0-9a-f]+) +(\d+|-)\t(.+)$/s.exec(line) ?? [];
      const kind = mode?.startsWith("100") ? "file" : "link";
      const isSymbolic = mode === SYMBOLIC_LINK;
      return mode === undefined
        ? []
        : [[path, { kind, isSymbolic, id, bytes: Number(bytes) || 0 }]];
    }),
  );
}

/** @see https://git-scm.com/docs/git-fast-import#Documentation/git-fast-import.txt-code120000code */
const SYMBOLIC_LINK = "120000";

/** @param path - target of a link, relative to the top of the repository */
function isWithin(path: string, target: string): boolean {
  return !posix.isAbsolute(target) && path !== ".." && !path.startsWith("../");
}

/** Returns a path's parent folders, without the top. */
function foldersOf(path: string): string[] {
  const steps = path.split("/").slice(0, -1);
  return steps.map((_, index) => steps.slice(0, index + 1).join("/"));
}
