import { isDeepStrictEqual } from "node:util";
import { describeError } from "../../errors";
import { Informer } from "../api/informer";
import { type KubernetesObject, keyOf, type Service } from "../api/objects";
import { WorkQueue } from "../api/work-queue";
import type { ControllerContext } from "../controller-context";
import { CONTROLLER, GATEWAY_API, GATEWAY_CLASS, installGatewayApi } from "./definitions";
import type { Gateway, HttpRoute, Listener } from "./objects";
import { allows, type Requested, type Routed, routeFor } from "./routing";

/** Source: cilium, operator/pkg/model/translation/gateway-api (name and label of a Gateway's Service) */
const SERVICE_PREFIX = "cilium-gateway-";
const GATEWAY_LABEL = "gateway.networking.k8s.io/gateway-name";

/**
 * Gives every Gateway of class `cilium` a Service of type LoadBalancer, takes routes to it, and tells their status, as
 * Cilium does in a DOKS cluster.
 */
export class GatewayController {
  private readonly gateways: Informer<Gateway>;
  private readonly routes: Informer<HttpRoute>;
  private readonly namespaces: Informer<KubernetesObject>;
  private readonly services: Informer<Service>;
  private readonly queue: WorkQueue;
  private readonly stopping = new AbortController();

  public constructor(private readonly context: ControllerContext) {
    const { client, log } = context;
    this.gateways = new Informer(client, `${GATEWAY_API}/gateways`, log);
    this.routes = new Informer(client, `${GATEWAY_API}/httproutes`, log);
    this.namespaces = new Informer(client, "/api/v1/namespaces", log);
    this.services = new Informer(client, "/api/v1/services", log);
    this.queue = new WorkQueue(
      (key) => this.reconcile(key),
      (key, error) => log(`Gateway ${key}: ${describeError(error)}`),
    );
    this.gateways.onChange((gateway) => this.queue.add(keyOf(gateway)));
    this.routes.onChange(() => this.addAll());
    this.services.onChange((service) => {
      if (service.metadata.labels?.[GATEWAY_LABEL] !== undefined) {
        this.addAll();
      }
    });
  }

  public async start(): Promise<void> {
    await installGatewayApi(this.context.client, this.stopping.signal);
    await Promise.all([this.namespaces.start(), this.services.start(), this.routes.start()]);
    await this.gateways.start();
  }

  public async stop(): Promise<void> {
    this.stopping.abort();
    for (const informer of [this.gateways, this.routes, this.namespaces, this.services]) {
      informer.stop();
    }
    await this.queue.stop();
  }

  /** Whether a Service is a Gateway's, so that routes decide who answers. */
  public owns(serviceKey: string): boolean {
    return this.gatewayOf(serviceKey) !== undefined;
  }

  /** Returns the target of a request to a Gateway's Service; undefined without a matching route. */
  public routed(serviceKey: string, request: Requested): Routed | undefined {
    const gateway = this.gatewayOf(serviceKey);
    return gateway && routeFor(request, gateway.spec.listeners, this.takenBy(gateway));
  }

  private gatewayOf(serviceKey: string): Gateway | undefined {
    return this.ours().find((gateway) => serviceKeyOf(gateway) === serviceKey);
  }

  private ours(): Gateway[] {
    return this.gateways.list().filter(({ spec }) => spec.gatewayClassName === GATEWAY_CLASS);
  }

  private addAll(): void {
    for (const gateway of this.ours()) {
      this.queue.add(keyOf(gateway));
    }
  }

  private async reconcile(key: string): Promise<void> {
    const gateway = this.gateways.get(key);
    // Kubernetes' garbage collector deletes its Service.
    if (gateway?.spec.gatewayClassName !== GATEWAY_CLASS || gateway.metadata.deletionTimestamp) {
      return;
    }
    await this.ensureService(gateway);
    await this.tellGateway(gateway);
    for (const route of this.routes.list()) {
      await this.tellRoute(gateway, route);
    }
  }

  private async ensureService(gateway: Gateway): Promise<void> {
    const { name, namespace = "", uid } = gateway.metadata;
    const path = `/api/v1/namespaces/${namespace}/services`;
    const annotations = { ...gateway.spec.infrastructure?.annotations };
    const ports = gateway.spec.listeners.map(({ port }) => ({ name: `port-${port}`, port }));
    const existing = this.services.get(serviceKeyOf(gateway));
    if (existing !== undefined) {
      const isSame =
        isDeepStrictEqual(
          existing.spec.ports?.map(({ port }) => port),
          ports.map(({ port }) => port),
        ) &&
        Object.entries(annotations).every(
          ([key, value]) => existing.metadata.annotations?.[key] === value,
        );
      if (!isSame) {
        const changed = { metadata: { annotations }, spec: { ports } };
        await this.context.client.patch(`${path}/${SERVICE_PREFIX}${name}`, changed);
      }
      return;
    }
    await this.context.client.createIfAbsent(path, {
      metadata: {
        name: `${SERVICE_PREFIX}${name}`,
        labels: { [GATEWAY_LABEL]: name },
        annotations,
        ownerReferences: [
          {
            apiVersion: "gateway.networking.k8s.io/v1",
            kind: "Gateway",
            name,
            uid,
            controller: true,
          },
        ],
      },
      spec: {
        type: "LoadBalancer",
        ports,
      },
    });
  }

  private async tellGateway(gateway: Gateway): Promise<void> {
    const { name, namespace = "" } = gateway.metadata;
    const ingress = this.services.get(serviceKeyOf(gateway))?.status?.loadBalancer?.ingress ?? [];
    const addresses = ingress.map(({ ip, hostname }) =>
      hostname === undefined
        ? { type: "IPAddress", value: ip }
        : { type: "Hostname", value: hostname },
    );
    await this.tell(gateway, `${GATEWAY_API}/namespaces/${namespace}/gateways/${name}`, {
      addresses,
      conditions: [
        condition(gateway, "Accepted", true),
        condition(gateway, "Programmed", addresses.length > 0),
      ],
      listeners: gateway.spec.listeners.map((listener) => ({
        name: listener.name,
        attachedRoutes: this.takenBy(gateway, [listener]).length,
        supportedKinds: [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute" }],
        conditions: [condition(gateway, "Accepted", true), condition(gateway, "Programmed", true)],
      })),
    });
  }

  private async tellRoute(gateway: Gateway, route: HttpRoute): Promise<void> {
    const parentRef = route.spec.parentRefs?.find((parent) => refersTo(route, parent, gateway));
    if (parentRef === undefined) {
      return;
    }
    const { name, namespace = "" } = route.metadata;
    const accepted = this.takenBy(gateway).some((taken) => keyOf(taken) === keyOf(route));
    await this.tell(route, `${GATEWAY_API}/namespaces/${namespace}/httproutes/${name}`, {
      parents: [
        {
          controllerName: CONTROLLER,
          parentRef,
          conditions: [
            condition(route, "Accepted", accepted, accepted ? undefined : "NotAllowedByListeners"),
            condition(route, "ResolvedRefs", true),
          ],
        },
      ],
    });
  }

  private async tell(
    object: KubernetesObject & { readonly status?: unknown },
    path: string,
    status: object,
  ): Promise<void> {
    if (!isDeepStrictEqual(object.status, status)) {
      await this.context.client.patch(`${path}/status`, { status });
    }
  }

  /** Returns the routes that one of the Gateway's listeners accepts. */
  private takenBy(gateway: Gateway, listeners = gateway.spec.listeners): HttpRoute[] {
    return this.routes.list().filter((route) => {
      const namespace = this.namespaces.get(route.metadata.namespace ?? "");
      const parents = route.spec.parentRefs?.filter((one) => refersTo(route, one, gateway)) ?? [];
      return (
        namespace !== undefined &&
        parents.some(({ sectionName }) =>
          listeners.some(
            (listener: Listener) =>
              (sectionName ?? listener.name) === listener.name &&
              allows(gateway, listener, namespace),
          ),
        )
      );
    });
  }
}

function serviceKeyOf({ metadata: { namespace = "", name } }: Gateway): string {
  return `${namespace}/${SERVICE_PREFIX}${name}`;
}

function refersTo(
  route: HttpRoute,
  parent: { readonly name: string; readonly namespace?: string },
  { metadata }: Gateway,
): boolean {
  const namespace = parent.namespace ?? route.metadata.namespace;
  return parent.name === metadata.name && namespace === metadata.namespace;
}

/** Omits times, so that an unchanged status compares as equal. */
function condition(
  { metadata }: { readonly metadata: { readonly generation?: number } },
  type: string,
  holds: boolean,
  reason = type,
): object {
  return {
    type,
    status: holds ? "True" : "False",
    reason: holds || reason !== type ? reason : "Pending",
    observedGeneration: metadata.generation ?? 1,
    message: "",
  };
}
