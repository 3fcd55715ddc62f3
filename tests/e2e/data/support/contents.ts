import { until } from "../../support/until";
import type { World } from "../../support/world";
import { CLAIMS } from "./database-tree";

/** What is on a volume, as the emulated account knows it. */
export interface Content {
  readonly id: string;
  readonly clean: boolean;
}

interface Volume {
  readonly spec: {
    readonly claimRef?: { readonly name: string; readonly namespace: string };
    readonly csi: { readonly volumeHandle: string };
  };
}

type Named = readonly { readonly name: string }[];

/** What is on the volume of each claim of a namespace, by the claim's name. */
export async function contentsOf(
  world: World,
  stack: string,
  namespace = stack,
): Promise<Record<string, Content | null>> {
  const listed = await world.kubectl(stack, "get", "persistentvolumes", "--output", "json");
  const { items } = JSON.parse(listed) as { items: Volume[] };
  const entries = await Promise.all(
    items
      .filter(({ spec }) => spec.claimRef?.namespace === namespace)
      .map(async ({ spec: { claimRef, csi } }) => {
        const path = `/_emulator/volumes/${csi.volumeHandle}`;
        const { content } = await world.api.request<{ content: Content | null }>("GET", path);
        return [claimRef?.name ?? "", content && { id: content.id, clean: content.clean }] as const;
      }),
  );
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** The same, as soon as nodes have mounted all volumes. */
export function writtenContents(
  world: World,
  stack: string,
): Promise<Record<string, Content | null>> {
  return until("every claim has content", async () => {
    const contents = await contentsOf(world, stack);
    const isComplete = CLAIMS.every((claim) => (contents[claim] ?? null) !== null);
    return isComplete ? contents : undefined;
  });
}

/** Names of all volume snapshots of the account. */
export async function snapshotNames(world: World): Promise<string[]> {
  const path = "/v2/snapshots?resource_type=volume&per_page=200";
  const { snapshots } = await world.api.request<{ snapshots: Named }>("GET", path);
  return snapshots.map(({ name }) => name).sort();
}

/** Names of all volumes of the account. */
export async function volumeNames(world: World): Promise<string[]> {
  const path = "/v2/volumes?per_page=200";
  const { volumes } = await world.api.request<{ volumes: Named }>("GET", path);
  return volumes.map(({ name }) => name).sort();
}
