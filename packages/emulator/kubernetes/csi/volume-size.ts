import { parseQuantity, QUANTITY_GRAMMAR } from "../../../../core/quantity";
import type { PersistentVolumeClaim } from "../api/objects";

/** Source: csi-digitalocean, driver/controller.go */
const MIN_GIB = 1;
const MAX_GIB = 16 * 1024;

/**
 * The size in whole GiB of the volume that a claim asks for, or that a quantity amounts to.
 *
 * @throws Error when it is larger than DigitalOcean's largest volume, 16 TiB.
 */
export function requestedGiB(
  claim: PersistentVolumeClaim,
  quantity = claim.spec.resources?.requests?.storage ?? "0",
): number {
  const bytes = parseQuantity(quantity);
  if (bytes === undefined) {
    throw new Error(`storage request "${quantity}" is not ${QUANTITY_GRAMMAR}`);
  }
  const gib = Math.max(MIN_GIB, Math.ceil(bytes / 2 ** 30));
  if (gib > MAX_GIB) {
    throw new Error(
      `required (${gib} GiB) can not exceed maximum supported volume size (${MAX_GIB} GiB)`,
    );
  }
  return gib;
}
