import { UserError } from "../../core/errors";
import { BASELINE_LABEL, PROJECT_LABEL, STACK_LABEL } from "../../core/labels";
import { physicalName } from "../../core/names";
import type { DigitalOcean } from "../account/digitalocean";
import { ClusterObjects } from "../shared-clusters/cluster-objects";
import type { StackRecord } from "../stacks/record";
import type { Context } from "../terminal/context";
import type { Trace } from "./receipt";

/**
 * Refuses while other environments are on a stack's cluster or use its services, according to the project's stacks and, on
 * a shared cluster, to its namespaces, which stacks of another backend may own.
 *
 * @param others - the project's other stacks
 * @throws {UserError} with a list of these environments
 * @throws {UserError} when a shared cluster exists but cannot be read
 */
export async function requireNoDependents(
  context: Context,
  account: DigitalOcean,
  record: StackRecord,
  trace: Trace,
  others: readonly StackRecord[],
): Promise<void> {
  const { stack } = record;
  const residents = others.filter(
    ({ outputs }) =>
      outputs.placement === "namespace" &&
      (outputs.hostStack === stack || trace.clusterIds.includes(String(outputs.clusterId))),
  );
  const users = others.filter(({ outputs }) => outputs.baseline === stack);
  const named = others.filter(
    ({ outputs }) =>
      record.outputs.placement === "domain" && outputs.domain === record.outputs.domain,
  );
  const known = new Set([...residents, ...users].map((other) => physicalName(other.stack)));
  const strangers = (await strangersTo(context, account, record, trace)).filter(
    (tenant) => tenant.stack !== physicalName(stack) && !known.has(tenant.stack),
  );
  const lines = [
    ...residents.map((other) => `${other.stack} lives on its cluster`),
    ...users.map((other) => `${other.stack} uses its services`),
    ...named.map((other) => `${other.stack} answers below its domain`),
    ...(await strangeRecords(account, record)),
    ...strangers.map(
      ({ stack: tenant, namespace, project }) =>
        `${tenant} of project ${project}, in namespace ${namespace}, which no stack of this backend owns`,
    ),
  ];
  if (lines.length > 0) {
    const first = (residents[0] ?? users[0] ?? named[0])?.stack;
    throw new UserError(
      `others depend on "${stack}":${lines.map((line) => `\n  - ${line}`).join("")}`,
      first === undefined
        ? "take them down first, with their own backend; or remove the records: doctl compute domain records list <domain>"
        : `take them down first: doks-env down ${first}`,
    );
  }
}

/** Returns the records in a domain stack's zone, which would be deleted with it. */
async function strangeRecords(
  account: DigitalOcean,
  { outputs: { placement, domain } }: StackRecord,
): Promise<string[]> {
  const records =
    placement === "domain" && typeof domain === "string" ? await account.domainRecords(domain) : [];
  return (records ?? [])
    .filter(({ type }) => !["NS", "SOA"].includes(type))
    .map(
      ({ id, type, name, data }) =>
        `record ${id} of its domain belongs to someone else (${name} ${type} ${data})`,
    );
}

/** Returns the environments that depend on it, according to the cluster. */
async function strangersTo(
  { signal }: Context,
  account: DigitalOcean,
  { outputs }: StackRecord,
  { clusterIds, sharedNamespace }: Trace,
): Promise<Tenant[]> {
  if (sharedNamespace !== undefined) {
    const { objects, namespace } = sharedNamespace;
    const tenants = objects === undefined ? [] : await tenantsOf(objects);
    return tenants.filter(({ baseline }) => baseline === namespace);
  }
  if (outputs.placement !== "host") {
    return [];
  }
  const tenants = clusterIds.map(async (id) => {
    const objects = await ClusterObjects.open(account, id, signal);
    return objects === undefined ? [] : tenantsOf(objects);
  });
  return (await Promise.all(tenants)).flat();
}

/** An environment in a namespace of a shared cluster, from the namespace's labels. */
interface Tenant {
  readonly namespace: string;
  readonly project: string;
  /** Physical name, as in the label. */
  readonly stack: string;
  /** Namespace whose services it uses. @default - none */
  readonly baseline?: string;
}

/** Lists the environments on a cluster, of all backends. */
async function tenantsOf(objects: ClusterObjects): Promise<Tenant[]> {
  const selector = encodeURIComponent(`${PROJECT_LABEL},${STACK_LABEL}`);
  const namespaces = await objects.list(`/api/v1/namespaces?labelSelector=${selector}`);
  return namespaces.map(({ metadata: { name, labels = {} } }) => ({
    namespace: name,
    project: labels[PROJECT_LABEL] ?? "",
    stack: labels[STACK_LABEL] ?? "",
    ...(labels[BASELINE_LABEL] === undefined ? {} : { baseline: labels[BASELINE_LABEL] }),
  }));
}
