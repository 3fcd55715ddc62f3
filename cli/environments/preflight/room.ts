import { UserError } from "../../../core/errors";
import type { Capacity } from "../../../core/money/node-capacity";
import { type Claim, requireRoom } from "../../../core/money/shared-capacity";
import { PROJECT_LABEL, STACK_LABEL } from "../../../core/tags";
import type { ClusterObject, ClusterObjects } from "../../shared-clusters/cluster-objects";
import type { PreflightResult } from "./preflight-result";

/** Name of the ResourceQuota of every environment. */
const QUOTA = "environment";

interface ResourceQuota extends ClusterObject {
  readonly spec?: { readonly hard?: Readonly<Record<string, string>> };
}

/** Whether a namespace is free, or the very stack's that has these labels. */
export async function checkNamespace(
  objects: ClusterObjects,
  namespace: string,
  owner: Readonly<Record<string, string>>,
): Promise<PreflightResult> {
  const existing = await objects.find<ClusterObject>(`/api/v1/namespaces/${namespace}`);
  if (existing === undefined) {
    return { check: "namespace", state: "ok", message: `namespace ${namespace} is free` };
  }
  const { labels = {}, deletionTimestamp } = existing.metadata;
  if ([PROJECT_LABEL, STACK_LABEL].some((label) => labels[label] !== owner[label])) {
    const stack = labels[STACK_LABEL];
    const whose =
      stack === undefined
        ? "it was not made by this project"
        : `it is stack "${stack}" of project "${labels[PROJECT_LABEL] ?? "unknown"}"`;
    return {
      check: "namespace",
      state: "fault",
      message: `namespace "${namespace}" of the shared cluster is not this stack's: ${whose}`,
      fix: "give the environment another name, or have its owner remove the namespace",
    };
  }
  return deletionTimestamp === undefined
    ? { check: "namespace", state: "ok", message: `namespace ${namespace} is this stack's` }
    : {
        check: "namespace",
        state: "fault",
        message: `namespace "${namespace}" of the shared cluster is being deleted since ${deletionTimestamp}`,
        fix: `wait until it is gone; \`kubectl get namespace ${namespace} -o yaml\` says in its conditions what it waits for`,
      };
}

/** Whether the quotas of all environments on the cluster, with the one that is asked for, fit on its nodes. */
export async function checkRoom(
  objects: ClusterObjects,
  asked: Claim,
  capacity: Capacity,
  overcommit: number,
): Promise<PreflightResult> {
  const claims = (await claimsOn(objects)).filter(({ namespace }) => namespace !== asked.namespace);
  try {
    requireRoom(asked, claims, capacity, overcommit);
    const beside = claims.length === 1 ? "1 other" : `${claims.length} others`;
    return { check: "capacity", state: "ok", message: `its quota has room beside ${beside}` };
  } catch (error) {
    if (error instanceof UserError) {
      return { check: "capacity", state: "fault", message: error.message, fix: error.fix };
    }
    throw error;
  }
}

/** What the environments on a cluster may ask for. */
async function claimsOn(objects: ClusterObjects): Promise<Claim[]> {
  const selector = `labelSelector=${encodeURIComponent(STACK_LABEL)}&fieldSelector=metadata.name%3D${QUOTA}`;
  const quotas = await objects.list<ResourceQuota>(`/api/v1/resourcequotas?${selector}`);
  return quotas.map(({ metadata: { namespace = "" }, spec: { hard = {} } = {} }) => ({
    namespace,
    quota: {
      cpu: hard["requests.cpu"] ?? "0",
      memory: hard["requests.memory"] ?? "0",
      pods: Number(hard.pods ?? 0),
    },
  }));
}
