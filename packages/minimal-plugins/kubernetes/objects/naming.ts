/** Names for objects without a name in the program. */
import { createHash } from "node:crypto";
import { UNKNOWN } from "../../protocol/properties";
import { AUTONAMED, isAutonamed } from "./annotations";
import { type Manifest, textAt, valueAt, withValue } from "./manifest";

/** Hexadecimal digits after the resource's name. */
const SUFFIX_LENGTH = 8;

/** Whether the program sets a name, which may still be unknown. */
export function isNamed(manifest: Manifest): boolean {
  return (
    valueAt(manifest, "metadata", "name") === UNKNOWN || textAt(manifest, "metadata", "name") !== ""
  );
}

/** Whether the API server generates the name. */
export function asksForGeneratedName(manifest: Manifest): boolean {
  const generateName = valueAt(manifest, "metadata", "generateName");
  return !isNamed(manifest) && (generateName === UNKNOWN || Boolean(generateName));
}

/** A new object's manifest, named after the resource unless it has a name. */
export function withNewName(manifest: Manifest, resourceName: string, seed: Uint8Array): Manifest {
  if (isNamed(manifest) || asksForGeneratedName(manifest)) {
    return manifest;
  }
  const suffix = createHash("sha256").update(seed).update(resourceName).digest("hex");
  return autonamed(manifest, `${resourceName}-${suffix.slice(0, SUFFIX_LENGTH)}`);
}

/** An existing object's manifest: it keeps its generated name. */
export function withOldName(manifest: Manifest, old: Manifest): Manifest {
  return !isNamed(manifest) && isAutonamed(old)
    ? autonamed(manifest, textAt(old, "metadata", "name"))
    : manifest;
}

function autonamed(manifest: Manifest, name: string): Manifest {
  const named = withValue(manifest, ["metadata", "name"], name);
  const annotations = valueAt(manifest, "metadata", "annotations");
  return annotations === UNKNOWN
    ? named
    : withValue(named, ["metadata", "annotations", AUTONAMED], "true");
}
