import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ReapOutcome } from "../../../../cli/reap/carry-out";
import type { ReapData, RunData } from "../../../../cli/reap/reap.data";
import { idTag, namingTags, PRODUCT_TAG } from "../../../../core/digitalocean-tags";
import { checkpointWith } from "../../../cli/stacks/support/checkpoints";
import { type Result, resultOf, type World } from "../../support/world";

export const HOUR = 3_600;
export const DAY = 24 * HOUR;
const PROJECT = "ephemeral-doks";

/** What its last update said, of an environment that is made without one. */
export interface Life {
  /** In seconds, as all. @default 2 days */
  readonly createdAgo?: number;
  /** @default - as old as it is itself */
  readonly updatedAgo?: number;
  /** @default 5 days */
  readonly expiresIn?: number;
  /** @default - it says of none */
  readonly clusterId?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly policy?: object;
}

const POLICY = {
  ...{ ttl: "14d", maxTtl: "30d", idleAfter: "3h", onIdle: "keep", destroyAfterIdle: "3d" },
  ...{ protect: false, warnAhead: [] as string[] },
};

/** A world whose clock can be moved: that of the account, and that of every Node process of doks-env. */
export class ReapingWorld {
  private aheadSeconds = 0;

  public constructor(public readonly world: World) {
    this.world.env.NODE_OPTIONS = `--require ${join(__dirname, "shifted-clock.js")}`;
    this.setClock();
  }

  /** Now, in Unix seconds, by the world's clock. */
  public now(): number {
    return Date.now() / 1000 + this.aheadSeconds;
  }

  public timestamp(later = 0): string {
    return new Date((this.now() + later) * 1000).toISOString();
  }

  public async advance(seconds: number): Promise<void> {
    await this.world.api.request("POST", "/_emulator/clock", { advanceSeconds: seconds });
    this.aheadSeconds += seconds;
    this.setClock();
  }

  /** One run of the reaper, to its end. */
  public async reap(...args: string[]): Promise<Result<ReapData> & { readonly run: RunData }> {
    return withRun(await this.world.doksEnvResult<ReapData>("reap", ...args));
  }

  /** The same with other variables. */
  public async reapWith(
    env: NodeJS.ProcessEnv,
    ...args: string[]
  ): Promise<Result<ReapData> & { readonly run: RunData }> {
    const finished = await this.world.doksEnv(["reap", ...args, "--json"], {
      env: { ...this.world.env, ...env },
    });
    return withRun(resultOf<ReapData>(["reap", ...args].join(" "), finished));
  }

  /**
   * A stack with the outputs of an update and nothing else, as if it had been up: written as Pulumi does, so that it takes
   * no time; judged and destroyed like any other.
   */
  public addStack(stack: string, life: Life = {}): void {
    const { createdAgo = 2 * DAY, updatedAgo = createdAgo, expiresIn = 5 * DAY } = life;
    const outputs = {
      createdAt: this.timestamp(-createdAgo),
      expiresAt: this.timestamp(expiresIn),
      protected: false,
      ...(life.clusterId === undefined ? {} : { clusterId: life.clusterId }),
      pricePerHourUsd: 0.1071,
      policy: { ...POLICY, ...life.policy },
    };
    const urn = `urn:pulumi:${stack}::${PROJECT}::pulumi:pulumi:Stack::${PROJECT}-${stack}`;
    const resources = [{ urn, custom: false, type: "pulumi:pulumi:Stack", outputs }];
    const time = this.timestamp(-updatedAgo);
    const checkpoint = JSON.parse(checkpointWith(stack, { project: PROJECT, time, resources })) as {
      checkpoint: { latest: { secrets_providers?: object } };
    };
    // That is another passphrase's; without it Pulumi makes one up.
    delete checkpoint.checkpoint.latest.secrets_providers;
    const tags = { created: outputs.createdAt, ...life.tags };
    this.writeState(`${stack}.json`, JSON.stringify(checkpoint));
    this.writeState(`${stack}.pulumi-tags`, JSON.stringify({ version: 1, tags }));
  }

  /** Whether nothing is left of a stack but itself, and nobody holds it. */
  public isEmpty(stack: string): boolean {
    const { backend } = this.world;
    const locks = join(backend, ".pulumi/locks/organization", PROJECT, stack);
    const state = readFileSync(join(backend, ".pulumi/stacks", PROJECT, `${stack}.json`), "utf8");
    const { checkpoint } = JSON.parse(state) as {
      checkpoint: { latest?: { resources?: unknown[] } };
    };
    const isFree = !existsSync(locks) || readdirSync(locks).length === 0;
    return isFree && (checkpoint.latest?.resources ?? []).length === 0;
  }

  /** Somebody on another machine holds a stack: of that process nothing can be known. */
  public lock(stack: string): void {
    const folder = join(this.world.backend, ".pulumi/locks/organization", PROJECT, stack);
    mkdirSync(folder, { recursive: true });
    const lock = { pid: 1, username: "bob", hostname: "elsewhere", timestamp: this.timestamp() };
    writeFileSync(join(folder, "1.json"), JSON.stringify(lock));
  }

  /** Names of the stacks in the backend. */
  public stackNames(): string[] {
    const files = readdirSync(join(this.world.backend, ".pulumi/stacks", PROJECT));
    return files.flatMap((file) => /^(.+)\.json$/.exec(file)?.[1] ?? []).sort();
  }

  /** Writes one of the backend's files about stacks. */
  public writeState(name: string, content: string): void {
    const folder = join(this.world.backend, ".pulumi/stacks", PROJECT);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), content);
  }

  /**
   * Adds a cluster that has the tags of a stack and is in no state.
   *
   * @param name - of the cluster
   * @param id - of the environment, which proves whose it is. @default id - it is only called the same
   * @returns the cluster's id
   */
  public async addCluster(stack: string, name: string = stack, id?: string): Promise<string> {
    const { kubernetes_cluster: cluster } = await this.world.api.request<{
      kubernetes_cluster: { id: string };
    }>("POST", "/v2/kubernetes/clusters", {
      name,
      region: "fra1",
      version: "1.35",
      tags: [PRODUCT_TAG, ...namingTags(PROJECT, stack), ...(id === undefined ? [] : [idTag(id)])],
      node_pools: [{ name: "base", size: "s-1vcpu-2gb", count: 1 }],
    });
    return cluster.id;
  }

  public async addVolume(name: string, tags: readonly string[]): Promise<string> {
    const { volume } = await this.world.api.request<{ volume: { id: string } }>(
      "POST",
      "/v2/volumes",
      { name, region: "fra1", size_gigabytes: 10, tags },
    );
    return volume.id;
  }

  /** Makes the next requests to the account fail. */
  public async fail(method: string, path: string, times: number, status = 500): Promise<void> {
    await this.world.api.request("POST", "/_emulator/faults", { method, path, status, times });
  }

  public async fix(): Promise<void> {
    await this.world.api.request("DELETE", "/_emulator/faults");
  }

  private setClock(): void {
    this.world.env.E2E_CLOCK_AHEAD_MS = String(this.aheadSeconds * 1000);
  }
}

function withRun(result: Result<ReapData>): Result<ReapData> & { readonly run: RunData } {
  const { run: report } = result.data;
  if (report === undefined) {
    throw new Error(`no report of a run: ${JSON.stringify(result.data)}\n${result.stderr}`);
  }
  return { ...result, run: report };
}

/** Verdicts by stack. */
export function verdicts({ environments }: RunData): Record<string, string> {
  return Object.fromEntries(environments.map(({ stack, kind }) => [stack, kind]));
}

/** What the plan does, by what it does it to. */
export function planned({ plan }: RunData): Record<string, string> {
  return Object.fromEntries(
    plan.entries.map(({ subject, action, cause = "" }) => [subject, `${action} ${cause}`.trim()]),
  );
}

export function outcomes({ outcomes: all }: RunData): Record<string, ReapOutcome["state"]> {
  return Object.fromEntries(all.map(({ subject, state }) => [subject, state]));
}
