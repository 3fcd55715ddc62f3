import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import type * as kubernetes from "@kubernetes/client-node";
import type { Status } from "../../bin/exec-credential/digitalocean";
import { proxyFor } from "../../bin/proxy";
import { describeError, UserError } from "../../core/errors";
import type { CustomResource, Kind, Kinds } from "./api-objects";
import { credentialError, requestError } from "./cluster-error";
import { listCustomResources } from "./custom-resources";

const REQUEST_TIMEOUT_SECONDS = 10;
/** Time limit of an exec plugin, which sends requests to another API. */
const CREDENTIAL_TIMEOUT_SECONDS = 30;
/** Size limit of a log, because its lines may be long. */
const LOG_BYTES = 65_536;

type Library = typeof kubernetes;

/** The requests to a cluster. All fail with a UserError. */
export interface ClusterClient {
  /**
   * Lists all objects of a kind in a namespace; for nodes, in the cluster.
   *
   * @throws {ForbiddenError} when the user is not allowed to
   */
  list<K extends Kind>(kind: K, namespace: string, fieldSelector?: string): Promise<Kinds[K][]>;
  /**
   * Lists the custom resources of a namespace whose kinds can be listed, and the cluster's GatewayClasses.
   *
   * @param group - API group. @default - all groups except Kubernetes' own
   */
  customResources(namespace: string, group?: string): Promise<CustomResource[]>;
  /** Returns the last lines of a container's log. */
  log(request: LogRequest): Promise<string>;
}

export interface LogRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Whether to read the log of the run before the last restart. */
  readonly previous: boolean;
  readonly lines: number;
}

/** A kubeconfig file, or a kubeconfig in memory, whose credential is read in this process instead of by the exec plugin. */
export type KubeconfigSource =
  | { readonly file: string }
  | { readonly text: string; readonly credential: () => Promise<Status> };

/**
 * Opens the cluster of a kubeconfig's current context with its credential, also from an exec plugin.
 *
 * @param stack - for the commands in errors
 * @throws {UserError} when the file is invalid, or there is no credential
 */
export async function openCluster(
  kubeconfig: KubeconfigSource,
  stack: string,
): Promise<ClusterClient> {
  // Loaded here, because it takes most of a second and only commands that read a cluster need it.
  const library = await import("@kubernetes/client-node");
  const { config, server } = await readKubeconfig(library, kubeconfig, stack);
  await obtainCredential(config, kubeconfig);
  const configuration = configurationFor(library, config, server);
  const lists = listsWith(library, configuration);
  const core = new library.CoreV1Api(configuration);
  const asking = async <T>(does: string, answer: Promise<T>): Promise<T> => {
    try {
      return await answer;
    } catch (error) {
      throw requestError(error, { server, does, timeoutSeconds: REQUEST_TIMEOUT_SECONDS, stack });
    }
  };
  return {
    list: async (kind, namespace, fieldSelector) => {
      const does =
        kind === "Node" || kind === "IngressClass"
          ? `list ${kind} objects`
          : `list ${kind} objects of namespace ${namespace}`;
      return (await asking(does, lists[kind]({ namespace, fieldSelector }))).items;
    },
    customResources: (namespace, group) =>
      asking("list its API groups", listCustomResources(library, configuration, namespace, group)),
    log: ({ pod: name, lines, ...rest }) =>
      asking(
        `read the log of pod ${name}`,
        core.readNamespacedPodLog({ ...rest, name, tailLines: lines, limitBytes: LOG_BYTES }),
      ),
  };
}

async function readKubeconfig(
  library: Library,
  source: KubeconfigSource,
  stack: string,
): Promise<{ config: kubernetes.KubeConfig; server: string }> {
  const config = new library.KubeConfig();
  try {
    if ("file" in source) {
      config.loadFromString(await readFile(source.file, "utf8"));
      config.makePathsAbsolute(dirname(source.file));
    } else {
      config.loadFromString(source.text);
    }
    const cluster = config.getCurrentCluster();
    if (cluster === null) {
      throw new Error("its current context does not name a cluster");
    }
    const proxyUrl = cluster.proxyUrl ?? proxyFor(cluster.server);
    config.clusters = config.clusters.map((one) =>
      one.name === cluster.name && proxyUrl !== undefined ? { ...one, proxyUrl } : one,
    );
    return { config, server: cluster.server };
  } catch (cause) {
    throw new UserError(
      `the kubeconfig ${"file" in source ? source.file : `of "${stack}"`} cannot be used: ${describeError(cause)}`,
      `doks-env up ${stack}   # rewrites it`,
      { cause },
    );
  }
}

/** Gets the credential once, before all requests: the library would run the exec plugin for each simultaneous request. */
async function obtainCredential(
  config: kubernetes.KubeConfig,
  source: KubeconfigSource,
): Promise<void> {
  const late = new Promise<never>((_, reject) => {
    const message = `no credential within ${CREDENTIAL_TIMEOUT_SECONDS} s`;
    setTimeout(() => reject(new Error(message)), CREDENTIAL_TIMEOUT_SECONDS * 1000).unref();
  });
  try {
    const given = "file" in source ? config.applyToHTTPSOptions({}) : handOver(source, config);
    await Promise.race([given, late]);
  } catch (error) {
    throw credentialError(error);
  }
}

async function handOver(
  { credential }: Extract<KubeconfigSource, { text: string }>,
  config: kubernetes.KubeConfig,
): Promise<void> {
  const { token, clientCertificateData, clientKeyData } = await credential();
  const inBase64 = (pem: string | undefined) => pem && Buffer.from(pem).toString("base64");
  config.users = config.users.map(({ name }) => ({
    name,
    token,
    certData: inBase64(clientCertificateData),
    keyData: inBase64(clientKeyData),
  }));
}

function configurationFor(
  { createConfiguration, ServerConfiguration }: Library,
  config: kubernetes.KubeConfig,
  server: string,
): kubernetes.Configuration {
  return createConfiguration({
    baseServer: new ServerConfiguration(server, {}),
    authMethods: { default: config },
    promiseMiddleware: [
      {
        pre: async (request) => {
          request.setSignal(AbortSignal.timeout(REQUEST_TIMEOUT_SECONDS * 1000));
          return request;
        },
        post: async (response) => response,
      },
    ],
  });
}

type Lists = {
  readonly [K in Kind]: (request: {
    namespace: string;
    fieldSelector?: string;
  }) => Promise<{ items: Kinds[K][] }>;
};

function listsWith(
  { AppsV1Api, AutoscalingV2Api, BatchV1Api, CoreV1Api, NetworkingV1Api }: Library,
  configuration: kubernetes.Configuration,
): Lists {
  const apps = new AppsV1Api(configuration);
  const autoscaling = new AutoscalingV2Api(configuration);
  const batch = new BatchV1Api(configuration);
  const core = new CoreV1Api(configuration);
  const networking = new NetworkingV1Api(configuration);
  return {
    Deployment: (request) => apps.listNamespacedDeployment(request),
    ReplicaSet: (request) => apps.listNamespacedReplicaSet(request),
    StatefulSet: (request) => apps.listNamespacedStatefulSet(request),
    ControllerRevision: (request) => apps.listNamespacedControllerRevision(request),
    DaemonSet: (request) => apps.listNamespacedDaemonSet(request),
    ReplicationController: (request) => core.listNamespacedReplicationController(request),
    CronJob: (request) => batch.listNamespacedCronJob(request),
    HorizontalPodAutoscaler: (request) =>
      autoscaling.listNamespacedHorizontalPodAutoscaler(request),
    Job: (request) => batch.listNamespacedJob(request),
    Pod: (request) => core.listNamespacedPod(request),
    Service: (request) => core.listNamespacedService(request),
    PersistentVolumeClaim: (request) => core.listNamespacedPersistentVolumeClaim(request),
    ResourceQuota: (request) => core.listNamespacedResourceQuota(request),
    Event: (request) => core.listNamespacedEvent(request),
    Ingress: (request) => networking.listNamespacedIngress(request),
    IngressClass: () => networking.listIngressClass(),
    Node: () => core.listNode(),
  };
}
