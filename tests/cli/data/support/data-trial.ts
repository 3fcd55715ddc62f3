import { requireStack } from "../../../../cli/stacks/stacks";
import { TestEmulator } from "../../../../packages/emulator/tests/api/support/test-emulator";
import { ClusterServer } from "../../support/cluster-server";
import { Trial } from "../../support/trial";

export const STACK = "alice-dev";
export const CLAIMS = ["db", "files"] as const;
/** What the tags of a claim's snapshot say of its volume. */
export const VOLUME = {
  storageClass: "do-block-storage",
  fsType: "ext4",
  volumeMode: "Filesystem",
  wasUsed: true,
} as const;
/** The requests for a volume's snapshots, as a fault names them. */
export const SNAPSHOTS = "/v2/volumes/*/snapshots";

const STATEFUL_SETS = `/apis/apps/v1/namespaces/${STACK}/statefulsets`;
const PODS = `/api/v1/namespaces/${STACK}/pods`;

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

  public static async start(): Promise<DataTrial> {
    const [emulator, server] = await Promise.all([TestEmulator.start(), ClusterServer.start()]);
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
    this.server.close();
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

  public async snapshotNames(): Promise<string[]> {
    return (await this.account.volumeSnapshots()).map(({ name }) => name).sort();
  }

  /** Makes the account's next list of snapshots lack all of them. */
  public hideSnapshots(): Promise<void> {
    const body = { snapshots: [], links: {}, meta: { total: 0 } };
    return this.emulator.fault({ method: "GET", path: "/v2/snapshots", status: 200, body });
  }

  /** Names of the StatefulSets whose pods run. */
  public running(): string[] {
    return this.server.of(PODS).map(({ metadata }) => metadata.name.replace(/-0$/, ""));
  }

  private fillCluster(): void {
    const { server } = this;
    server.holds(
      STACK,
      ...CLAIMS.map((claim) => ({ claim, volume: `pvc-${claim}`, id: this.volumeOf(claim) })),
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
