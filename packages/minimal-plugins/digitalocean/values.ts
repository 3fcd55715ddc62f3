/**
 * Reads properties and JSON the way Go does, and with it the official provider: what is absent has the zero value of
 * its type.
 */
import { isPropertyMap, type PropertyMap, type PropertyValue } from "../protocol/properties";

export function stringOf(map: PropertyMap | undefined, name: string): string {
  const value = map?.[name];
  return typeof value === "string" ? value : "";
}

export function numberOf(map: PropertyMap | undefined, name: string): number {
  const value = map?.[name];
  return typeof value === "number" ? value : 0;
}

export function booleanOf(map: PropertyMap | undefined, name: string): boolean {
  return map?.[name] === true;
}

export function objectOf(map: PropertyMap | undefined, name: string): PropertyMap | undefined {
  const value = map?.[name];
  return isPropertyMap(value) ? value : undefined;
}

function listOf(map: PropertyMap | undefined, name: string): PropertyValue[] {
  const value = map?.[name];
  return Array.isArray(value) ? value : [];
}

export function objectsOf(map: PropertyMap | undefined, name: string): PropertyMap[] {
  return listOf(map, name).filter(isPropertyMap);
}

export function stringsOf(map: PropertyMap | undefined, name: string): string[] {
  return listOf(map, name).filter((value) => typeof value === "string");
}

/** Whether Terraform treats a value as not set. */
export function isZero(value: PropertyValue | undefined): boolean {
  if (Array.isArray(value)) {
    return value.length === 0;
  }
  if (isPropertyMap(value)) {
    return Object.keys(value).length === 0;
  }
  return value === undefined || value === null || value === "" || value === 0 || value === false;
}

/** A map without the entries that are undefined. */
export function compact(entries: Readonly<Record<string, PropertyValue | undefined>>): PropertyMap {
  return Object.fromEntries(
    Object.entries(entries).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
}

/** A map without the entries that Go's `omitempty` leaves out of a request. */
export function omitZero(entries: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => !isZero(value)));
}

/** A time in the official provider's form: Go's `2026-08-07 12:30:00 +0000 UTC`. */
export function goTime(timestamp: string): string {
  return timestamp === ""
    ? "0001-01-01 00:00:00 +0000 UTC"
    : new Date(timestamp)
        .toISOString()
        .replace("T", " ")
        .replace(/\.?0*Z$/, " +0000 UTC");
}

/** A time as RFC 3339 in whole seconds. */
export function rfc3339(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, "Z");
}
