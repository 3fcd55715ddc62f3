import type { NodeSpec } from "../control-planes";

/** A node's resources in the form of its status: capacity and allocatable. */
export interface NodeResources {
  readonly capacity: Readonly<Record<string, string>>;
  readonly allocatable: Readonly<Record<string, string>>;
}

const MAX_PODS = "110";
/** Processor time that DOKS reserves, in thousandths of a core. */
const RESERVED_MILLICORES = 100;
/** The kernel and the hypervisor use the rest of a Droplet's memory. */
const MEMORY_SEEN_BY_NODE = 0.97;

/**
 * Memory in GiB that DOKS leaves to pods, by the Droplet's memory in GiB.
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

/** The capacity of a Droplet of this size as a DOKS node. */
export function resourcesOf({ vcpus, memoryMiB, diskGiB }: NodeSpec["size"]): NodeResources {
  const diskKi = diskGiB * 2 ** 20;
  return {
    capacity: {
      cpu: String(vcpus),
      memory: `${Math.floor(memoryMiB * 1024 * MEMORY_SEEN_BY_NODE)}Ki`,
      pods: MAX_PODS,
      "ephemeral-storage": `${diskKi}Ki`,
    },
    allocatable: {
      cpu: `${vcpus * 1000 - RESERVED_MILLICORES}m`,
      memory: `${Math.floor(1024 * allocatableGiB(memoryMiB / 1024))}Mi`,
      pods: MAX_PODS,
      // The kubelet evicts pods before less than a tenth of the disk is left.
      "ephemeral-storage": String(Math.floor(diskKi * 1024 * 0.9)),
    },
  };
}

/** Between the documented sizes, and beyond them, in proportion. */
function allocatableGiB(dropletGiB: number): number {
  const [lower, lowerLeft] = ALLOCATABLE_GIB.findLast(([gib]) => gib < dropletGiB) ?? [0, 0];
  const next = ALLOCATABLE_GIB.find(([gib]) => gib >= dropletGiB);
  if (next === undefined) {
    return (dropletGiB * lowerLeft) / lower;
  }
  const [upper, upperLeft] = next;
  return lowerLeft + ((dropletGiB - lower) * (upperLeft - lowerLeft)) / (upper - lower);
}
