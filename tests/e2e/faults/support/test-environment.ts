import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { snapshotNames, writtenContents } from "../../data/support/contents";
import type { World } from "../../support/world";
import { readStackOnDisk, recordedSettings, type StackOnDisk } from "./stack-on-disk";
import { hasCluster, hasSnapshots, type State, stepsTo } from "./states";
import type { Subject } from "./subjects";

/** One node of the base pool, and two of the profile's pool. */
const NODES = 3;
/** Files that do not count as changes: git's index, installed files, and the notes of `ci` for its next step. */
const OTHERS = /^(\.git|node_modules|build)(\/|$)|\.run\.json$/;

/** Content of the user's own kubeconfig. */
export const USERS_KUBECONFIG = {
  apiVersion: "v1",
  kind: "Config",
  clusters: [{ name: "work", cluster: { server: "https://work.example.com" } }],
  contexts: [{ name: "work", context: { cluster: "work", user: "me" } }],
  users: [{ name: "me", user: { token: "of the user" } }],
};

interface Cluster {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
}

/** An environment of the matrix. Reads its state from the account, the backend and the checkout, not from `doks-env`. */
export class TestEnvironment {
  private state: State = "nothing";
  /** Content of its volumes since its first `up`. */
  private data: object | undefined;

  public constructor(
    private readonly world: World,
    public readonly subject: Subject,
    private readonly advance: (seconds: number) => Promise<void>,
  ) {
    if (subject.file !== undefined) {
      writeFileSync(this.file, subject.file);
    }
  }

  /** Brings it into a state with commands that run without a fault. */
  public async moveTo(wanted: State): Promise<void> {
    for (const { by, to } of stepsTo(wanted, this.state)) {
      const needed = by(this.subject);
      if (typeof needed === "number") {
        await this.advance(needed);
      } else {
        await this.world.doksEnvWell(...needed);
      }
      await this.expectState(to);
    }
  }

  /** Takes it down from an unknown state. */
  public async reset(): Promise<void> {
    const { stack, down, seed } = this.subject;
    await this.world.doksEnv(["unprotect", stack]);
    await this.world.doksEnv(down);
    if (seed !== undefined) {
      await this.world.doksEnv(["data", "delete", seed, "--yes"]);
    }
    this.state = "nothing";
  }

  /** Returns everything that a command without effect must not change. */
  public async fingerprint(): Promise<unknown> {
    const { lastUsed: _, ...tags } = this.stack?.tags ?? {};
    return {
      account: await this.world.api.holdings(),
      snapshots: await snapshotNames(this.world),
      clusters: (await this.clusters()).map(({ id }) => id),
      resources: this.stack?.resources.map(({ type, id, protect }) => [type, id, protect]),
      tags,
      locks: this.stack?.locks,
      files: this.files(),
    };
  }

  /** Asserts that every cluster has a record, and that no setting is lost. */
  public async expectNothingLost(): Promise<void> {
    const { stack } = this;
    const ids = (stack?.resources ?? []).flatMap(({ id, outputs }) => [id, outputs?.result]);
    const unknown = (await this.clusters()).filter(
      ({ id, tags }) => !ids.some((known) => known === id || tags.includes(`id:${known ?? ""}`)),
    );
    expect({ unknown }).toEqual({ unknown: [] });
    this.expectSettings();
    this.expectKubeconfig();
    if (stack !== undefined && this.state !== "nothing") {
      expect(recordedSettings(stack)).toMatchObject(this.subject.settings);
    }
    expect(await this.world.gitStatus()).toBe("");
  }

  public async isIn(state: State): Promise<boolean> {
    try {
      await this.expectState(state);
      return true;
    } catch {
      return false;
    }
  }

  public async expectState(state: State): Promise<void> {
    const { stack } = this;
    const { claims = 0 } = this.subject;
    this.expectSettings();
    const names = await snapshotNames(this.world);
    // A sleep that failed after its snapshots keeps them until the next wake: they may be the only copies.
    const copied = state === "asleep" ? new Set(names.map(withoutNumber)) : new Set(names);
    expect([...copied]).toHaveLength(hasSnapshots(state) ? claims : 0);
    if (state === "nothing" || state === "seed") {
      expect(stack).toBeUndefined();
      await this.world.expectNoTraceOf(this.subject.stack);
      this.data = undefined;
    } else {
      await this.expectEnvironment(stack, state);
    }
    this.state = state;
  }

  private get stack(): StackOnDisk | undefined {
    return readStackOnDisk(this.world.backend, this.subject.stack);
  }

  private get file(): string {
    return join(this.world.checkout, `Pulumi.${this.subject.stack}.yaml`);
  }

  private async expectEnvironment(stack: StackOnDisk | undefined, state: State): Promise<void> {
    expect(recordedSettings(stack)).toMatchObject(this.subject.settings);
    expect(stack).toMatchObject({ locks: 0, pending: 0 });
    expect(stack?.tags.asleep === undefined).toBe(state !== "asleep");
    expect(stack?.tags.stopped).toBeUndefined();
    const clusters = await this.clusters();
    const own = (stack?.resources ?? []).filter(({ type }) => /KubernetesCluster$/.test(type));
    expect(clusters.map(({ id }) => id)).toEqual(own.map(({ id }) => id));
    expect(clusters.map(({ name }) => name)).toEqual(hasCluster(state) ? [this.subject.stack] : []);
    expect(own.every(({ protect = false }) => protect === (state === "protected"))).toBe(true);
    expect(stack?.tags.protected === "true").toBe(state === "protected");
    const { droplets } = await this.world.api.holdings();
    expect(droplets).toHaveLength(hasCluster(state) ? NODES : 0);
    if (hasCluster(state) && this.subject.claims !== undefined) {
      const contents = await writtenContents(this.world, this.subject.stack);
      this.data ??= contents;
      expect(contents).toEqual(this.data);
    }
  }

  /** Asserts that the settings file still contains all lines of its owner, comments included. */
  private expectSettings(): void {
    const { file } = this.subject;
    if (file !== undefined) {
      const lines = readFileSync(this.file, "utf8").split("\n");
      expect(lines).toEqual(expect.arrayContaining(file.trim().split("\n")));
    }
  }

  private expectKubeconfig(): void {
    const text = readFileSync(join(String(this.world.env.HOME), ".kube/config"), "utf8");
    const { clusters, contexts, users } = USERS_KUBECONFIG;
    expect(parse(text)).toMatchObject({
      clusters: expect.arrayContaining(clusters) as unknown,
      contexts: expect.arrayContaining(contexts) as unknown,
      users: expect.arrayContaining(users) as unknown,
    });
  }

  private async clusters(): Promise<readonly Cluster[]> {
    const { kubernetes_clusters: clusters } = await this.world.api.request<{
      kubernetes_clusters: Cluster[];
    }>("GET", "/v2/kubernetes/clusters?per_page=200");
    return clusters;
  }

  /** Returns all files in the checkout, with their contents and times. */
  private files(): Record<string, string> {
    const { checkout } = this.world;
    const names = readdirSync(checkout, { recursive: true, encoding: "utf8" });
    const files = names.filter((name) => !OTHERS.test(name) && isFile(join(checkout, name)));
    return Object.fromEntries(
      files.map((name) => {
        const file = join(checkout, name);
        return [name, `${statSync(file).mtimeMs} ${readFileSync(file, "base64")}`];
      }),
    );
  }
}

/** Returns a snapshot's name without its number, which counts the copies of a claim. */
function withoutNumber(name: string): string {
  return name.replace(/-\d+$/, "");
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
