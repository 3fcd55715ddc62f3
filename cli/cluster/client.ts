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
/** An exec plugin asks another API, and is patient with it. */
const CREDENTIAL_TIMEOUT_SECONDS = 30;
/** The most of a log that is asked for: its lines may be long. */
const LOG_BYTES = 65_536;

type Library = typeof kubernetes;

/** The few things that are asked of a cluster. All fail with a UserError. */
export interface ClusterClient {
  /**
   * All objects of a kind in a namespace; nodes are the cluster's.
   *
   * @throws {ForbiddenError} when the user may not
   */
  list<K extends Kind>(kind: K, namespace: string, fieldSelector?: string): Promise<Kinds[K][]>;
  /**
   * The custom resources of a namespace whose kinds can be listed, and the cluster's GatewayClasses.
   *
   * @param group - of the kinds. @default - all groups that are not Kubernetes' own
   */
  customResources(namespace: string, group?: string): Promise<CustomResource[]>;
  /** The last lines that a container wrote. */
  log(request: LogRequest): Promise<string>;
}

export interface LogRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Of the run before its last restart. */
  readonly previous: boolean;
  readonly lines: number;
}

/** A kubeconfig that is a file, or none yet: then its credential is asked for here, without a process of the exec plugin. */
export type KubeconfigSource =
  | { readonly file: string }
  | { readonly text: string; readonly credential: () => Promise<Status> };

/**
 * Opens the cluster of a kubeconfig's current context with the credential that it names, also an exec plugin's.
 *
 * @param stack - for the commands that fix a fault
 * @throws {UserError} when the file cannot be used, or there is no credential
 */
export async function openCluster(
  kubeconfig: KubeconfigSource,
  stack: string,
): Promise<ClusterClient> {
  // Loading it takes most of a second: only who asks a cluster waits for it.
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
      throw new Error("its current context names no cluster");
    }
    const proxyUrl = cluster.proxyUrl ?? proxyFor(cluster.server);
    config.clusters = config.clusters.map((one) =>
      one.name === cluster.name && proxyUrl !== undefined ? { ...one, proxyUrl } : one,
    );
    return { config, server: cluster.server };
  } catch (cause) {
    throw new UserError(
      `the kubeconfig ${"file" in source ? source.file : `of "${stack}"`} cannot be used: ${describeError(cause)}`,
      `doks-env up ${stack}   # writes it anew`,
      { cause },
    );
  }
}

/** Once, before all requests: the library would run an exec plugin for each of those that begin at the same time. */
async function obtainCredential(
  config: kubernetes.KubeConfig,
  source: KubeconfigSource,
): Promise<void> {
  const late = new Promise<never>((_, reject) => {
    const message = `it was not given within ${CREDENTIAL_TIMEOUT_SECONDS} s`;
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
