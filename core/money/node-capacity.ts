export interface DropletSize {
  readonly vcpus: number;
  readonly memoryMiB: number;
}

/** A size by the name under which DigitalOcean offers it. */
export interface NodeSize extends DropletSize {
  readonly slug: string;
}

/** @param size - as DigitalOcean's API and Pulumi's `getSizes` return it; `memory` is in MiB */
export function nodeSizeOf({
  slug,
  vcpus,
  memory,
}: {
  readonly slug: string;
  readonly vcpus: number;
  readonly memory: number;
}): NodeSize {
  return { slug, vcpus, memoryMiB: memory };
}

/** The sum of requests that pods may have. */
export interface Capacity {
  /** In thousandths of a core. */
  readonly millicores: number;
  readonly memoryMiB: number;
  readonly pods: number;
}

/** The maximum number of pods on a node, and the CPU that DOKS reserves. */
const MAX_PODS = 110;
const RESERVED_MILLICORES = 100;

/**
 * Memory in GiB that DOKS leaves for pods, by the Droplet's memory in GiB.
 *
 * @see https://docs.digitalocean.com/products/kubernetes/details/limits/#allocatable-memory
 */
const ALLOCATABLE_GIB: readonly (readonly [dropletGiB: number, allocatableGiB: number])[] = [
  [1, 0.5],
  [2, 1],
  [3, 1.66],
  [4, 2.5],
  [8, 6],
  [16, 13],
  [32, 28],
  [64, 58],
  [128, 116],
  [256, 240],
];

/** The capacity that a DOKS node of this size leaves for pods. */
export function allocatableOf({ vcpus, memoryMiB }: DropletSize): Capacity {
  return {
    millicores: vcpus * 1000 - RESERVED_MILLICORES,
    memoryMiB: Math.floor(allocatableMiB(memoryMiB)),
    pods: MAX_PODS,
  };
}

/** Interpolates between the documented sizes, and extrapolates beyond them. */
function allocatableMiB(memoryMiB: number): number {
  const gib = memoryMiB / 1024;
  const [lower, lowerLeft] = ALLOCATABLE_GIB.findLast(([droplet]) => droplet < gib) ?? [0, 0];
  const next = ALLOCATABLE_GIB.find(([droplet]) => droplet >= gib);
  if (!next) {
    return (memoryMiB * lowerLeft) / lower;
  }
  const [upper, upperLeft] = next;
  return 1024 * (lowerLeft + ((gib - lower) * (upperLeft - lowerLeft)) / (upper - lower));
}
