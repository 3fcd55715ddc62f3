import { BASELINE_LABEL, PROJECT_LABEL, STACK_LABEL } from "../../core/labels";
import type { ClusterObjects } from "./cluster-objects";

/** An environment that has a namespace of a shared cluster, as its labels say. */
export interface Tenant {
  readonly namespace: string;
  readonly project: string;
  /** As labels can say it: the physical name. */
  readonly stack: string;
  /** Namespace whose services it uses. @default - it has all that it needs */
  readonly baseline?: string;
}

/** All environments that live on a cluster, of whatever backend. */
export async function tenantsOf(objects: ClusterObjects): Promise<Tenant[]> {
  const selector = encodeURIComponent(`${PROJECT_LABEL},${STACK_LABEL}`);
  const namespaces = await objects.list(`/api/v1/namespaces?labelSelector=${selector}`);
  return namespaces.map(({ metadata: { name, labels = {} } }) => ({
    namespace: name,
    project: labels[PROJECT_LABEL] ?? "",
    stack: labels[STACK_LABEL] ?? "",
    ...(labels[BASELINE_LABEL] === undefined ? {} : { baseline: labels[BASELINE_LABEL] }),
  }));
}
