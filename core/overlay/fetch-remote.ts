import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { UserError } from "../errors";
import { redact } from "../redact";
import { writeAtomically } from "./generated-file";
import { hostOf, type RepositoryEntry } from "./repository-url";

const execute = promisify(execFile);

/** A full commit id, SHA-1 or SHA-256. */
export const COMMIT = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

/** The largest file that is loaded from a URL. */
const MOST_FILE_BYTES = 32 * 1024 * 1024;
const FILE_TIMEOUT_MS = 30_000;
const MOST_REDIRECTS = 5;

/**
 * The variables that git and helm get from this process's environment: how to reach hosts and authenticate, but no
 * secret of the product.
 */
const PASSED =
  /^(PATH|HOME|USER|LOGNAME|LANG|LC_\w+|TMPDIR|XDG_\w+|SSH_\w+|SSL_CERT_\w+|GIT_(SSH|SSH_COMMAND|ASKPASS|SSL_\w+|CONFIG_(GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+))|HELM_\w+|(https?|all|no)_proxy)$/i;

export function loadingEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => PASSED.test(name)));
}

/** Loads a tree's remote bases and files, from the hosts in the settings only. */
export class Remotes {
  public constructor(
    /** Absolute, private to its owner. A checkout that exists is not loaded again. */
    private readonly folder: string,
    private readonly hosts: readonly string[],
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  public allows(host: string): boolean {
    return this.hosts.includes(host);
  }

  /**
   * The commit of a branch or tag now.
   *
   * @throws {UserError} when git cannot list it
   */
  public async commitOf(entry: RepositoryEntry): Promise<string> {
    const { repository, ref = "HEAD" } = entry;
    const output = await this.git(
      entry,
      undefined,
      "ls-remote",
      "--",
      repository,
      ref,
      `${ref}^{}`,
    );
    const commits = new Map(
      output
        .trim()
        .split("\n")
        .map((line) => line.split("\t").reverse() as [string, string]),
    );
    // In git's order of precedence; `^{}` is the commit of an annotated tag.
    const names = [ref, `refs/tags/${ref}^{}`, `refs/tags/${ref}`, `refs/heads/${ref}`];
    const commit = names.map((name) => commits.get(name)).find((one) => one !== undefined);
    if (commit === undefined) {
      throw new UserError(
        `the repository ${redact(repository)} has no branch or tag "${ref}"`,
        "name one that `git ls-remote` lists",
      );
    }
    return commit;
  }

  /** Checks out a commit. @returns the absolute path of its folder */
  public async checkout(entry: RepositoryEntry, commit: string): Promise<string> {
    const { repository, submodules } = entry;
    const folder = join(this.folder, nameOf(`${repository} ${commit} ${submodules}`));
    if (!existsSync(folder)) {
      await this.inPlace(folder, async (place) => {
        await this.git(entry, place, "init", "--quiet");
        // Submodule URLs may be relative to it.
        await this.git(entry, place, "remote", "add", "origin", repository);
        await this.fetchCommit(entry, place, commit);
        await this.git(entry, place, "checkout", "--quiet", "--detach", commit);
        if (submodules) {
          await this.addSubmodules(entry, place);
        }
        rmSync(join(place, ".git"), { recursive: true });
      });
    }
    return folder;
  }

  /** Some servers refuse a commit that is not the head of a branch or tag: then all branches and tags are fetched. */
  private async fetchCommit(entry: RepositoryEntry, place: string, commit: string): Promise<void> {
    const { repository } = entry;
    try {
      await this.git(entry, place, "fetch", "--quiet", "--depth=1", "--", repository, commit);
    } catch {
      const all = "+refs/*:refs/remotes/origin/*";
      await this.git(entry, place, "fetch", "--quiet", "--", repository, all);
    }
  }

  private async addSubmodules(entry: RepositoryEntry, place: string): Promise<void> {
    if (!existsSync(join(place, ".gitmodules"))) {
      return;
    }
    await this.git(entry, place, "submodule", "--quiet", "init");
    const output = await this.git(
      entry,
      place,
      "config",
      "--get-regexp",
      String.raw`^submodule\..*\.url$`,
    );
    for (const [, url = ""] of output.matchAll(/^\S+ (.*)$/gm)) {
      this.requireHost(hostOf(url), `the submodule ${redact(url)} of ${redact(entry.repository)}`);
    }
    await this.git(entry, place, "submodule", "--quiet", "update");
    const paths = ["config", "--file", ".gitmodules", "--get-regexp", String.raw`\.path$`];
    for (const [, path = ""] of (await this.git(entry, place, ...paths)).matchAll(/^\S+ (.*)$/gm)) {
      await this.addSubmodules(entry, join(place, path));
      rmSync(join(place, path, ".git"), { recursive: true, force: true });
    }
  }

  /** Loads a URL. @returns the absolute path of the file, and its SHA-256 */
  public async file(url: string, sha256?: string): Promise<{ file: string; sha256: string }> {
    const known = sha256 === undefined ? undefined : this.fileOf(url, sha256);
    if (sha256 !== undefined && known !== undefined && existsSync(known)) {
      return { file: known, sha256 };
    }
    const content = await this.download(url);
    const found = sha256Of(content);
    if (sha256 !== undefined && found !== sha256) {
      throw new UserError(
        `${redact(url)} has changed since it was pinned: its SHA-256 is ${found}, not ${sha256}`,
        `review the change; to accept it: pulumi config set --path 'kustomize.remotePins["${url}"]' sha256:${found}`,
      );
    }
    const file = this.fileOf(url, found);
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    writeAtomically(file, content);
    return { file, sha256: found };
  }

  private fileOf(url: string, sha256: string): string {
    return join(this.folder, `${nameOf(`${url} ${sha256}`)}.yaml`);
  }

  private async download(url: string): Promise<string> {
    let address = url;
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      this.requireHost(hostOf(address), redact(address));
      const response = await fetch(address, {
        redirect: "manual",
        signal: AbortSignal.timeout(FILE_TIMEOUT_MS),
      }).catch((cause: unknown) => {
        throw new UserError(`${redact(address)} cannot be loaded`, "try again", { cause });
      });
      const location = response.headers.get("location");
      if (response.status >= 300 && response.status < 400 && location !== null) {
        address = new URL(location, address).href;
        continue;
      }
      if (!response.ok) {
        throw new UserError(
          `${redact(address)} returned status ${response.status}`,
          "correct the address in the tree",
        );
      }
      return bodyOf(response, address);
    }
    throw new UserError(`${redact(url)} redirects too often`, "correct the address");
  }

  private requireHost(host: string, what: string): void {
    if (!this.allows(host)) {
      throw notAllowed(what, host, this.hosts);
    }
  }

  /** Fills a temporary folder and renames it, so that a folder is complete or absent. */
  private async inPlace(folder: string, fill: (place: string) => Promise<void>): Promise<void> {
    const place = `${folder}.${randomUUID()}`;
    try {
      mkdirSync(place, { recursive: true, mode: 0o700 });
      await fill(place);
      renameSync(place, folder);
    } finally {
      rmSync(place, { recursive: true, force: true });
    }
  }

  private async git(
    { repository, timeoutSeconds }: RepositoryEntry,
    cwd: string | undefined,
    ...args: readonly string[]
  ): Promise<string> {
    const options = ["-c", "http.followRedirects=false", "-c", "core.hooksPath=/dev/null"];
    try {
      const { stdout } = await execute("git", [...options, ...args], {
        cwd,
        env: {
          ...loadingEnvironment(this.env),
          GIT_TERMINAL_PROMPT: "0",
          GIT_ALLOW_PROTOCOL: "https:http:ssh",
        },
        timeout: timeoutSeconds * 1000,
        maxBuffer: 64 * 1024 * 1024,
      });
      return stdout;
    } catch (cause) {
      throw gitFailure(cause as GitError, repository, timeoutSeconds);
    }
  }
}

type GitError = Error & { code?: unknown; stderr?: string; killed?: boolean };

function gitFailure(cause: GitError, repository: string, timeoutSeconds: number): UserError {
  const { code, killed, stderr = "", message } = cause;
  if (code === "ENOENT") {
    return new UserError(
      `git is not on PATH; it is needed to load ${redact(repository)}`,
      "install git (https://git-scm.com/downloads) and put it on PATH",
    );
  }
  const why = killed === true ? `git took more than ${timeoutSeconds} s` : stderr.trim() || message;
  return new UserError(
    `the repository ${redact(repository)} cannot be loaded: ${redact(why)}`,
    killed === true
      ? "give it more time: add timeout=<seconds> to the entry, as in `?ref=v1&timeout=120`"
      : `check that \`git ls-remote ${redact(repository)}\` works`,
  );
}

function notAllowed(what: string, host: string, hosts: readonly string[]): UserError {
  return new UserError(
    `${what} is on the host ${host}, which the setting kustomize.remoteHosts does not list`,
    allowing(host, hosts),
  );
}

export function allowing(host: string, hosts: readonly string[]): string {
  return [...hosts, host]
    .map((one, index) => `pulumi config set --path 'kustomize.remoteHosts[${index}]' ${one}`)
    .join(" && ");
}

async function bodyOf(response: Response, address: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    const bytes = chunk as Uint8Array;
    size += bytes.length;
    if (size > MOST_FILE_BYTES) {
      throw new UserError(
        `${redact(address)} is larger than ${MOST_FILE_BYTES / 1024 / 1024} MiB`,
        "copy the required part into the repository",
      );
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString();
}

function nameOf(what: string): string {
  return sha256Of(what).slice(0, 16);
}

function sha256Of(content: string): string {
  return createHash("sha256").update(content).digest("hex");
}
