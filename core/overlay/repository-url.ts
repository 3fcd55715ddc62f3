export interface RepositoryEntry {
  /** The URL for git, e.g. `https://github.com/acme/base` or `git@gitlab.com:acme/base.git`. */
  readonly repository: string;
  /** The host in lower case, with its port if the entry has one. */
  readonly host: string;
  readonly folder: string;
  /** Branch, tag or commit. @default - the repository's default branch */
  readonly ref?: string;
  readonly submodules: boolean;
  /** Timeout for git, in seconds. */
  readonly timeoutSeconds: number;
}

/** kustomize's default. */
const DEFAULT_TIMEOUT_SECONDS = 27;
const SCHEMES = ["ssh://", "https://", "http://"] as const;
const USER = /^[a-zA-Z][a-zA-Z0-9-]*@/;

/**
 * Parses an entry by kustomize's rules for git repositories.
 *
 * @returns undefined for a local path, and for `file://`, which has no host
 * @see https://github.com/kubernetes-sigs/kustomize/blob/api/v0.20.1/api/internal/git/repospec.go
 */
export function repositoryIn(entry: string): RepositoryEntry | undefined {
  if (entry.startsWith("/")) {
    return undefined;
  }
  const [address = "", query = ""] = splitAt(entry, entry.indexOf("?"), 1);
  const located = locationIn(address.replace(/^git::/i, ""));
  if (located === undefined) {
    return undefined;
  }
  const { origin, path } = located;
  const [repository, folder] = splitPath(path) ?? [];
  if (repository === undefined || repository === "" || folder === undefined) {
    return undefined;
  }
  const isOutside = /^(\.\/)*\.\.(\/|$)/.test(folder);
  return isOutside
    ? undefined
    : { repository: origin + repository, host: hostOf(origin), folder, ...optionsIn(query) };
}

export function hostOf(address: string): string {
  const [, ofUrl, ofScp = ""] =
    /^(?:[a-z+]+:\/\/(?:[^/@]*@)?([^/]+)|(?:[^/@]*@)?([^/:]+))/i.exec(address) ?? [];
  return (ofUrl ?? ofScp).toLowerCase();
}

/** Scheme, user and host, with the separator before the path. GitHub's are normalized. */
function locationIn(address: string): { origin: string; path: string } | undefined {
  const scheme = SCHEMES.find((one) => address.toLowerCase().startsWith(one)) ?? "";
  const rest = address.slice(scheme.length);
  const [user = ""] = USER.exec(rest) ?? [];
  const place = rest.slice(user.length);
  const isGitHub = /^github\.com[/:]/i.test(place);
  const isScp = scheme === "" && (user !== "" || isGitHub);
  if (scheme === "" && !isScp) {
    return undefined;
  }
  const end = place.search(isScp ? /[/:]/ : /\//);
  if (end <= 0) {
    return undefined;
  }
  const path = place.slice(end + 1);
  if (isGitHub) {
    const bySsh = scheme === "ssh://" || user !== "";
    return { origin: bySsh ? `${user}github.com:` : "https://github.com/", path };
  }
  return { origin: scheme + user + place.slice(0, end + 1), path };
}

/** Repository and folder, split at `_git/`, `//` or `.git`, or else after two segments. */
function splitPath(path: string): readonly [string, string] | undefined {
  const azure = path.indexOf("_git/");
  if (azure >= 0) {
    const end = path.indexOf("/", azure + "_git/".length);
    return splitAt(path, end, 1);
  }
  const slashes = path.indexOf("//");
  if (slashes >= 0) {
    return splitAt(path, slashes, 2);
  }
  const suffix = path.indexOf(".git");
  if (suffix >= 0) {
    const [repository, folder] = splitAt(path, suffix + ".git".length, 0);
    return [repository, folder.replace(/^\//, "")];
  }
  const [owner, name, ...folder] = path.split("/");
  return name === undefined ? undefined : [`${owner}/${name}`, folder.join("/")];
}

function splitAt(text: string, index: number, skipped: number): readonly [string, string] {
  return index < 0 ? [text, ""] : [text.slice(0, index), text.slice(index + skipped)];
}

function optionsIn(query: string): Pick<RepositoryEntry, "ref" | "submodules" | "timeoutSeconds"> {
  const values = new URLSearchParams(query);
  const ref = values.get("ref") || values.get("version") || undefined;
  return {
    ref,
    submodules: !/^(0|f|false)$/i.test(values.get("submodules") ?? ""),
    timeoutSeconds: secondsIn(values.get("timeout") ?? "") ?? DEFAULT_TIMEOUT_SECONDS,
  };
}

const UNITS = { h: 3600, m: 60, s: 1, ms: 0.001 } as const;

/** Parses whole seconds, or a Go duration such as `1m30s`. */
function secondsIn(text: string): number | undefined {
  if (/^\d+$/.test(text)) {
    return Number(text) || undefined;
  }
  if (!/^(\d+(\.\d+)?(h|m|s|ms))+$/.test(text)) {
    return undefined;
  }
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)];
  return (
    parts.reduce(
      (sum, [, value, unit]) => sum + Number(value) * UNITS[unit as keyof typeof UNITS],
      0,
    ) || undefined
  );
}
