import type { CustomResource, Kinds, TellingKind } from "./api-objects";
import type { ClusterClient } from "./client";
import { ForbiddenError } from "./cluster-error";
import { WORKLOAD_KINDS } from "./workload-kinds";

/** The readable objects of a namespace and its cluster at one moment. */
export interface Snapshot {
  readonly objects: { readonly [K in TellingKind]: readonly Kinds[K][] };
  readonly customResources: readonly CustomResource[];
  /** Kinds that may not be read: their lists are empty, and mean nothing. */
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

/** Kinds that no role in a namespace lets its owner read, because hardly anybody has them: they are not missed. */
const RARE: readonly TellingKind[] = ["ReplicationController"];

/** Events that say that something goes wrong, and those of the autoscaler, which say that it will go well. */
const EVENT_SELECTORS = ["type=Warning", "reason=TriggeredScaleUp"];

/**
 * Reads everything that tells how a namespace's workloads do.
 *
 * @param customGroups - whose custom resources are read. @default - those of all groups
 * @throws {UserError} when the cluster cannot be asked, or the namespace's pods may not be read
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
      // A namespaced role sees no nodes, a narrow one no claims: what can be seen is told all the same.
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
