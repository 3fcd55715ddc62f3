import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";

const SPARE = "spare-";

/**
 * The folders of all control planes, side by side. That of a cluster has the cluster's id as its name. A spare one keeps the
 * name that its processes know, and the cluster's id becomes a link to it.
 */
export class ClusterFolders {
  public constructor(private readonly directory: string) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  }

  /** Returns the name of the folder of a cluster's control plane, if it has one. */
  public find(clusterId: string): string | undefined {
    if (!existsSync(this.path(clusterId))) {
      return undefined;
    }
    return this.links().get(clusterId) ?? clusterId;
  }

  public path(name: string): string {
    return join(this.directory, name);
  }

  /** Name for the folder of another spare control plane. */
  public newSpare(): string {
    return `${SPARE}${randomUUID()}`;
  }

  /** Gives a spare control plane's folder to a cluster. */
  public give(spare: string, clusterId: string): void {
    symlinkSync(spare, this.path(clusterId));
  }

  /** Returns the names of the folders of unused spare control planes. */
  public unused(): string[] {
    const given = new Set(this.links().values());
    return readdirSync(this.directory).filter((name) => name.startsWith(SPARE) && !given.has(name));
  }

  /** Deletes a folder, and the link to it. */
  public remove(name: string): void {
    const links = [...this.links()].filter(([, folder]) => folder === name);
    for (const path of [...links.map(([clusterId]) => clusterId), name]) {
      rmSync(this.path(path), { recursive: true, force: true });
    }
  }

  private links(): Map<string, string> {
    const entries = readdirSync(this.directory, { withFileTypes: true });
    const links = entries.filter((entry) => entry.isSymbolicLink());
    return new Map(links.map(({ name }) => [name, readlinkSync(this.path(name))]));
  }
}
