import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createControlPlanes } from "../../../kubernetes";
import { ApiClient } from "../../../kubernetes/api/client";
import type { ControlPlaneSpec, ControlPlanes, NodeSpec } from "../../../kubernetes/control-planes";
import { eventually } from "./eventually";
import { MemoryCloud } from "./memory-cloud";

/** The time that a test which starts a cluster may take, in milliseconds: other tests run beside it. */
export const START_TIMEOUT_MS = 120_000;

/** An emulated account with one cluster that really runs. */
export class TestCluster {
  public readonly cloud = new MemoryCloud();
  public readonly logs: string[] = [];
  public readonly spec: ControlPlaneSpec = {
    clusterId: "0d1f9d5c-6f0a-4b52-9a37-3e2f1c0b7a11",
    clusterName: "test",
    region: "nyc1",
    version: "1.35.4-do.0",
    clusterSubnet: "10.108.0.0/16",
    serviceSubnet: "10.109.0.0/19",
  };
  public readonly adminToken = this.cloud.addUser("admin@example.com", ["k8saas:authenticated"]);
  public endpoint = "";
  public ca = "";
  private planes: ControlPlanes | undefined;
  private readonly clients: ApiClient[] = [];

  public constructor(
    public readonly stateDirectory = mkdtempSync(join(tmpdir(), "control-planes-")),
    private readonly spare = false,
  ) {}

  public static async start(nodes: readonly NodeSpec[] = [testNode(1)]): Promise<TestCluster> {
    const cluster = new TestCluster();
    try {
      await cluster.start();
      await cluster.setNodes(nodes);
    } catch (error) {
      await cluster.dispose();
      throw error;
    }
    return cluster;
  }

  public get controlPlanes(): ControlPlanes {
    this.planes ??= createControlPlanes({
      stateDirectory: this.stateDirectory,
      cloud: this.cloud,
      log: (line) => this.logs.push(line),
      spare: this.spare,
    });
    return this.planes;
  }

  /** Starts the control plane, also after {@link halt}. */
  public async start(): Promise<void> {
    const { endpoint, certificateAuthorityData } = await this.controlPlanes.start(this.spec);
    this.endpoint = endpoint;
    this.ca = Buffer.from(certificateAuthorityData, "base64").toString();
  }

  public async setNodes(nodes: readonly NodeSpec[]): Promise<void> {
    await this.controlPlanes.setNodes(this.spec.clusterId, nodes);
    await eventually(
      () => this.controlPlanes.readyNodes(this.spec.clusterId),
      (ready) => ready.length === nodes.length,
    );
  }

  /** A client with the administrator's token, or another. */
  public client(token = this.adminToken): ApiClient {
    const client = new ApiClient(this.endpoint, this.ca, token);
    this.clients.push(client);
    return client;
  }

  /** Runs kubectl as the administrator, and returns what it prints. @throws Error with what it says on stderr */
  public async kubectl(...args: string[]): Promise<string> {
    const file = this.writeKubeconfig();
    const { stdout } = await promisify(execFile)("kubectl", ["--kubeconfig", file, ...args]);
    return stdout;
  }

  /** Path of a kubeconfig of the administrator's. */
  public writeKubeconfig(): string {
    const file = join(this.stateDirectory, "admin.kubeconfig");
    const server = {
      server: this.endpoint,
      "certificate-authority-data": Buffer.from(this.ca).toString("base64"),
    };
    const kubeconfig = {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "test", cluster: server }],
      users: [{ name: "admin", user: { token: this.adminToken } }],
      contexts: [{ name: "test", context: { cluster: "test", user: "admin" } }],
      "current-context": "test",
    };
    writeFileSync(file, JSON.stringify(kubeconfig), { mode: 0o600 });
    return file;
  }

  /** Stops all processes and keeps the data. */
  public async halt(): Promise<void> {
    await this.planes?.close();
    this.planes = undefined;
  }

  /** Stops all processes and deletes the data. */
  public async dispose(): Promise<void> {
    for (const client of this.clients) {
      client.close();
    }
    await this.halt();
    rmSync(this.stateDirectory, { recursive: true, force: true });
  }
}

/** A node of size s-2vcpu-4gb. */
export function testNode(number: number): NodeSpec {
  return {
    name: `pool-test-${number}`,
    id: randomUUID(),
    dropletId: 1000 + number,
    poolId: "pool-id",
    poolName: "pool-test",
    region: "nyc1",
    size: { slug: "s-2vcpu-4gb", vcpus: 2, memoryMiB: 4096, diskGiB: 80 },
    labels: { tier: "test" },
    taints: [],
    privateIp: `10.110.0.${number}`,
    publicIp: `203.0.113.${number}`,
  };
}
