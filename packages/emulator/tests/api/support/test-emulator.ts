import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { MovableClock } from "../../../clock";
import { type Emulator, startEmulator } from "../../../server";
import { FakeControlPlanes } from "./fake-control-planes";
import type { ClusterBody, NodePoolBody } from "./wire-types";

const DEADLINE_MS = 10_000;
const POLL_MS = 20;

export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: T;
}

/** The error body of DigitalOcean. */
export interface ErrorBody {
  readonly id: string;
  readonly message: string;
  readonly request_id: string;
}

/** An emulator on a temporary state directory, with control planes in memory, and a plain client for it. */
export class TestEmulator {
  private constructor(
    public readonly stateDirectory: string,
    public readonly clock: MovableClock,
    private emulator: Emulator,
    public controlPlanes: FakeControlPlanes,
  ) {}

  public static async start(): Promise<TestEmulator> {
    const stateDirectory = mkdtempSync(join(tmpdir(), "emulator-api-"));
    const clock = new MovableClock();
    const { emulator, controlPlanes } = await launch(stateDirectory, clock);
    return new TestEmulator(stateDirectory, clock, emulator, controlPlanes);
  }

  public get account() {
    return this.emulator.account;
  }

  public get url(): string {
    return this.emulator.url;
  }

  public get token(): string {
    return this.emulator.token;
  }

  public async call<T = unknown>(
    method: string,
    path: string,
    body?: unknown,
    token = this.token,
  ): Promise<Answer<T>> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        // A kept connection would break when the emulator is restarted.
        connection: "close",
      },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.startsWith("application/json");
    const { status, headers } = response;
    return { status, headers, text, body: (isJson ? JSON.parse(text) : undefined) as T };
  }

  /** Makes the next requests that match fail; by default one of them, with status 500. */
  public async fault(changes: object): Promise<void> {
    const rule = { times: 1, status: 500, ...changes };
    const { status, text } = await this.call("POST", "/_emulator/faults", rule);
    if (status !== 201) {
      throw new Error(`the fault was answered with ${status}: ${text}`);
    }
  }

  public get<T>(path: string): Promise<Answer<T>> {
    return this.call<T>("GET", path);
  }

  /** Creates a cluster with one pool of one node unless told otherwise, and waits until it runs. */
  public async createCluster(changes: object = {}): Promise<ClusterBody> {
    const created = await this.call<{ kubernetes_cluster: ClusterBody }>(
      "POST",
      "/v2/kubernetes/clusters",
      clusterRequest(changes),
    );
    if (created.status !== 201) {
      throw new Error(`the cluster was not created: ${created.status} ${created.text}`);
    }
    return this.untilRunning(created.body.kubernetes_cluster.id);
  }

  public async cluster(id: string): Promise<ClusterBody> {
    const path = `/v2/kubernetes/clusters/${id}`;
    return (await this.get<{ kubernetes_cluster: ClusterBody }>(path)).body.kubernetes_cluster;
  }

  /** Waits until a cluster and all its nodes are running. */
  public untilRunning(id: string): Promise<ClusterBody> {
    const isRunning = (pool: NodePoolBody) =>
      pool.nodes.length === pool.count &&
      pool.nodes.every((node) => node.status.state === "running");
    return this.until(`cluster ${id} to run`, async () => {
      const cluster = await this.cluster(id);
      return cluster.status.state === "running" && cluster.node_pools.every(isRunning)
        ? cluster
        : undefined;
    });
  }

  /** Polls until there is a value. @throws Error after ten seconds */
  public async until<T>(what: string, poll: () => Promise<T | undefined>): Promise<T> {
    const deadline = Date.now() + DEADLINE_MS;
    while (Date.now() < deadline) {
      const value = await poll();
      if (value !== undefined) {
        return value;
      }
      await delay(POLL_MS);
    }
    throw new Error(`waited ${DEADLINE_MS / 1000} s for ${what}`);
  }

  /**
   * Stops the emulator and starts another one on the same state.
   * @param prepare - changes the control planes before the first cluster is resumed
   */
  public async restart(prepare?: (controlPlanes: FakeControlPlanes) => void): Promise<void> {
    await this.emulator.close();
    const clock = new MovableClock();
    const { emulator, controlPlanes } = await launch(this.stateDirectory, clock, prepare);
    this.emulator = emulator;
    this.controlPlanes = controlPlanes;
  }

  /** Stops the emulator and removes its state. */
  public async close(): Promise<void> {
    await this.emulator.close();
    rmSync(this.stateDirectory, { recursive: true, force: true });
  }
}

/** The smallest request for a cluster, with changes. */
export function clusterRequest(changes: object = {}) {
  return {
    name: "blue",
    region: "fra1",
    version: "1.35",
    ha: false,
    node_pools: [{ name: "default", size: "s-2vcpu-4gb", count: 1 }],
    ...changes,
  };
}

async function launch(
  stateDirectory: string,
  clock: MovableClock,
  prepare?: (controlPlanes: FakeControlPlanes) => void,
) {
  let controlPlanes: FakeControlPlanes | undefined;
  const emulator = await startEmulator({
    stateDirectory,
    clock,
    createControlPlanes: ({ cloud }) => {
      controlPlanes = new FakeControlPlanes(cloud);
      prepare?.(controlPlanes);
      return controlPlanes;
    },
  });
  if (!controlPlanes) {
    throw new Error("the emulator made no control planes");
  }
  return { emulator, controlPlanes };
}
