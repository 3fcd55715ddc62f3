import type { PersistentVolumeClaim } from "../api/objects";

/** Source: csi-digitalocean, driver/controller.go */
const MIN_GIB = 1;
const MAX_GIB = 16 * 1024;

const QUANTITY = /^(\d+(?:\.\d*)?|\.\d+)(?:[eE]([+-]?\d+)|([numkMGTPE]|[KMGTPE]i))?$/;
const DECIMAL_SUFFIXES = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const BINARY_SUFFIXES = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/**
 * Returns the size in whole GiB of the volume that a claim requests, or of a quantity.
 *
 * @throws {Error} when it is larger than DigitalOcean's largest volume, 16 TiB.
 */
export function requestedGiB(
  claim: PersistentVolumeClaim,
  quantity = claim.spec.resources?.requests?.storage ?? "0",
): number {
  const gib = Math.max(MIN_GIB, Math.ceil(bytesOf(quantity) / 2 ** 30));
  if (gib > MAX_GIB) {
    throw new Error(
      `required (${gib} GiB) can not exceed maximum supported volume size (${MAX_GIB} GiB)`,
    );
  }
  return gib;
}

/** @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
function bytesOf(quantity: string): number {
  const [, digits, exponent, suffix = ""] = QUANTITY.exec(quantity) ?? [];
  if (digits === undefined) {
    throw new Error(`storage request "${quantity}" is not a Kubernetes quantity such as 16Gi`);
  }
  const factor = suffix.endsWith("i")
    ? 1024 ** BINARY_SUFFIXES.indexOf(suffix)
    : 1000 ** (DECIMAL_SUFFIXES.indexOf(suffix) - DECIMAL_SUFFIXES.indexOf(""));
  return Number(digits) * factor * 10 ** Number(exponent ?? 0);
}
