import { isDeepStrictEqual } from "node:util";
import type { CloudLoadBalancer } from "../../account/cloud-port";
import { describeError } from "../../errors";
import { recordEvent } from "../api/events";
import { Informer } from "../api/informer";
import { type EndpointSlice, keyOf, type Node, type Service } from "../api/objects";
import { WorkQueue } from "../api/work-queue";
import type { ClusterFiles } from "../cluster-files";
import type { ControllerContext } from "../controller-context";
import type { GatewayController } from "../gateway/gateway-controller";
import type { Requested } from "../gateway/routing";
import { dropletIdOf } from "../nodes/droplet-id";
import type { LoadBalancerListeners } from "./load-balancer-listeners";
import {
  CERTIFICATE_ID_ANNOTATION,
  HOSTNAME_ANNOTATION,
  loadBalancerRequest,
  TYPE_ANNOTATION,
} from "./load-balancer-request";
import type { Answer, Protocol } from "./port-listener";

/** Keeps a Service until its load balancer is gone. */
const FINALIZER = "service.kubernetes.io/load-balancer-cleanup";
/** Source of both: digitalocean-cloud-controller-manager, cloud-controller-manager/do/lb_annotations.go */
const ID_ANNOTATION = "kubernetes.digitalocean.com/load-balancer-id";
const DISOWN_ANNOTATION = "service.kubernetes.io/do-loadbalancer-disown";
/** Prefixes of the rules' protocols; HTTP/2 is always encrypted here. */
const PROTOCOLS: Readonly<Record<string, Protocol>> = {
  tcp: "tcp",
  http: "http",
  https: "https",
  http2: "https",
};
const SERVICE_NAME_LABEL = "kubernetes.io/service-name";

/** Creates a load balancer in the account for each Service of type LoadBalancer, like DigitalOcean's cloud controller. */
export class ServiceController {
  private readonly services: Informer<Service>;
  private readonly slices: Informer<EndpointSlice>;
  private readonly nodes: Informer<Node>;
  private readonly queue: WorkQueue;
  private dropletIds: readonly number[] = [];

  public constructor(
    private readonly context: ControllerContext,
    private readonly files: Pick<ClusterFiles, "certificateFile" | "certificateKeyFile">,
    private readonly listeners: LoadBalancerListeners,
    private readonly gateways: Pick<GatewayController, "owns" | "routed">,
  ) {
    const { client, log } = context;
    this.services = new Informer(client, "/api/v1/services", log);
    this.slices = new Informer(client, "/apis/discovery.k8s.io/v1/endpointslices", log);
    this.nodes = new Informer(client, "/api/v1/nodes", log);
    this.queue = new WorkQueue(
      (key) => this.reconcile(key),
      (key, error) => this.report(key, error),
    );
    this.services.onChange((service) => this.queue.add(keyOf(service)));
    this.nodes.onChange(() => this.onNodeChange());
  }

  public async start(): Promise<void> {
    await Promise.all([this.nodes.start(), this.slices.start()]);
    await this.services.start();
  }

  public async stop(): Promise<void> {
    for (const informer of [this.services, this.slices, this.nodes]) {
      informer.stop();
    }
    await this.queue.stop();
    this.listeners.disconnect(this.context.spec.clusterId);
  }

  private onNodeChange(): void {
    const dropletIds = this.nodes
      .list()
      .flatMap((node) => dropletIdOf(node) ?? [])
      .sort((a, b) => a - b);
    if (!isDeepStrictEqual(dropletIds, this.dropletIds)) {
      this.dropletIds = dropletIds;
      for (const service of this.services.list()) {
        this.queue.add(keyOf(service));
      }
    }
  }

  private async reconcile(key: string): Promise<void> {
    const service = this.services.get(key);
    if (!service) {
      return;
    }
    const isDisowned = service.metadata.annotations?.[DISOWN_ANNOTATION] === "true";
    if (wantsLoadBalancer(service)) {
      await (isDisowned ? undefined : this.ensure(service));
    } else if (service.metadata.finalizers?.includes(FINALIZER)) {
      await (isDisowned ? undefined : this.deleteLoadBalancerOf(service));
      await this.release(service);
    }
  }

  private async ensure(known: Service): Promise<void> {
    const { cloud, spec, client } = this.context;
    const { certificateFile, certificateKeyFile } = this.files;
    const service = await this.followRenewal(known);
    const request = loadBalancerRequest(
      service,
      spec,
      this.dropletIds,
      (name) => cloud.certificateNamed(name)?.id,
    );
    const finalizers = service.metadata.finalizers ?? [];
    if (!finalizers.includes(FINALIZER)) {
      // Before the load balancer is created, so that no load balancer can be left behind.
      await this.patchMetadata(service, { finalizers: [...finalizers, FINALIZER] });
    }
    const loadBalancer = cloud.ensureLoadBalancer(request);
    const annotations = { [ID_ANNOTATION]: loadBalancer.id, [TYPE_ANNOTATION]: request.type };
    if (
      Object.entries(annotations).some(([key, id]) => service.metadata.annotations?.[key] !== id)
    ) {
      await this.patchMetadata(service, { annotations });
    }
    const ingress = [addressOf(service, loadBalancer)];
    if (!isDeepStrictEqual(addressesOf(service), ingress)) {
      await client.patch(`${pathOf(service)}/status`, { status: { loadBalancer: { ingress } } });
    }
    if (request.network === "INTERNAL") {
      // Its address is in the VPC, to which this machine does not belong.
      return;
    }
    await this.listeners.listen(
      {
        id: loadBalancer.id,
        clusterId: spec.clusterId,
        ip: loadBalancer.ip,
        ports: request.forwardingRules
          .filter(({ entryProtocol }) => entryProtocol !== "udp")
          .map(({ entryProtocol, entryPort }) => ({
            port: entryPort,
            protocol: PROTOCOLS[entryProtocol] ?? "tcp",
          })),
        isRedirected: request.options.redirectHttpToHttps,
        firewall: request.options.firewall,
        certificateFile,
        certificateKeyFile,
        service: keyOf(service),
      },
      (request) => this.answer(keyOf(service), request),
    );
  }

  /**
   * A renewed certificate of Let's Encrypt has another id: it goes into the annotation with the id.
   * Source: digitalocean-cloud-controller-manager, cloud-controller-manager/do/loadbalancers.go (recordUpdatedLetsEncryptCert)
   */
  private async followRenewal(service: Service): Promise<Service> {
    const { cloud, spec } = this.context;
    const annotated = service.metadata.annotations?.[CERTIFICATE_ID_ANNOTATION];
    const served = cloud
      .loadBalancersOf(spec.clusterId)
      .find(({ serviceUid }) => serviceUid === service.metadata.uid)
      ?.forwardingRules.find(({ certificateId }) => certificateId !== undefined)?.certificateId;
    if (!annotated || served === undefined || annotated === served) {
      return service;
    }
    const [current, named] = [cloud.certificate(served), cloud.certificate(annotated)];
    const isRenewal =
      current?.type === "lets_encrypt" && (named === undefined || named.name === current.name);
    return isRenewal
      ? this.patchMetadata(service, { annotations: { [CERTIFICATE_ID_ANNOTATION]: served } })
      : service;
  }

  private async deleteLoadBalancerOf(service: Service): Promise<void> {
    const { cloud, spec } = this.context;
    const loadBalancer = cloud
      .loadBalancersOf(spec.clusterId)
      .find(({ serviceUid }) => serviceUid === service.metadata.uid);
    if (loadBalancer) {
      cloud.deleteLoadBalancer(loadBalancer.id);
      await this.listeners.close(loadBalancer.id);
    }
  }

  /** Removes the finalizer of a Service without a load balancer, or that gave it up. */
  private async release(service: Service): Promise<void> {
    const { client } = this.context;
    if (!service.metadata.deletionTimestamp) {
      await client.patch(`${pathOf(service)}/status`, { status: { loadBalancer: null } });
    }
    await this.patchMetadata(service, {
      finalizers: service.metadata.finalizers?.filter((one) => one !== FINALIZER),
      annotations: { [ID_ANNOTATION]: null },
    });
  }

  /** The Service itself, or the Service that a Gateway's routes lead to. */
  private answer(serviceKey: string, request: Requested): Answer {
    const routed = this.gateways.owns(serviceKey)
      ? this.gateways.routed(serviceKey, request)
      : { backends: [serviceKey], headers: {} };
    if (routed === undefined) {
      return { status: 404 };
    }
    const { backends, headers } = routed;
    const ready = backends.find((backend) => this.hasReadyEndpoint(backend));
    return ready === undefined
      ? { status: 503, service: backends[0] ?? serviceKey, headers }
      : { status: 200, service: ready, headers };
  }

  private hasReadyEndpoint(serviceKey: string): boolean {
    return this.slices
      .list()
      .filter((slice) => {
        const name = slice.metadata.labels?.[SERVICE_NAME_LABEL] ?? "";
        return `${slice.metadata.namespace ?? ""}/${name}` === serviceKey;
      })
      .some((slice) => slice.endpoints?.some(({ conditions }) => conditions?.ready !== false));
  }

  private patchMetadata(service: Service, metadata: object): Promise<Service> {
    return this.context.client.patch(pathOf(service), { metadata });
  }

  private report(key: string, error: unknown): void {
    const { client, log } = this.context;
    const message = `Error syncing load balancer: ${describeError(error)}`;
    log(`Service ${key}: ${message}`);
    const service = this.services.get(key);
    if (service) {
      recordEvent(client, service, {
        kind: "Service",
        component: "service-controller",
        type: "Warning",
        reason: "SyncLoadBalancerFailed",
        message,
      }).catch((failure: unknown) => log(describeError(failure)));
    }
  }
}

function wantsLoadBalancer({ metadata, spec }: Service): boolean {
  return spec.type === "LoadBalancer" && !spec.loadBalancerClass && !metadata.deletionTimestamp;
}

function addressOf(service: Service, loadBalancer: CloudLoadBalancer) {
  const hostname = service.metadata.annotations?.[HOSTNAME_ANNOTATION];
  return hostname ? { hostname } : { ip: loadBalancer.ip };
}

/** Omits fields that the API server adds, e.g. `ipMode`. */
function addressesOf({ status }: Service) {
  return status?.loadBalancer?.ingress?.map(({ ip, hostname }) =>
    hostname ? { hostname } : { ip },
  );
}

function pathOf({ metadata: { namespace = "", name } }: Service): string {
  return `/api/v1/namespaces/${namespace}/services/${name}`;
}
