import type { PathKind } from "../../../../cli/pull-requests/commit-files";

/** The files of a commit that no git has. */
export class FakeCommit {
  public readonly files: Map<string, Buffer>;
  public readonly links: string[] = [];

  public constructor(files: Readonly<Record<string, string | Buffer>>) {
    this.files = new Map(
      Object.entries(files).map(([path, content]) => [path, Buffer.from(content as string)]),
    );
  }

  public kindOf(path: string): PathKind {
    if (this.links.some((link) => path === link || path.startsWith(`${link}/`))) {
      return "link";
    }
    if (this.files.has(path)) {
      return "file";
    }
    return [...this.files.keys()].some((file) => file.startsWith(`${path}/`))
      ? "folder"
      : "nothing";
  }

  public read(paths: readonly string[]): Buffer[] {
    return paths.map((path) => this.files.get(path) ?? Buffer.alloc(0));
  }
}
