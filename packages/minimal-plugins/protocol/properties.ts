/**
 * Property values as the engine and its plugins exchange them.
 *
 * On the wire they are a protobuf `Struct`, in which everything that JSON lacks (unknowns, secrets, references,
 * assets) is an object or a string with a well-known signature.
 *
 * @see https://github.com/pulumi/pulumi/blob/v3.259.0/sdk/go/common/resource/plugin/rpc.go
 * @see https://github.com/pulumi/pulumi/blob/v3.259.0/sdk/go/common/resource/sig/sig.go
 */
import { ListValue, NullValue, Struct, Value } from "google-protobuf/google/protobuf/struct_pb.js";

/** The value of a property that will be known only after the update. */
export const UNKNOWN: unique symbol = Symbol("unknown");

/** A value that the engine encrypts in its state and never shows. */
export class Secret {
  public constructor(public readonly value: PropertyValue) {}
}

/** A resource as the value of a property. */
export class ResourceReference {
  public constructor(
    public readonly urn: string,
    /** Undefined for a component, which has no id. */
    public readonly id?: string | typeof UNKNOWN,
    public readonly packageVersion?: string,
  ) {}
}

/** An asset or an archive, kept as the engine sent it: no plugin here looks inside one. */
export class Asset {
  public constructor(public readonly fields: PropertyMap) {}
}

export type PropertyValue =
  | null
  | boolean
  | number
  | string
  | PropertyValue[]
  | PropertyMap
  | typeof UNKNOWN
  | Secret
  | ResourceReference
  | Asset;

export interface PropertyMap {
  [name: string]: PropertyValue;
}

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const ASSETS = new Set(["c44067f5952c0a294b673a41bacd8c17", "0def7320c3a5731c473e5ecbe6d01bc7"]);

const UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** The engine marks an unknown by its expected type, which plugins do not need. */
const UNKNOWNS = new Set([
  UNKNOWN_STRING,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/**
 * Reads a property map off the wire. An absent struct is an empty map.
 *
 * @throws {Error} when a value has a signature this protocol version does not know.
 */
export function decode(struct: Struct | undefined): PropertyMap {
  const entries: [string, PropertyValue][] = [];
  struct?.getFieldsMap().forEach((value, name) => {
    entries.push([name, decodeValue(value)]);
  });
  return Object.fromEntries(entries);
}

/** Writes a property map to the wire. The engine accepts secrets and references, so both stay what they are. */
export function encode(map: PropertyMap): Struct {
  const struct = new Struct();
  const fields = struct.getFieldsMap();
  for (const [name, value] of Object.entries(map)) {
    fields.set(name, encodeValue(value));
  }
  return struct;
}

function decodeValue(value: Value): PropertyValue {
  switch (value.getKindCase()) {
    case Value.KindCase.BOOL_VALUE:
      return value.getBoolValue();
    case Value.KindCase.NUMBER_VALUE:
      return value.getNumberValue();
    case Value.KindCase.STRING_VALUE:
      return UNKNOWNS.has(value.getStringValue()) ? UNKNOWN : value.getStringValue();
    case Value.KindCase.LIST_VALUE:
      return (value.getListValue()?.getValuesList() ?? []).map(decodeValue);
    case Value.KindCase.STRUCT_VALUE:
      return decodeObject(decode(value.getStructValue()));
    case Value.KindCase.NULL_VALUE:
    case Value.KindCase.KIND_NOT_SET:
      return null;
  }
}

function decodeObject(fields: PropertyMap): PropertyValue {
  const signature = Object.hasOwn(fields, SIGNATURE) ? fields[SIGNATURE] : undefined;
  if (signature === undefined) {
    return fields;
  }
  if (signature === SECRET) {
    return new Secret(fields.value ?? null);
  }
  if (signature === OUTPUT) {
    // A known null differs from an unknown value.
    const value = fields.value === undefined ? UNKNOWN : fields.value;
    return fields.secret === true ? new Secret(value) : value;
  }
  if (signature === RESOURCE) {
    return decodeReference(fields);
  }
  if (typeof signature === "string" && ASSETS.has(signature)) {
    return new Asset(fields);
  }
  throw new Error(`a property value has the unknown signature ${JSON.stringify(signature)}`);
}

function decodeReference({ urn, id, packageVersion }: PropertyMap): ResourceReference {
  if (typeof urn !== "string") {
    throw new Error("a resource reference has no urn");
  }
  return new ResourceReference(
    urn,
    typeof id === "string" || id === UNKNOWN ? id : undefined,
    typeof packageVersion === "string" ? packageVersion : undefined,
  );
}

function encodeValue(value: PropertyValue): Value {
  const wire = new Value();
  if (value === null) {
    return wire.setNullValue(NullValue.NULL_VALUE);
  }
  if (value === UNKNOWN) {
    return wire.setStringValue(UNKNOWN_STRING);
  }
  if (Array.isArray(value)) {
    return wire.setListValue(new ListValue().setValuesList(value.map(encodeValue)));
  }
  if (typeof value === "boolean") {
    return wire.setBoolValue(value);
  }
  if (typeof value === "number") {
    return wire.setNumberValue(value);
  }
  if (typeof value === "string") {
    return wire.setStringValue(value);
  }
  return wire.setStructValue(encode(wireFields(value)));
}

/** The fields by which an object, or what JSON has no notion of, travels. */
function wireFields(value: PropertyMap | Secret | ResourceReference | Asset): PropertyMap {
  if (value instanceof Secret) {
    return { [SIGNATURE]: SECRET, value: value.value };
  }
  if (value instanceof Asset) {
    return value.fields;
  }
  if (value instanceof ResourceReference) {
    const { urn, id, packageVersion } = value;
    return {
      [SIGNATURE]: RESOURCE,
      urn,
      ...(id === undefined ? {} : { id }),
      ...(packageVersion === undefined ? {} : { packageVersion }),
    };
  }
  return value;
}

/** Whether a value is an object with properties of its own: not a list, a secret, a reference or an asset. */
export function isPropertyMap(value: PropertyValue | undefined): value is PropertyMap {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Secret || value instanceof ResourceReference || value instanceof Asset)
  );
}

/** Whether a value, or anything in it, is known only after the update. */
export function containsUnknown(value: PropertyValue): boolean {
  return contains(value, (part) => part === UNKNOWN);
}

/** Whether a value, or anything in it, is secret. */
export function containsSecret(value: PropertyValue): boolean {
  return contains(value, (part) => part instanceof Secret);
}

function contains(value: PropertyValue, isMatch: (part: PropertyValue) => boolean): boolean {
  return isMatch(value) || children(value).some((part) => contains(part, isMatch));
}

function children(value: PropertyValue): PropertyValue[] {
  if (value instanceof Secret) {
    return [value.value];
  }
  if (value instanceof ResourceReference) {
    return [value.id ?? null];
  }
  if (Array.isArray(value)) {
    return value;
  }
  return isPropertyMap(value) ? Object.values(value) : [];
}

/** Unwraps every secret in a value: only for computations, never for the state or a log. */
export function stripSecrets(value: PropertyMap): PropertyMap;
export function stripSecrets(value: PropertyValue): PropertyValue;
export function stripSecrets(value: PropertyValue): PropertyValue {
  if (value instanceof Secret) {
    return stripSecrets(value.value);
  }
  if (Array.isArray(value)) {
    return value.map((element) => stripSecrets(element));
  }
  if (isPropertyMap(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, element]) => [name, stripSecrets(element)]),
    );
  }
  return value;
}

/**
 * Marks an output as secret if the input of the same name was.
 *
 * @param outputs the properties a provider computed from `inputs` without its secrets.
 */
export function annotateSecrets(outputs: PropertyMap, inputs: PropertyMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, output]) => {
      const input = inputs[name] ?? null;
      if (isPropertyMap(output) && isPropertyMap(input)) {
        return [name, annotateSecrets(output, input)];
      }
      const mustHide = containsSecret(input) && !(output instanceof Secret);
      return [name, mustHide ? new Secret(output) : output];
    }),
  );
}
