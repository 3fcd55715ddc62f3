/** The state of a configured provider. */

import { UserError } from "../../errors";
import { Cluster } from "../api/cluster";
import { NoSuchKindError } from "../api/errors";
import { Informers } from "../api/informer";
import {
  ambientKubeconfig,
  type Connection,
  connectionOf,
  loadKubeconfig,
} from "../api/kubeconfig";
import { Transport } from "../api/transport";
import { isDefinition, isKnownNamespaced } from "../objects/kinds";
import { type Manifest, textAt } from "../objects/manifest";
import type { Settings } from "./settings";

export interface ReachableCluster {
  readonly cluster: Cluster;
  readonly informers: Informers;
}

export class Session {
  /** Scopes of the custom resources this program defines, by group and kind: their definitions may not exist yet. */
  private readonly definitions = new Map<string, string>();

  private constructor(
    public readonly settings: Settings,
    /** Default namespace; empty if the kubeconfig has none. */
    public readonly namespace: string,
    private readonly reachable: ReachableCluster | undefined,
    /** Reason why the cluster cannot be reached; undefined when it can. */
    public readonly unreachable: string | undefined,
  ) {}

  /**
   * An unreachable cluster is not a fault yet: a preview or a rendering may not need it.
   *
   * @throws {UserError} when the API server is not on this machine.
   */
  public static async open(settings: Settings): Promise<Session> {
    let connection: Connection;
    try {
      connection = connectionOf(
        settings.kubeconfig ? loadKubeconfig(settings.kubeconfig) : ambientKubeconfig(process.env),
        settings,
      );
    } catch (error) {
      const reason = `unable to load Kubernetes client configuration from kubeconfig file: ${(error as Error).message}`;
      return new Session(settings, settings.namespace ?? "", undefined, reason);
    }
    try {
      const timeout = settings.answerTimeoutSeconds;
      const cluster = new Cluster(
        new Transport(connection, timeout === undefined ? undefined : timeout * 1000),
      );
      // The core group requires authentication, so this also tests the credential.
      await cluster.discovery.find("v1", "Namespace");
      const reachable = { cluster, informers: new Informers(cluster) };
      return new Session(settings, connection.namespace, reachable, undefined);
    } catch (error) {
      if (error instanceof UserError) {
        throw error;
      }
      const reason = `unable to talk to the API server: ${(error as Error).message}`;
      return new Session(settings, connection.namespace, undefined, reason);
    }
  }

  /** @throws {Error} when the cluster cannot be reached. */
  public get api(): ReachableCluster {
    if (this.reachable === undefined) {
      throw new Error(`configured Kubernetes cluster is unreachable: ${this.unreachable ?? ""}`);
    }
    return this.reachable;
  }

  /** Remembers a definition of custom resources that the program is about to create. */
  public learn(manifest: Manifest): void {
    if (isDefinition(manifest)) {
      const kind = textAt(manifest, "spec", "names", "kind");
      this.definitions.set(
        `${textAt(manifest, "spec", "group")}/${kind}`,
        textAt(manifest, "spec", "scope"),
      );
    }
  }

  /** Whether a kind is namespaced; undefined if unknown. */
  public async isNamespaced(apiVersion: string, kind: string): Promise<boolean | undefined> {
    const known = isKnownNamespaced(apiVersion, kind);
    const scope = this.definitions.get(`${apiVersion.split("/")[0] ?? ""}/${kind}`);
    if (known !== undefined || scope !== undefined) {
      return known ?? scope === "Namespaced";
    }
    try {
      return (await this.reachable?.cluster.discovery.find(apiVersion, kind))?.namespaced;
    } catch {
      return undefined;
    }
  }

  /** Whether the cluster serves a kind. */
  public async serves(apiVersion: string, kind: string): Promise<boolean> {
    try {
      return (await this.reachable?.cluster.discovery.find(apiVersion, kind)) !== undefined;
    } catch (error) {
      if (error instanceof NoSuchKindError) {
        return false;
      }
      throw error;
    }
  }
}
