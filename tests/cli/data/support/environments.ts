import { randomUUID } from "node:crypto";
import type { DigitalOcean } from "../../../../cli/account/digitalocean";
import type { StackRecord } from "../../../../cli/stacks/record";
import { changed, type TagChanges } from "../../../../cli/stacks/stack-tags";
import type { Followed } from "../../../../cli/stacks/workspace";
import { handedOver } from "../../../../core/data/restore";
import { environmentTags, idTag } from "../../../../core/digitalocean-tags";
import type { KubernetesObject } from "../../../../core/manifests/manifest";
import { EmulatedAccount } from "./emulated-account";
import { FakeCluster } from "./fake-cluster";

export const PROJECT = "shop";
export const HOST = "team-shared";

/** The command was killed: nothing that it does from now on happens. */
export class Killed extends Error {}

/** A command that runs, until it is killed. */
export class CommandProcess {
  public isAlive = true;

  /** @param steps - changes that it makes before it is killed */
  public constructor(
    private readonly account: EmulatedAccount,
    private steps: number,
  ) {}

  public readonly act = (): void => {
    this.look();
    if (this.steps-- === 0) {
      this.isAlive = false;
      this.look();
    }
    // Several changes within a second, which is what DigitalOcean's times tell.
    this.account.clock.advance(400);
  };

  public readonly look = (): void => {
    if (!this.isAlive) {
      throw new Killed();
    }
  };
}

/** A stack of the backend, and what its state holds. */
interface Stack {
  tags: StackRecord["tags"];
  outputs: StackRecord["outputs"];
  id?: string;
  clusterId?: string;
  /** On a shared cluster. */
  namespace?: string;
  hasResources: boolean;
}

/** Settings that a command gives an environment. */
export interface Own {
  readonly keep: "snapshot" | "volume";
  readonly seed?: string;
}

/** Environments, the clusters that they run on, and an engine that brings them up and down one change after the other. */
export class Environments {
  public readonly account: EmulatedAccount;
  public readonly stacks = new Map<string, Stack>();
  public readonly clusters = new Map<string, FakeCluster>();
  /** Claims of each environment's tree. */
  public readonly trees = new Map<string, Set<string>>();
  public process: CommandProcess;

  /** @param tenants - those that live on the shared cluster */
  public constructor(
    follow: boolean,
    private readonly tenants: readonly string[],
  ) {
    this.account = new EmulatedAccount(follow);
    this.process = new CommandProcess(this.account, Infinity);
    const host = this.createCluster(HOST, randomUUID());
    this.stacks.set(HOST, {
      ...{ tags: {}, hasResources: true, clusterId: host.id },
      outputs: { placement: "host", clusterId: host.id, account: "account" },
    });
  }

  public begin(steps: number): CommandProcess {
    this.process = new CommandProcess(this.account, steps);
    return this.process;
  }

  public client(): DigitalOcean {
    return this.account.client(this.process);
  }

  public record(stack: string): StackRecord | undefined {
    const found = this.stacks.get(stack);
    return found && { stack, locks: [], ...found };
  }

  public records(): StackRecord[] {
    return [...this.stacks.keys()].flatMap((stack) => this.record(stack) ?? []);
  }

  public writeTags(stack: string, changes: TagChanges): StackRecord["tags"] {
    const found = this.stackOf(stack);
    this.process.act();
    found.tags = changed(found.tags, changes);
    return found.tags;
  }

  public owned(stack: string) {
    const { id, clusterId, namespace } = this.stackOf(stack);
    return {
      ...(id === undefined ? {} : { id, account: "account" }),
      clusterIds: clusterId === undefined || namespace !== undefined ? [] : [clusterId],
      poolIds: [],
    };
  }

  public placement(stack: string) {
    const { clusterId, namespace } = this.stackOf(stack);
    return clusterId === undefined
      ? { clusters: [] }
      : namespace === undefined
        ? { clusters: [{ id: clusterId, urn: "" }] }
        : { clusters: [], namespace: { clusterId, name: namespace, urn: "", kubeconfig: "" } };
  }

  public tree(stack: string): KubernetesObject[] {
    return [...(this.trees.get(stack) ?? [])].map((name) => ({
      ...{ apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name } },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
    }));
  }

  /** Where an environment lives, as long as that is there. */
  public home(stack: string): { cluster: FakeCluster; namespace: string } | undefined {
    const { clusterId = "", namespace = stack } = this.stacks.get(stack) ?? {};
    const cluster = this.account.clusters.has(clusterId) ? this.clusters.get(clusterId) : undefined;
    return cluster && { cluster, namespace };
  }

  /**
   * Kubernetes deletes the rest of a namespace by itself. Until then the real checks refuse an update.
   *
   * @returns whether it was being deleted
   */
  public finishTermination(stack: string): boolean {
    const { cluster, namespace = "" } = this.home(stack) ?? {};
    if (cluster?.namespaces.get(namespace) !== true) {
      return false;
    }
    for (const claim of cluster.claimsOf(namespace)) {
      cluster.remove(namespace, claim);
    }
    cluster.namespaces.delete(namespace);
    return true;
  }

  public workspace() {
    return {
      engine: {},
      createStack: async (stack: string) => {
        this.process.act();
        this.stacks.set(stack, { tags: {}, outputs: {}, hasResources: false });
      },
      removeStack: async (stack: string) => {
        this.process.act();
        this.stacks.delete(stack);
      },
      forgetPending: () => Promise.resolve(),
      stack: (stack: string, config = "{}") => ({
        up: (followed: Followed) =>
          this.bringUp(stack, JSON.parse(config) as Own, { ...followed.env }),
        destroy: () => this.destroy(stack),
      }),
    };
  }

  private stackOf(stack: string): Stack {
    const found = this.stacks.get(stack);
    if (found === undefined) {
      throw new Error(`there is no stack ${stack}`);
    }
    return found;
  }

  private createCluster(stack: string, id: string): FakeCluster {
    const [owner = "", profile = ""] = stack.split("-");
    const naming = environmentTags({ project: PROJECT, stack, owner, profile });
    const cluster = new FakeCluster(this.account, [...naming, idTag(id)]);
    this.clusters.set(cluster.id, cluster);
    return cluster;
  }

  private async bringUp(stack: string, own: Own, env: NodeJS.ProcessEnv) {
    const its = this.stackOf(stack);
    const step = this.process.act;
    step();
    its.hasResources = true;
    its.id ??= randomUUID();
    if (this.home(stack) === undefined) {
      step();
      const host = this.stacks.get(HOST)?.clusterId ?? "";
      const isTenant = this.tenants.includes(stack);
      its.clusterId = isTenant ? host : this.createCluster(stack, its.id).id;
      its.namespace = isTenant ? stack : undefined;
    }
    const { cluster, namespace } = this.home(stack) as { cluster: FakeCluster; namespace: string };
    cluster.namespaces.set(namespace, false);
    for (const volume of handedOver(env) ?? []) {
      step();
      cluster.declare(namespace, volume);
    }
    const tree = this.trees.get(stack) ?? new Set();
    for (const claim of cluster.claimsOf(namespace).filter((one) => !tree.has(one))) {
      step();
      cluster.remove(namespace, claim);
    }
    for (const claim of [...tree].filter((one) => !cluster.has(namespace, one))) {
      step();
      cluster.claim(namespace, claim);
    }
    for (const claim of tree) {
      step();
      cluster.run(namespace, claim);
    }
    step();
    its.outputs = {
      ...{ id: its.id, clusterId: cluster.id, namespace, account: "account" },
      ...{ placement: its.namespace === undefined ? "cluster" : "namespace", hostStack: HOST },
      ...{ data: { keep: own.keep, claims: {} }, pricePerHourUsd: 0.1 },
      createdAt: this.account.clock.now().toISOString(),
    };
    return its.outputs;
  }

  private async destroy(stack: string) {
    const its = this.stackOf(stack);
    const home = this.home(stack);
    if (its.namespace !== undefined) {
      home?.cluster.namespaces.set(its.namespace, true);
      for (const claim of home?.cluster.claimsOf(its.namespace) ?? []) {
        this.process.act();
        home?.cluster.remove(its.namespace, claim);
      }
      home?.cluster.namespaces.delete(its.namespace);
    } else if (home !== undefined) {
      this.process.act();
      this.account.destroyCluster(home.cluster.id);
    }
    this.process.act();
    const { tags } = its;
    this.stacks.set(stack, { tags, outputs: {}, hasResources: false });
  }
}
