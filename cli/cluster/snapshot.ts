import type { CustomResource, Kinds, TellingKind } from "./api-objects";
import type { ClusterClient } from "./client";
import { ForbiddenError } from "./cluster-error";
import { WORKLOAD_KINDS } from "./workload-kinds";

/** The readable objects of a namespace and its cluster at one moment. */
export interface Snapshot {
  readonly objects: { readonly [K in TellingKind]: readonly Kinds[K][] };
  readonly customResources: readonly CustomResource[];
  /** Kinds that the user may not read; their empty lists mean nothing. */
  readonly unread: readonly TellingKind[];
  readonly takenAt: Date;
}

const LISTED = [
  ...WORKLOAD_KINDS,
  ...([
    "CronJob",
    "HorizontalPodAutoscaler",
    "Service",
    "PersistentVolumeClaim",
    "Ingress",
    "Node",
  ] as const),
];

/** Kinds that a namespaced role usually cannot read and few trees have; they are not reported as unread. */
const RARE: readonly TellingKind[] = ["ReplicationController"];

/** Warnings, and the autoscaler's events that a node will be added. */
const EVENT_SELECTORS = ["type=Warning", "reason=TriggeredScaleUp"];

/**
 * Reads the objects for the diagnosis of a namespace.
 *
 * @param customGroups - API groups of the custom resources to read. @default - all groups
 * @throws {UserError} when the cluster cannot be reached, or the user may not read the namespace's pods
 */
export async function readSnapshot(
  client: ClusterClient,
  namespace: string,
  takenAt: Date,
  customGroups?: readonly string[],
): Promise<Snapshot> {
  const unread: TellingKind[] = [];
  const read = async <K extends TellingKind>(
    kind: K,
    fieldSelector?: string,
  ): Promise<Kinds[K][]> => {
    try {
      return await client.list(kind, namespace, fieldSelector);
    } catch (error) {
      // A namespaced role sees no nodes, and a narrow one no claims. The rest is still diagnosed.
      if (error instanceof ForbiddenError && kind !== "Pod") {
        unread.push(...(RARE.includes(kind) ? [] : [kind]));
        return [];
      }
      throw error;
    }
  };
  const readAll = async () => {
    const lists = await Promise.all(LISTED.map(async (kind) => [kind, await read(kind)] as const));
    return Object.fromEntries(lists) as unknown as Pick<
      Snapshot["objects"],
      (typeof LISTED)[number]
    >;
  };
  const [objects, events, customResources] = await Promise.all([
    readAll(),
    Promise.all(EVENT_SELECTORS.map((selector) => read("Event", selector))),
    Promise.all(
      (customGroups ?? [undefined]).map((group) => client.customResources(namespace, group)),
    ),
  ]);
  return {
    objects: {
      ...objects,
      // Most clusters have neither.
      IngressClass: objects.Ingress.length === 0 ? [] : await read("IngressClass"),
      Event: events.flat(),
    },
    customResources: customResources.flat(),
    unread: [...new Set(unread)].sort(),
    takenAt,
  };
}
