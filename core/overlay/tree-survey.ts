import { existsSync, realpathSync, statSync } from "node:fs";
import { basename, join, relative, resolve, sep } from "node:path";
import { UserError } from "../errors";
import type { KubernetesObject } from "../manifests/manifest";
import { redact } from "../redact";
import type { Layer } from "../settings/layers";
import { allowing, COMMIT, type Remotes } from "./fetch-remote";
import { type Chart, chartsIn } from "./helm-charts";
import { KUSTOMIZATION_FILES, readObjects } from "./kustomization-file";
import { type Name, namesIn } from "./kustomization-names";
import type { BuildOptions } from "./kustomize";
import { mayChange, type Patch, patchesIn } from "./patches";
import { type RepositoryEntry, repositoryIn } from "./repository-url";

/** The replacement of an entry: a folder, or a file that must be in the kustomization's own folder. */
export interface Replacement {
  readonly kind: "folder" | "file";
  /** Absolute. */
  readonly path: string;
}

/** A kustomization that cannot be built in place. */
export interface ChangedFolder {
  /** Name of the file with the kustomization. */
  readonly file: string;
  readonly kustomization: Layer;
  /** Keyed by the entry's text. */
  readonly replacements: ReadonlyMap<string, Replacement>;
  readonly charts: readonly Chart[];
}

export interface Survey {
  /** The parts that the settings do not allow. */
  readonly faults: readonly Fault[];
  /** Keyed by absolute folder. */
  readonly changed: ReadonlyMap<string, ChangedFolder>;
  readonly nameOf: (path: string) => string;
  /** Returns the files with patches that may have changed an object, absolute. */
  readonly patchesOf: (object: KubernetesObject) => readonly string[];
}

interface Fault {
  readonly message: string;
  readonly fix: string;
}

/**
 * Examines all kustomizations of a tree, and loads their remote parts.
 *
 * @param overlay - absolute, without symbolic links
 */
export async function surveyTree(
  overlay: string,
  projectFolder: string,
  options: BuildOptions,
  remotes: Remotes,
): Promise<Survey> {
  const survey = new TreeSurvey(realpathSync(projectFolder), options, remotes);
  await survey.folder(overlay, {});
  return survey;
}

interface Origin {
  /** The checkout that contains it; no path may leave that. @default - the user's own repository */
  readonly checkout?: string;
  /** Whether its objects configure kustomize plugins. */
  readonly isPlugin?: boolean;
}

class TreeSurvey implements Survey {
  public readonly faults: Fault[] = [];
  public readonly changed = new Map<string, ChangedFolder>();
  private readonly seen = new Set<string>();
  private readonly patches: Patch[] = [];
  /** Whether any kustomization adds a prefix or suffix to names. */
  private isRenamed = false;
  /** Repository and commit of each checkout, by folder. */
  private readonly checkouts = new Map<string, string>();
  /** URLs by file name: each file is copied into the folders that use it. */
  private readonly files = new Map<string, string>();

  public constructor(
    private readonly projectFolder: string,
    private readonly options: BuildOptions,
    private readonly remotes: Remotes,
  ) {}

  public nameOf = (path: string): string => {
    for (const [folder, name] of this.checkouts) {
      if (isWithin(path, folder)) {
        return path === folder ? name : `${name}//${relative(folder, path)}`;
      }
    }
    return this.files.get(basename(path)) ?? relative(this.projectFolder, path);
  };

  public patchesOf = (object: KubernetesObject): string[] => {
    const own = this.patches.filter((patch) => mayChange(patch, object, this.isRenamed));
    return [...new Set(own.map(({ file }) => file))];
  };

  public async folder(folder: string, origin: Origin): Promise<void> {
    if (this.seen.has(folder)) {
      return;
    }
    this.seen.add(folder);
    const file = KUSTOMIZATION_FILES.find((name) => existsSync(join(folder, name)));
    const path = join(folder, file ?? "");
    const kustomization = file === undefined ? undefined : readObjects(path)?.[0];
    if (file === undefined || kustomization === undefined) {
      // kustomize reports the fault better.
      return;
    }
    this.patches.push(...patchesIn(kustomization, path));
    this.isRenamed ||= "namePrefix" in kustomization || "nameSuffix" in kustomization;
    const replacements = new Map<string, Replacement>();
    const configurations = await this.names(path, kustomization, folder, origin, replacements);
    const charts = [kustomization, ...configurations].flatMap(chartsIn);
    if (charts.length > 0 && !this.options.helm) {
      this.fault(
        `${this.nameOf(path)} has the Helm ${charts.length === 1 ? "chart" : "charts"} ${charts.map(({ name }) => name).join(", ")}, but the setting kustomize.helm is false`,
        "pulumi config set --path kustomize.helm true   # helm must be on PATH",
      );
    }
    const missing = charts.filter((chart) => isMissing(folder, chart));
    if (replacements.size > 0 || missing.length > 0) {
      this.changed.set(folder, { file, kustomization, replacements, charts: missing });
    }
  }

  /** Follows the names in an object. @returns the plugin configurations among them */
  private async names(
    path: string,
    object: Layer,
    folder: string,
    origin: Origin,
    replacements: Map<string, Replacement>,
  ): Promise<Layer[]> {
    const configurations: Layer[] = [];
    for (const name of namesIn(object)) {
      const about = `${this.nameOf(path)}: ${name.field} names ${redact(name.value)}`;
      const found = await this.follow(name, about, folder, origin);
      if (found?.replacement !== undefined) {
        replacements.set(name.value, found.replacement);
      }
      const isPlugin = name.isPlugin || (origin.isPlugin === true && name.field === "resources");
      for (const configuration of isPlugin && found?.file ? (readObjects(found.file) ?? []) : []) {
        configurations.push(configuration);
        await this.names(found?.file ?? "", configuration, folder, origin, replacements);
      }
    }
    return configurations;
  }

  private async follow(
    name: Name,
    about: string,
    folder: string,
    origin: Origin,
  ): Promise<{ file?: string; replacement?: Replacement } | undefined> {
    const { value, kind } = name;
    const isPlugin = name.isPlugin || origin.isPlugin === true;
    try {
      if (isFileByAddress(value, kind)) {
        const path = await this.remoteFile(value, about);
        return path === undefined ? undefined : { file: path, replacement: { kind: "file", path } };
      }
      const path = real(resolve(folder, value));
      if (path !== undefined && statSync(path).isFile()) {
        this.requireWithin(path, folder, about, origin);
        return { file: path };
      }
      const entry = kind === "file" ? undefined : repositoryIn(value);
      if (entry !== undefined) {
        const target = await this.repository(entry, about, isPlugin);
        return target === undefined ? undefined : { replacement: { kind: "folder", path: target } };
      }
      if (path === undefined || kind === "file") {
        return undefined;
      }
      if (origin.checkout !== undefined && !isWithin(path, origin.checkout)) {
        this.fault(`${about}, which is outside its repository`, LEAVES_REPOSITORY);
        return undefined;
      }
      await this.folder(path, { ...origin, isPlugin });
      return this.changed.has(path) ? { replacement: { kind: "folder", path } } : undefined;
    } catch (error) {
      if (!(error instanceof UserError)) {
        throw error;
      }
      this.fault(`${about}: ${error.message}`, error.fix ?? "");
      return undefined;
    }
  }

  /** Applies kustomize's own load restriction; in repositories always. */
  private requireWithin(path: string, folder: string, about: string, { checkout }: Origin): void {
    const isFree = checkout === undefined && this.options.loadRestrictor === "LoadRestrictionsNone";
    if (isFree || isWithin(path, folder)) {
      return;
    }
    const fault = `${about}, which is outside the folder of the kustomization`;
    if (checkout === undefined) {
      this.fault(
        `${fault}, but the setting kustomize.loadRestrictor is LoadRestrictionsRootOnly`,
        "move the file into that folder, or `pulumi config set --path kustomize.loadRestrictor LoadRestrictionsNone`",
      );
    } else {
      this.fault(fault, LEAVES_REPOSITORY);
    }
  }

  private async repository(
    entry: RepositoryEntry,
    about: string,
    isPlugin: boolean,
  ): Promise<string | undefined> {
    const { repository, ref, host } = entry;
    if (!this.allowed(host, about)) {
      return undefined;
    }
    const key = `${repository}@${ref ?? "HEAD"}`;
    const pinned = COMMIT.test(ref ?? "") ? ref : this.options.remotePins[key];
    const commit = pinned ?? (await this.remotes.commitOf(entry));
    if (!COMMIT.test(commit)) {
      this.fault(
        `${about}, which is pinned to ${commit}: not a full commit id`,
        pinning(key, "<commit>"),
      );
      return undefined;
    }
    if (pinned === undefined) {
      this.fault(
        `${about}, which is not pinned to a commit: ${ref ?? "its default branch"} is ${commit} now`,
        pinning(key, commit),
      );
    }
    const checkout = realpathSync(await this.remotes.checkout(entry, commit));
    this.checkouts.set(checkout, `${redact(repository)}@${commit.slice(0, 7)}`);
    const target = real(join(checkout, entry.folder));
    if (target === undefined || !isWithin(target, checkout)) {
      this.fault(
        `${about}, and ${target === undefined ? `there is no folder ${entry.folder}` : "that folder is outside the repository"}`,
        "correct the entry",
      );
      return undefined;
    }
    await this.folder(target, { checkout, isPlugin });
    return target;
  }

  private async remoteFile(url: string, about: string): Promise<string | undefined> {
    if (!this.allowed(new URL(url).host, about)) {
      return undefined;
    }
    const [, pin] = /^sha256:(.*)$/.exec(this.options.remotePins[url] ?? "") ?? [];
    const { file, sha256 } = await this.remotes.file(url, pin);
    if (pin === undefined) {
      this.fault(
        `${about}, which is not pinned to its current content`,
        pinning(url, `sha256:${sha256}`),
      );
    }
    const path = realpathSync(file);
    this.files.set(basename(path), redact(url));
    return path;
  }

  private allowed(host: string, about: string): boolean {
    const isAllowed = this.remotes.allows(host);
    if (!isAllowed) {
      this.fault(
        `${about}, but the setting kustomize.remoteHosts does not list ${host}`,
        allowing(host, this.options.remoteHosts),
      );
    }
    return isAllowed;
  }

  private fault(message: string, fix: string): void {
    this.faults.push({ message, fix });
  }
}

const LEAVES_REPOSITORY = "correct that repository: its bases may only use files in it";

function pinning(key: string, pin: string): string {
  return `pulumi config set --path 'kustomize.remotePins["${key}"]' ${pin}`;
}

/** A URL that looks like a file's. kustomize downloads any URL, and treats it as a repository when that fails. */
function isFileByAddress(value: string, kind: Name["kind"]): boolean {
  return (
    /^https?:\/\//i.test(value) &&
    URL.canParse(value) &&
    (kind === "file" || /\.(ya?ml|json)$/.test(new URL(value).pathname))
  );
}

function isMissing(folder: string, { home, repo, name }: Chart): boolean {
  return repo !== undefined && !existsSync(resolve(folder, home, name));
}

function real(path: string): string | undefined {
  return existsSync(path) ? realpathSync(path) : undefined;
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
