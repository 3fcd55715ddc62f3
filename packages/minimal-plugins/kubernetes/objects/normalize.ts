/**
 * Manifests as the API server will give them back. It leaves out what says nothing (an empty value where empty is
 * the default) and rewrites quantities; without this, such inputs would differ from the live object for ever.
 */
import {
  containsUnknown,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
} from "../../protocol/properties";
import { isBuiltIn, isDefinition, isSecret } from "./kinds";
import { type Manifest, textAt, valueAt, withoutValue, withValue } from "./manifest";
import { canonicalQuantity } from "./quantity";

/** Set by the server only. */
const READ_ONLY_METADATA = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "uid",
];

/** Maps whose keys are the user's: an empty text in them is a value. */
const USER_MAPS = new Set([
  "annotations",
  "labels",
  "matchLabels",
  "nodeSelector",
  "selector",
  "data",
  "binaryData",
  "stringData",
  "parameters",
]);
/** Those that are omitted when empty. An empty `selector` selects all, except in a Service. */
const DROPPED_WHEN_EMPTY = new Set([
  "annotations",
  "labels",
  "matchLabels",
  "nodeSelector",
  "limits",
  "requests",
  "data",
  "binaryData",
  "parameters",
]);
/** Lists that Kubernetes' types write even if they are empty, although the API server returns null. */
const WRITTEN_WHEN_EMPTY = new Set(["limits", "sources"]);
/** The same at the top of an object, by kind. */
const WRITTEN_BY_KIND: Readonly<Record<string, readonly string[]>> = {
  ClusterRole: ["rules"],
  EndpointSlice: ["endpoints", "ports"],
  Role: ["rules"],
};
/** Texts for which "" differs from their absence. */
const MEANINGFUL_EMPTY_TEXT = new Set(["storageClassName", "ingressClassName", "apiGroup"]);
/** Booleans that are false when absent, and numbers that are 0 or have a default then. */
const DEFAULT_WHEN_ABSENT = new Set([
  "globalDefault",
  "hostIPC",
  "hostNetwork",
  "hostPID",
  "paused",
  "publishNotReadyAddresses",
  "readOnly",
  "stdin",
  "stdinOnce",
  "tty",
  "failureThreshold",
  "hostPort",
  "initialDelaySeconds",
  "minReadySeconds",
  "nodePort",
  "periodSeconds",
  "successThreshold",
  "timeoutSeconds",
]);
/** Maps of quantities by resource name. */
const QUANTITY_MAPS = new Set([
  "limits",
  "requests",
  "hard",
  "capacity",
  "default",
  "defaultRequest",
  "max",
  "min",
  "maxLimitRequestRatio",
  "overhead",
]);
const QUANTITIES = new Set(["sizeLimit", "divisor", "averageValue"]);

/** A manifest in the form that is compared and stored. One with unknown values only loses read-only fields. */
export function normalize(manifest: Manifest): Manifest {
  const normalized =
    containsUnknown(manifest) || !isBuiltIn(textAt(manifest, "apiVersion"))
      ? manifest
      : normalizeBuiltIn(manifest);
  return READ_ONLY_METADATA.reduce(
    (current, field) => withoutValue(current, ["metadata", field]),
    normalized,
  );
}

function normalizeBuiltIn(manifest: Manifest): Manifest {
  if (isDefinition(manifest)) {
    return normalizeDefinition(manifest);
  }
  if (isSecret(manifest)) {
    return normalizeSecret(withoutNulls(manifest));
  }
  const selector = valueAt(manifest, "spec", "selector");
  const isUnselective =
    textAt(manifest, "kind") === "Service" &&
    isPropertyMap(selector) &&
    Object.keys(selector).length === 0;
  const written = (WRITTEN_BY_KIND[textAt(manifest, "kind")] ?? []).filter((field) =>
    Array.isArray(manifest[field]),
  );
  return {
    ...Object.fromEntries(written.map((field): [string, PropertyValue] => [field, []])),
    ...normalizeMap(isUnselective ? withoutValue(manifest, ["spec", "selector"]) : manifest),
  };
}

function normalizeDefinition(manifest: Manifest): Manifest {
  const withoutStatus = withoutValue(manifest, ["status"]);
  return valueAt(manifest, "spec", "preserveUnknownFields") === false
    ? withoutValue(withoutStatus, ["spec", "preserveUnknownFields"])
    : withoutStatus;
}

/**
 * The server turns `stringData` into `data`, in which it overrides. The official provider does no more than that with a Secret:
 * what is empty stays, and differs from the live object in every update.
 *
 * @see provider/pkg/clients/unstructured.go of pulumi-kubernetes v4.34.2
 */
function normalizeSecret(manifest: PropertyMap): PropertyMap {
  const data = isPropertyMap(manifest.data) ? manifest.data : {};
  const { stringData } = manifest;
  if (isPropertyMap(stringData) && Object.keys(stringData).length > 0) {
    const encoded = eachText(stringData, (text) => Buffer.from(text, "utf8").toString("base64"));
    return withValue(withoutValue(manifest, ["stringData"]), ["data"], { ...data, ...encoded });
  }
  return Object.keys(data).length === 0
    ? manifest
    : withValue(
        manifest,
        ["data"],
        eachText(data, (text) => Buffer.from(text, "base64").toString("base64")),
      );
}

function eachText(map: PropertyMap, change: (text: string) => string): PropertyMap {
  return Object.fromEntries(
    Object.entries(map).map(([key, value]) => [
      key,
      typeof value === "string" ? change(value) : value,
    ]),
  );
}

function withoutNulls(map: PropertyMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(map)
      .filter(([, value]) => value !== null)
      .map(([key, value]) => [key, isPropertyMap(value) ? withoutNulls(value) : value]),
  );
}

function normalizeMap(map: PropertyMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(map)
      .filter(([key, value]) => !isLeftOut(key, value))
      .map(([key, value]) => [key, normalizeValue(key, value)]),
  );
}

function normalizeValue(key: string, value: PropertyValue): PropertyValue {
  if (QUANTITIES.has(key)) {
    return normalizeQuantity(value);
  }
  if (Array.isArray(value)) {
    return value.map((element) => (isPropertyMap(element) ? normalizeMap(element) : element));
  }
  if (!isPropertyMap(value)) {
    return value;
  }
  if (QUANTITY_MAPS.has(key)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, amount]) => [name, normalizeQuantity(amount)]),
    );
  }
  if (USER_MAPS.has(key) && Object.values(value).every((element) => typeof element === "string")) {
    return value;
  }
  return normalizeMap(value);
}

function normalizeQuantity(value: PropertyValue): PropertyValue {
  return typeof value === "string" || typeof value === "number" ? canonicalQuantity(value) : value;
}

function isLeftOut(key: string, value: PropertyValue): boolean {
  if (value === null) {
    return true;
  }
  if (value === "") {
    return !MEANINGFUL_EMPTY_TEXT.has(key);
  }
  if (value === false || value === 0) {
    return DEFAULT_WHEN_ABSENT.has(key);
  }
  if (Array.isArray(value)) {
    return value.length === 0 && !WRITTEN_WHEN_EMPTY.has(key);
  }
  return isPropertyMap(value) && DROPPED_WHEN_EMPTY.has(key) && Object.keys(value).length === 0;
}
