import { requireStack } from "../../../../cli/stacks/stacks";
import { TestEmulator } from "../../../../packages/emulator/tests/api/support/test-emulator";
import type { ClusterServer } from "../../support/cluster-server";
import { Trial } from "../../support/trial";

export const STACK = "alice-dev";
export const CLAIMS = ["db", "files"] as const;

const STATEFUL_SETS = `/apis/apps/v1/namespaces/${STACK}/statefulsets`;
const PODS = `/api/v1/namespaces/${STACK}/pods`;

interface Snapshot {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
}

/** An environment that is up, on an emulated account. Each of its claims is used by a StatefulSet with one pod. */
export class DataTrial extends Trial {
  /** Ids of the volumes, by claim. */
  public readonly volumes = new Map<string, string>();
  public clusterId = "";

  private constructor(
    emulator: TestEmulator,
    public readonly server: ClusterServer,
  ) {
    super(emulator);
  }

  public static async start(server: ClusterServer): Promise<DataTrial> {
    const emulator = await TestEmulator.start();
    emulator.controlPlanes.endpoint = server.endpoint;
    const trial = new DataTrial(emulator, server);
    trial.clusterId = (await emulator.createCluster({ name: STACK })).id;
    trial.isUp(STACK, server, { clusterId: trial.clusterId, namespace: STACK });
    for (const claim of CLAIMS) {
      trial.volumes.set(claim, await trial.volume(`pvc-${claim}`));
    }
    trial.fillCluster();
    return trial;
  }

  public async end(): Promise<void> {
    this.remove();
    await this.emulator.close();
  }

  /** The stack as the backend has it now. */
  public stack() {
    return requireStack(this.context(), STACK);
  }

  public volumeOf(claim: string): string {
    return this.volumes.get(claim) ?? "";
  }

  /** Takes a snapshot of a claim's volume, and lets an hour pass. @returns its id */
  public async snapshotOf(claim: string, name: string, tags: readonly string[]): Promise<string> {
    const { id } = await this.account.takeVolumeSnapshot(this.volumeOf(claim), name, tags);
    this.emulator.clock.advance(3_600_000);
    return id;
  }

  /** Attaches a claim's volume to a node of the cluster, or detaches it. */
  public async move(type: "attach" | "detach", claim: string): Promise<void> {
    const [pool] = (await this.emulator.cluster(this.clusterId)).node_pools;
    const path = `/v2/volumes/${this.volumeOf(claim)}/actions`;
    const droplet = Number(pool?.nodes[0]?.droplet_id);
    const { status, text } = await this.emulator.call("POST", path, { type, droplet_id: droplet });
    if (status !== 202) {
      throw new Error(`${type} was answered with ${status}: ${text}`);
    }
  }

  public snapshots(): Promise<readonly Snapshot[]> {
    return this.account.volumeSnapshots() as unknown as Promise<readonly Snapshot[]>;
  }

  public async snapshotNames(): Promise<string[]> {
    return (await this.snapshots()).map(({ name }) => name).sort();
  }

  /** Names of the StatefulSets whose pods run. */
  public running(): string[] {
    return this.server.of(PODS).map(({ metadata }) => metadata.name.replace(/-0$/, ""));
  }

  /** Makes the next requests to the account fail. */
  public async fail(fault: object): Promise<void> {
    const rule = { times: 1, status: 500, ...fault };
    const { status, text } = await this.emulator.call("POST", "/_emulator/faults", rule);
    if (status !== 201) {
      throw new Error(`the fault was answered with ${status}: ${text}`);
    }
  }

  private fillCluster(): void {
    const { server } = this;
    server.clear();
    const claims = CLAIMS.map((name) => ({
      metadata: { name, namespace: STACK },
      spec: { volumeName: `pvc-${name}` },
    }));
    server.set("/api/v1/persistentvolumeclaims", ...claims);
    server.set(
      "/api/v1/persistentvolumes",
      ...CLAIMS.map((name) => ({
        metadata: { name: `pvc-${name}` },
        spec: {
          storageClassName: "do-block-storage",
          csi: {
            driver: "dobs.csi.digitalocean.com",
            volumeHandle: this.volumeOf(name),
            fsType: "ext4",
          },
        },
      })),
    );
    server.set(
      STATEFUL_SETS,
      ...CLAIMS.map((name) => ({ metadata: { name }, spec: { replicas: 1 } })),
    );
    server.control = () => this.runPods();
    this.runPods();
  }

  /** What the StatefulSets' controller does. */
  private runPods(): void {
    const wanted = this.server
      .of(STATEFUL_SETS)
      .filter(({ spec }) => (spec as { replicas: number }).replicas > 0);
    this.server.set(
      PODS,
      ...wanted.map(({ metadata: { name } }) => ({
        metadata: {
          name: `${name}-0`,
          ownerReferences: [{ kind: "StatefulSet", name, controller: true }],
        },
        spec: { volumes: [{ persistentVolumeClaim: { claimName: name } }] },
      })),
    );
  }
}
