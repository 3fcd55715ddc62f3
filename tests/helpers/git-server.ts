import { execFileSync, spawn } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Serves repositories with git's own HTTP server, and files, from this machine. */
export class GitServer {
  /** All requests, e.g. `GET /acme/base/info/refs`. */
  public readonly requests: string[] = [];
  /** Answers to requests that are not git's, by path. */
  public readonly files = new Map<string, string | Buffer | { readonly location: string }>();
  private readonly folder = mkdtempSync(join(tmpdir(), "git-server-"));
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => this.answer(request, response));
  }

  public static async start(): Promise<GitServer> {
    const server = new GitServer();
    await new Promise<void>((resolve) => server.server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  public get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public get url(): string {
    return `http://${this.host}`;
  }

  /** Replaces the files of a repository's branch `main` in a new commit. @returns the commit */
  public commit(
    repository: string,
    files: Readonly<Record<string, string>>,
    /** Address and commit of each, by path. */
    submodules: Readonly<Record<string, readonly [url: string, commit: string]>> = {},
  ): string {
    const folder = join(this.folder, repository);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    this.git(folder, "init", "--quiet", "--initial-branch=main");
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    for (const [path, [url]] of Object.entries(submodules)) {
      const module = `[submodule "${path}"]\n\tpath = ${path}\n\turl = ${url}\n`;
      appendFileSync(join(folder, ".gitmodules"), module);
    }
    this.git(folder, "add", "--all");
    for (const [path, [, commit]] of Object.entries(submodules)) {
      this.git(folder, "update-index", "--add", "--cacheinfo", `160000,${commit},${path}`);
    }
    this.git(folder, "commit", "--quiet", "--message=x");
    return this.git(folder, "rev-parse", "HEAD").trim();
  }

  public tag(repository: string, name: string): void {
    this.git(join(this.folder, repository), "tag", "--annotate", "--message=x", name);
  }

  public close(): void {
    this.server.close();
    this.server.closeAllConnections();
    rmSync(this.folder, { recursive: true });
  }

  private git(cwd: string, ...args: string[]): string {
    const user = ["-c", "user.name=x", "-c", "user.email=x@example.com"];
    return execFileSync("git", [...user, ...args], { cwd, encoding: "utf8" });
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, search } = new URL(request.url ?? "/", this.url);
    this.requests.push(`${request.method} ${pathname}`);
    const file = this.files.get(pathname);
    if (file === undefined) {
      this.answerGit(request, response, pathname, search);
    } else if (typeof file === "string" || Buffer.isBuffer(file)) {
      response.end(file);
    } else {
      response.writeHead(302, file).end();
    }
  }

  /** @see https://git-scm.com/docs/git-http-backend */
  private answerGit(
    request: IncomingMessage,
    response: ServerResponse,
    pathname: string,
    search: string,
  ): void {
    const [, repository = "", rest = ""] =
      /^\/(.*?)(?:\.git)?(\/(?:info\/refs|git-upload-pack))$/.exec(pathname) ?? [];
    const child = spawn("git", ["http-backend"], {
      env: {
        PATH: process.env.PATH,
        GIT_PROJECT_ROOT: this.folder,
        GIT_HTTP_EXPORT_ALL: "1",
        PATH_INFO: `/${repository}/.git${rest}`,
        QUERY_STRING: search.slice(1),
        REQUEST_METHOD: request.method ?? "GET",
        CONTENT_TYPE: request.headers["content-type"] ?? "",
        HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
        GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
      },
    });
    const chunks: Buffer[] = [];
    request.pipe(child.stdin);
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("close", () => {
      const answer = Buffer.concat(chunks);
      const end = answer.indexOf("\r\n\r\n");
      const headers = answer
        .toString("latin1", 0, end)
        .split("\r\n")
        .map((line) => line.split(": ") as [string, string]);
      const status = headers.find(([name]) => name === "Status")?.[1];
      response.writeHead(
        Number.parseInt(status ?? "200", 10),
        Object.fromEntries(headers.filter(([name]) => name !== "Status")),
      );
      response.end(answer.subarray(end + 4));
    });
  }
}
