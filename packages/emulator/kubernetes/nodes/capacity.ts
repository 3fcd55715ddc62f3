import { allocatableOf } from "../../../../core/money/node-capacity";
import type { NodeSpec } from "../control-planes";

/** A node's resources in the form of its status: all there is, and what pods may ask for. */
export interface NodeResources {
  readonly capacity: Readonly<Record<string, string>>;
  readonly allocatable: Readonly<Record<string, string>>;
}

/** The kernel and the hypervisor keep this part of a droplet's memory from the node. */
const MEMORY_SEEN_BY_NODE = 0.97;

/** The capacity of a Droplet of this size as a DOKS node. */
export function resourcesOf(size: NodeSpec["size"]): NodeResources {
  const diskKi = size.diskGiB * 2 ** 20;
  const { millicores, memoryMiB, pods } = allocatableOf(size);
  return {
    capacity: {
      cpu: String(size.vcpus),
      memory: `${Math.floor(size.memoryMiB * 1024 * MEMORY_SEEN_BY_NODE)}Ki`,
      pods: String(pods),
      "ephemeral-storage": `${diskKi}Ki`,
    },
    allocatable: {
      cpu: `${millicores}m`,
      memory: `${memoryMiB}Mi`,
      pods: String(pods),
      // The kubelet evicts pods before less than a tenth of the disk is left.
      "ephemeral-storage": String(Math.floor(diskKi * 1024 * 0.9)),
    },
  };
}
