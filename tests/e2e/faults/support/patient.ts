import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EMPTY } from "../../support/account";
import type { World } from "../../support/world";
import type { Subject } from "./subjects";
import type { State } from "./table";

/** One of the base pool, and two of the profile's. */
const NODES = 3;
const UNTIL_IT_HAS_EXPIRED_SECONDS = 9 * 3_600;
/** What no command is about: git's index, and what was installed; and the notes that `ci` leaves for its next step. */
const OTHERS = /^(\.git|node_modules|build)(\/|$)|\.run\.json$/;

interface Resource {
  readonly type: string;
  readonly id?: string;
  readonly outputs?: { readonly result?: string; readonly settings?: { readonly own: object } };
}

/** A stack as its files in the backend have it. */
interface StackFiles {
  readonly resources: readonly Resource[];
  /** What was begun and of which nobody knows the end. */
  readonly pending: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly locks: number;
}

interface Cluster {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
}

/** The environment to which everything happens, seen by the account, the backend and the checkout themselves. */
export class Patient {
  private is: State = "nothing";

  public constructor(
    private readonly world: World,
    public readonly subject: Subject,
    private readonly advance: (seconds: number) => Promise<void>,
  ) {
    if (subject.file !== undefined) {
      writeFileSync(this.file, subject.file);
    }
  }

  /** Brings it into a state, by commands to which nothing happens. */
  public async bring(wanted: State): Promise<void> {
    const { stack, up, down } = this.subject;
    if (wanted === this.is) {
      return;
    }
    if (wanted === "expired") {
      await this.bring("up");
      await this.advance(UNTIL_IT_HAS_EXPIRED_SECONDS);
    } else if (wanted === "nothing") {
      await this.world.doksEnvWell(...down);
    } else if (wanted === "asleep") {
      await this.bring("up");
      await this.world.doksEnvWell("sleep", stack, "--yes");
    } else if (this.is === "asleep") {
      await this.world.doksEnvWell("wake", stack, "--yes");
    } else if (this.is === "nothing") {
      await this.world.doksEnvWell(...up);
    }
    await this.expectState(wanted);
  }

  /** Takes it down after what it has become is not known. */
  public async reset(): Promise<void> {
    await this.world.doksEnv(this.subject.down);
    this.is = "nothing";
  }

  /** Everything that a command without effect leaves as it is. */
  public async fingerprint(): Promise<unknown> {
    const { lastUsed: _, ...tags } = this.stack?.tags ?? {};
    return {
      account: await this.world.api.holdings(),
      clusters: (await this.clusters()).map(({ id }) => id),
      resources: this.stack?.resources.map(({ type, id }) => [type, id]),
      tags,
      locks: this.stack?.locks,
      files: this.files(),
    };
  }

  /** Whatever has happened: all that costs has a record, and no setting is lost. */
  public async expectNothingLost(): Promise<void> {
    const { stack } = this;
    const ids = (stack?.resources ?? []).flatMap(({ id, outputs }) => [id, outputs?.result]);
    const unknown = (await this.clusters()).filter(
      ({ id, tags }) => !ids.some((known) => known === id || tags.includes(`id:${known ?? ""}`)),
    );
    expect({ unknown }).toEqual({ unknown: [] });
    this.expectSettings();
    if (stack !== undefined && this.is !== "nothing") {
      expect(this.recorded(stack)).toMatchObject(this.subject.settings);
    }
    expect(await this.world.gitStatus()).toBe("");
  }

  public async expectState(state: State): Promise<void> {
    const { stack } = this;
    const holdings = await this.world.api.holdings();
    this.expectSettings();
    if (state === "nothing") {
      expect({ holdings, stack }).toEqual({ holdings: EMPTY, stack: undefined });
      await this.world.expectNoTraceOf(this.subject.stack);
    } else {
      expect(this.recorded(stack)).toMatchObject(this.subject.settings);
      expect(stack).toMatchObject({ locks: 0, pending: 0 });
      expect(stack?.tags.asleep === undefined).toBe(state !== "asleep");
      const clusters = await this.clusters();
      const own = (stack?.resources ?? []).filter(({ type }) => /KubernetesCluster$/.test(type));
      expect(clusters.map(({ id }) => id)).toEqual(own.map(({ id }) => id));
      expect(clusters.map(({ name }) => name)).toEqual(
        state === "asleep" ? [] : [this.subject.stack],
      );
      expect(holdings.droplets).toHaveLength(state === "asleep" ? 0 : NODES);
    }
    this.is = state;
  }

  private get file(): string {
    return join(this.world.checkout, `Pulumi.${this.subject.stack}.yaml`);
  }

  /** Whatever `up` writes into the file, what its owner has written is still there, comments included. */
  private expectSettings(): void {
    const { file } = this.subject;
    if (file !== undefined) {
      const lines = readFileSync(this.file, "utf8").split("\n");
      expect(lines).toEqual(expect.arrayContaining(file.trim().split("\n")));
    }
  }

  private recorded(stack: StackFiles | undefined): unknown {
    const { tags = {}, resources = [] } = stack ?? {};
    const parts = Object.keys(tags).filter((name) => /^settings\d+$/.test(name));
    const text = parts.map((_, index) => tags[`settings${index + 1}`]).join("");
    const brought = resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs?.settings;
    return text === "" ? brought?.own : (JSON.parse(text) as { own: object }).own;
  }

  private async clusters(): Promise<readonly Cluster[]> {
    const { kubernetes_clusters: clusters } = await this.world.api.request<{
      kubernetes_clusters: Cluster[];
    }>("GET", "/v2/kubernetes/clusters?per_page=200");
    return clusters;
  }

  private get stack(): StackFiles | undefined {
    const { stack } = this.subject;
    const folder = join(this.world.backend, ".pulumi");
    const state = join(folder, "stacks/ephemeral-doks", `${stack}.json`);
    const tags = join(folder, "stacks/ephemeral-doks", `${stack}.pulumi-tags`);
    const locks = join(folder, "locks/organization/ephemeral-doks", stack);
    if (!existsSync(state)) {
      return undefined;
    }
    const { checkpoint } = JSON.parse(readFileSync(state, "utf8")) as {
      checkpoint: { latest?: { resources?: Resource[]; pending_operations?: unknown[] } };
    };
    return {
      resources: checkpoint.latest?.resources ?? [],
      pending: checkpoint.latest?.pending_operations?.length ?? 0,
      tags: existsSync(tags)
        ? (JSON.parse(readFileSync(tags, "utf8")) as { tags: Record<string, string> }).tags
        : {},
      locks: existsSync(locks) ? readdirSync(locks).length : 0,
    };
  }

  /** All files in the checkout, with what they hold and when they were written. */
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

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
