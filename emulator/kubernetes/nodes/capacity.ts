import type { NodeSpec } from "../control-planes";

/** A node's resources in the form of its status: all there is, and what pods may ask for. */
export interface NodeResources {
  readonly capacity: Readonly<Record<string, string>>;
  readonly allocatable: Readonly<Record<string, string>>;
}

/** Most pods of a node, and the CPU that DOKS keeps for itself. */
const MAX_PODS = 110;
const RESERVED_MILLICORES = 100;

/** The kernel and the hypervisor keep this part of a droplet's memory from the node. */
const MEMORY_SEEN_BY_NODE = 0.97;

/**
 * Memory in GiB that DOKS leaves to pods, by the droplet's memory in GiB.
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

/** What a droplet of this size offers as a DOKS node. */
export function resourcesOf(size: NodeSpec["size"]): NodeResources {
  const diskKi = size.diskGiB * 2 ** 20;
  return {
    capacity: {
      cpu: String(size.vcpus),
      memory: `${Math.floor(size.memoryMiB * 1024 * MEMORY_SEEN_BY_NODE)}Ki`,
      pods: String(MAX_PODS),
      "ephemeral-storage": `${diskKi}Ki`,
    },
    allocatable: {
      cpu: `${size.vcpus * 1000 - RESERVED_MILLICORES}m`,
      memory: `${Math.floor(allocatableMiB(size.memoryMiB))}Mi`,
      pods: String(MAX_PODS),
      // The kubelet evicts pods before less than a tenth of the disk is left.
      "ephemeral-storage": String(Math.floor(diskKi * 1024 * 0.9)),
    },
  };
}

/** Between the documented sizes, and beyond them, in proportion. */
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
