// @ts-check
/**
 * The pods behind a Service. An answer of the Service proves a rollout only if no earlier pod could have given it.
 *
 * Plain JavaScript without packages, like the smoke test that uses it.
 */
const { obtain } = require("./exec-credential/credential");
const { ask, contentOf, wordsOf } = require("./exec-credential/request");

const CORE = "/api/v1";
const APPS = "/apis/apps/v1";
const DISCOVERY = "/apis/discovery.k8s.io/v1";
/** Set by the controllers. @see https://kubernetes.io/docs/reference/labels-annotations-taints/ */
const REVISION = "deployment.kubernetes.io/revision";
const REVISION_HASH = "controller-revision-hash";

/**
 * @typedef {object} Place - a namespace of a cluster
 * @property {string} clusterId
 * @property {string} server - URL of the API server
 * @property {string} certificateAuthorityData - of the API server; PEM in base64
 * @property {string} namespace
 *
 * @typedef {(group: string, path: string) => Promise<any>} Get - returns undefined for what does not exist
 */

/**
 * Finds out whether a Service's ready pods are all of the newest revision of their workloads, as far as the workloads
 * replace their pods.
 *
 * @param {Place} place
 * @param {string} service
 * @param {NodeJS.ProcessEnv} env - with the token for DigitalOcean
 * @param {AbortSignal} signal
 * @returns {Promise<string | undefined>} what is wrong
 */
async function servingFault(place, service, env, signal) {
  const get = await reader(place, env, signal);
  const selector = encodeURIComponent(`kubernetes.io/service-name=${service}`);
  const slices = await get(DISCOVERY, `endpointslices?labelSelector=${selector}`);
  /** @type {{conditions?: {ready?: boolean}, targetRef?: {kind: string, name: string}}[]} */
  const endpoints = slices.items.flatMap((/** @type {any} */ slice) => slice.endpoints ?? []);
  const ready = endpoints.filter(({ conditions }) => conditions?.ready !== false);
  if (ready.length === 0) {
    return `Service "${service}" has no ready pod`;
  }
  const names = ready.flatMap(({ targetRef }) =>
    targetRef?.kind === "Pod" ? [targetRef.name] : [],
  );
  const former = await Promise.all(
    [...new Set(names)].map(async (name) => ((await isFormer(get, name)) ? [name] : [])),
  );
  const all = former.flat().sort().join(", ");
  return all === "" ? undefined : `pods of an earlier version still serve: ${all}`;
}

/**
 * @param {Place} place
 * @param {NodeJS.ProcessEnv} env
 * @param {AbortSignal} signal
 * @returns {Promise<Get>}
 */
async function reader({ clusterId, server, certificateAuthorityData, namespace }, env, signal) {
  const ca = Buffer.from(certificateAuthorityData, "base64").toString();
  const patience = { say: () => {}, signal };
  const { status, keep } = await obtain({ clusterId }, env, patience);
  keep();
  return async (group, path) => {
    const answer = await ask(
      {
        method: "GET",
        url: `${server}${group}/namespaces/${namespace}/${path}`,
        headers: status.token ? { authorization: `Bearer ${status.token}` } : {},
        tls: { ca, cert: status.clientCertificateData, key: status.clientKeyData },
      },
      patience,
    );
    if (answer.status !== 200 && answer.status !== 404) {
      throw new Error(`${server} answered ${answer.status}: ${wordsOf(answer)}`);
    }
    return answer.status === 200 ? contentOf(answer) : undefined;
  };
}

/**
 * Whether the workload of a pod replaces it. A pod that the tree keeps (OnDelete, a partition) is not former, and
 * neither is one that has no workload, or one of a kind that Kubernetes does not know.
 *
 * @param {Get} get
 * @param {string} name
 */
async function isFormer(get, name) {
  const pod = await get(CORE, `pods/${name}`);
  if (pod === undefined) {
    return true;
  }
  const owner = controllerOf(pod);
  switch (owner?.kind) {
    case "ReplicaSet": {
      const set = await get(APPS, `replicasets/${owner.name}`);
      const deployment = set && controllerOf(set);
      return deployment?.kind === "Deployment"
        ? !isNewest(set, await get(APPS, `deployments/${deployment.name}`))
        : set === undefined;
    }
    case "StatefulSet": {
      const set = await get(APPS, `statefulsets/${owner.name}`);
      const { type, rollingUpdate } = set?.spec.updateStrategy ?? {};
      const ordinal = Number(name.slice(name.lastIndexOf("-") + 1));
      const isKept = type === "OnDelete" || ordinal < (rollingUpdate?.partition ?? 0);
      return !(isKept || (isObserved(set) && hashOf(pod) === set.status.updateRevision));
    }
    case "DaemonSet": {
      const set = await get(APPS, `daemonsets/${owner.name}`);
      const isKept = set?.spec.updateStrategy?.type === "OnDelete";
      return !(isKept || (isObserved(set) && hashOf(pod) === (await newestHash(get, owner.uid))));
    }
    default:
      return false;
  }
}

/**
 * @param {any} object
 * @returns {{kind: string, name: string, uid: string} | undefined}
 */
function controllerOf({ metadata }) {
  return metadata.ownerReferences?.find(
    (/** @type {any} */ { controller, apiVersion }) => controller && apiVersion === "apps/v1",
  );
}

/**
 * @param {any} replicaSet
 * @param {any} deployment
 */
function isNewest(replicaSet, deployment) {
  const [revision, newest] = [replicaSet, deployment].map(
    (object) => object?.metadata.annotations?.[REVISION],
  );
  return isObserved(deployment) && revision === newest;
}

/**
 * Whether a controller has seen the present manifest of its workload.
 *
 * @param {any} workload
 */
function isObserved(workload) {
  return workload?.status?.observedGeneration >= workload?.metadata.generation;
}

/** @param {any} object */
function hashOf({ metadata }) {
  return metadata.labels?.[REVISION_HASH];
}

/**
 * The hash of a DaemonSet's newest revision, which its status does not show.
 *
 * @param {Get} get
 * @param {string} uid
 */
async function newestHash(get, uid) {
  const { items } = await get(APPS, "controllerrevisions");
  const [newest] = items
    .filter((/** @type {any} */ one) => controllerOf(one)?.uid === uid)
    .sort((/** @type {any} */ a, /** @type {any} */ b) => b.revision - a.revision);
  return newest && hashOf(newest);
}

module.exports = { servingFault };
