import { setTimeout as sleep } from "node:timers/promises";
import { type FoundClaim, type Owner, STOPPABLE } from "../../core/data/keep";
import { UserError } from "../../core/errors";
import type { DigitalOcean } from "../account/digitalocean";
import type { ClusterObject, ClusterObjects } from "../shared-clusters/cluster-objects";
import { attachedVolumesIn, podsIn } from "./cluster-claims";

/** Annotation of a stopped workload with its former size. An update alone would not start it, because the tree has not changed. */
const STOPPED = "ephemeral-doks/stopped-from";

const DEADLINE_MS = 10 * 60_000;
const POLL_MS = 1_000;

type Kind = (typeof STOPPABLE)[number];

const COLLECTIONS: Readonly<Record<Kind, (namespace: string) => string>> = {
  Job: (namespace) => `/apis/batch/v1/namespaces/${namespace}/jobs`,
  ReplicaSet: (namespace) => `/apis/apps/v1/namespaces/${namespace}/replicasets`,
  Deployment: (namespace) => `/apis/apps/v1/namespaces/${namespace}/deployments`,
  StatefulSet: (namespace) => `/apis/apps/v1/namespaces/${namespace}/statefulsets`,
};

interface Workload extends ClusterObject {
  readonly spec: { readonly replicas?: number; readonly suspend?: boolean };
}

export interface Resting {
  readonly objects: ClusterObjects;
  readonly namespace: string;
  readonly claims: readonly FoundClaim[];
  readonly owners: readonly Owner[];
  readonly volumeIds: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Stops the pods that use claims, databases last, and waits until their volumes are detached, so that the file systems are
 * unmounted and consistent.
 *
 * @throws {UserError} after ten minutes
 */
export async function quiesce(account: DigitalOcean, resting: Resting): Promise<void> {
  const { objects, namespace, claims, owners, volumeIds } = resting;
  for (const kind of STOPPABLE) {
    const stopped = owners.filter((owner) => owner.kind === kind);
    for (const { name } of stopped) {
      await stop(objects, `${COLLECTIONS[kind](namespace)}/${name}`);
    }
    if (stopped.length > 0) {
      await untilNone(resting, async () =>
        (await podsIn(objects, namespace))
          .filter(({ owner }) => stopped.some(({ name }) => isSame(owner, { kind, name })))
          .map(({ name }) => `pod ${name} runs`),
      );
    }
  }
  const names = claims.map(({ volumeName }) => volumeName);
  await untilNone(resting, async () =>
    (await attachedVolumesIn(objects))
      .filter((name) => names.includes(name))
      .map((name) => `volume ${name} is attached to a node`),
  );
  await untilNone(resting, async () =>
    (await account.volumes())
      .filter(({ id, droplet_ids: droplets }) => volumeIds.includes(id) && droplets.length > 0)
      .map(({ name }) => `volume ${name} is attached to a Droplet`),
  );
}

/** Starts the workloads again that an unfinished sleep stopped. */
export async function resume(objects: ClusterObjects, namespace: string): Promise<void> {
  for (const kind of [...STOPPABLE].reverse()) {
    const collection = COLLECTIONS[kind](namespace);
    for (const { metadata } of await objects.list<Workload>(collection)) {
      const before = metadata.annotations?.[STOPPED];
      if (before !== undefined) {
        await objects.change(`${collection}/${metadata.name}`, {
          metadata: { annotations: { [STOPPED]: null } },
          spec: kind === "Job" ? { suspend: false } : { replicas: Number(before) },
        });
      }
    }
  }
}

async function stop(objects: ClusterObjects, path: string): Promise<void> {
  const workload = await objects.find<Workload>(path);
  const { replicas } = workload?.spec ?? {};
  if (workload === undefined || replicas === 0 || workload.spec.suspend === true) {
    return;
  }
  await objects.change(path, {
    metadata: { annotations: { [STOPPED]: String(replicas ?? 1) } },
    spec: path.includes("/jobs/") ? { suspend: true } : { replicas: 0 },
  });
}

function isSame(owner: Owner | undefined, { kind, name }: Owner): boolean {
  return owner?.kind === kind && owner.name === name;
}

async function untilNone(
  { signal }: Resting,
  look: () => Promise<readonly string[]>,
): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const [first] = await look();
    if (first === undefined) {
      return;
    }
    if (Date.now() > deadline) {
      throw new UserError(
        `its data cannot be kept: after ten minutes, ${first}`,
        "find out what uses it, e.g. with kubectl describe; then run the same command again",
      );
    }
    await sleep(POLL_MS, undefined, { signal });
  }
}
