import { UserError } from "../errors";
import { isLoadBalanced } from "./load-balancers";
import { type KubernetesObject, valueAt } from "./manifest";

/** The Service and port that serve an environment's address. */
export interface Entry {
  readonly service: string;
  readonly port: number;
  readonly scheme: Scheme;
}

type Scheme = "http" | "https";

/** A Service that clients outside reach through a load balancer, over TCP. */
export interface EntryService {
  readonly service: string;
  /** The port that most likely serves HTTP is first. */
  readonly ports: readonly EntryPort[];
}

interface EntryPort {
  readonly port: number;
  readonly name?: string;
  /** @default - the port is for another protocol than HTTP */
  readonly scheme?: Scheme;
}

export interface EntryWish {
  /** Name of a Service. @default - the only one of type LoadBalancer */
  readonly service?: string;
  /** Number or name of a port. @default - the most likely one */
  readonly port?: string;
  /** @default - from the port's name, appProtocol or number */
  readonly scheme?: Scheme;
}

/** INTERNAL: the load balancer has no address outside the VPC. @see https://docs.digitalocean.com/products/kubernetes/how-to/configure-load-balancers/ */
const NETWORK = "service.beta.kubernetes.io/do-loadbalancer-network";

/** The Services with a load balancer, in the order of the tree. */
export function entryServicesOf(objects: readonly KubernetesObject[]): EntryService[] {
  return objects
    .filter((object) => isLoadBalanced(object) && !isInternal(object))
    .map(asEntryService)
    .filter(({ ports }) => ports.length > 0);
}

export function asEntryService({ metadata, spec }: KubernetesObject): EntryService {
  return { service: metadata.name, ports: portsOf(spec) };
}

/** Whether only clients in the VPC reach a Service's load balancer. */
export function isInternal({ metadata }: Pick<KubernetesObject, "metadata">): boolean {
  return metadata.annotations?.[NETWORK] === "INTERNAL";
}

/**
 * The Services that may be the entry when the settings name none. A server that does not speak HTTP can answer
 * neither a smoke test nor a browser.
 */
export function candidatesOf(
  entries: readonly EntryService[],
  { port, scheme }: EntryWish,
): EntryService[] {
  const isMeant = port !== undefined || scheme !== undefined;
  return entries.filter(({ ports }) => isMeant || ports[0]?.scheme !== undefined);
}

/** The name of the Service that is the entry. @returns undefined for no candidate, or several */
export function entryNameOf(entries: readonly EntryService[], wish: EntryWish): string | undefined {
  const [entry, another] =
    wish.service === undefined
      ? candidatesOf(entries, wish)
      : entries.filter(({ service }) => service === wish.service);
  return another === undefined ? entry?.service : undefined;
}

/**
 * The port of a Service that serves the environment's address.
 *
 * @param setting - the setting that names Service and port
 * @throws {UserError} when the settings name a port that the Service does not have, or none of its ports is for HTTP
 */
export function entryAt(
  { service, ports }: EntryService,
  { port, scheme }: EntryWish,
  setting: string = "smokeTest",
): Entry {
  const chosen = port === undefined ? ports[0] : ports.find((one) => isNamed(one, port));
  // An entry named in the settings serves HTTP, even if its port suggests another protocol.
  const chosenScheme = scheme ?? chosen?.scheme ?? (port === undefined ? undefined : "http");
  if (chosen === undefined || chosenScheme === undefined) {
    const known = ports.map(({ name, port: number }) => (name ? `${number} (${name})` : number));
    const fault =
      port === undefined
        ? `${setting}.service "${service}" has no port for HTTP`
        : `${setting}.port "${port}" is not a TCP port of Service "${service}"`;
    throw new UserError(
      `${fault}; its ports are ${known.join(", ") || "none"}`,
      `pulumi config set --path ${setting}.port ${ports[0]?.port ?? "<port>"}`,
    );
  }
  return { service, port: chosen.port, scheme: chosenScheme };
}

function isNamed({ name, port }: EntryPort, wanted: string): boolean {
  return name === wanted || String(port) === wanted;
}

/** The likely protocol of a port. */
type Guess = Scheme | "other" | "unknown";

/** Prefers plain HTTP: many trees have a port for HTTPS, but no certificate. */
const ORDER: readonly Guess[] = ["http", "https", "unknown", "other"];

function portsOf(spec: unknown): EntryPort[] {
  const listed = valueAt(spec, "ports");
  const ports = Array.isArray(listed) ? (listed as unknown[]) : [];
  return ports
    .filter((port) => (valueAt(port, "protocol") ?? "TCP") === "TCP")
    .map((port) => ({ port, guess: guessOf(port), isAside: isAside(port) }))
    .sort(
      (a, b) =>
        Number(a.isAside) - Number(b.isAside) || ORDER.indexOf(a.guess) - ORDER.indexOf(b.guess),
    )
    .flatMap(({ port, guess }): EntryPort[] => {
      const number = valueAt(port, "port");
      const name = valueAt(port, "name");
      return typeof number === "number"
        ? [
            {
              port: number,
              ...(guess === "other" ? {} : { scheme: guess === "https" ? "https" : "http" }),
              ...(typeof name === "string" ? { name } : {}),
            },
          ]
        : [];
    });
}

/** Values of appProtocol: IANA's names, and Kubernetes' own. @see https://kubernetes.io/docs/concepts/services-networking/service/#application-protocol */
const APP_PROTOCOLS: Readonly<Record<string, Guess>> = {
  http: "http",
  "kubernetes.io/h2c": "http",
  "kubernetes.io/ws": "http",
  https: "https",
  "kubernetes.io/wss": "https",
};
/** First words of port names. @see https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/ */
const NAMES: Readonly<Record<string, Guess>> = {
  http: "http",
  http2: "http",
  web: "http",
  www: "http",
  https: "https",
  websecure: "https",
  metrics: "other",
  status: "other",
  health: "other",
  healthz: "other",
  admin: "other",
  amqp: "other",
  grpc: "other",
  mongo: "other",
  mqtt: "other",
  mysql: "other",
  postgres: "other",
  redis: "other",
  tcp: "other",
  tls: "other",
};
/** Well-known ports. Servers such as RabbitMQ and Kafka have ports of kind `other` beside a web page. */
const NUMBERS: Readonly<Record<number, Guess>> = {
  22: "other",
  25: "other",
  53: "other",
  1883: "other",
  3306: "other",
  5432: "other",
  5672: "other",
  6379: "other",
  9042: "other",
  9092: "other",
  11211: "other",
  15021: "other",
  27017: "other",
  80: "http",
  8000: "http",
  8080: "http",
  443: "https",
  8443: "https",
};

/** Words in the names of ports that answer HTTP for operators, and not for users. */
const ASIDE = [
  "admin",
  "health",
  "healthz",
  "metrics",
  "monitoring",
  "prom",
  "prometheus",
  "status",
];

function isAside(port: unknown): boolean {
  const name = valueAt(port, "name");
  return typeof name === "string" && name.split("-").some((word) => ASIDE.includes(word));
}

function guessOf(port: unknown): Guess {
  const appProtocol = valueAt(port, "appProtocol");
  if (typeof appProtocol === "string") {
    return APP_PROTOCOLS[appProtocol.toLowerCase()] ?? "other";
  }
  const name = valueAt(port, "name");
  const byName = typeof name === "string" ? NAMES[name.split("-")[0] ?? ""] : undefined;
  return byName ?? NUMBERS[Number(valueAt(port, "port"))] ?? "unknown";
}
