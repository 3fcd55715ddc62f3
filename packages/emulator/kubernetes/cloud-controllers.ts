import type { ApiClient } from "./api/client";
import { ServiceController } from "./cloud-controller/service-controller";
import type { ClusterFiles } from "./cluster-files";
import type { ControlPlaneSpec } from "./control-planes";
import { Attacher } from "./csi/attacher";
import { Provisioner } from "./csi/provisioner";
import { Reclaimer } from "./csi/reclaimer";
import { Snapshotter } from "./csi/snapshotter";
import { GatewayController } from "./gateway/gateway-controller";
import type { Surroundings } from "./surroundings";

/** DigitalOcean's controllers in one cluster: its cloud controller manager, its block storage driver, and Cilium's Gateways. */
export class CloudControllers {
  private readonly controllers: readonly Controller[];

  public constructor(
    client: ApiClient,
    spec: ControlPlaneSpec,
    files: ClusterFiles,
    surroundings: Surroundings,
  ) {
    const { cloud, listeners } = surroundings;
    const log = (line: string) => surroundings.log(`cluster ${spec.clusterName}: ${line}`);
    const context = { client, cloud, spec, log };
    const gateways = new GatewayController(context);
    this.controllers = [
      gateways,
      new ServiceController(context, files, listeners, gateways),
      new Provisioner(context),
      new Reclaimer(context),
      new Attacher(context),
      new Snapshotter(context),
    ];
  }

  /** Resolves when every controller has listed its objects. */
  public async start(): Promise<void> {
    await Promise.all(this.controllers.map((controller) => controller.start()));
  }

  public async stop(): Promise<void> {
    await Promise.all(this.controllers.map((controller) => controller.stop()));
  }
}

interface Controller {
  start(): Promise<void>;
  stop(): Promise<void>;
}
