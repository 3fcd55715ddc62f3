import * as fc from "fast-check";
import { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import {
  Asset,
  annotateSecrets,
  containsSecret,
  containsUnknown,
  decode,
  encode,
  type PropertyMap,
  type PropertyValue,
  ResourceReference,
  Secret,
  stripSecrets,
  UNKNOWN,
} from "../../protocol/properties";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const ASSET = "c44067f5952c0a294b673a41bacd8c17";

const leaf: fc.Arbitrary<PropertyValue> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
  // Lone surrogates are no text: protobuf cannot carry them.
  fc.string({ unit: "binary" }),
  fc.constant<PropertyValue>(UNKNOWN),
  fc
    .tuple(fc.string({ minLength: 1 }), fc.option(fc.string(), { nil: undefined }))
    .map(([urn, id]) => new ResourceReference(urn, id)),
  fc.string().map((text) => new Asset({ [SIGNATURE]: ASSET, text })),
);

/** The library that writes messages keeps a map in a plain object, which cannot have this key. */
const key = fc.string().filter((name) => name !== "__proto__");
const { value } = fc.letrec<{ value: PropertyValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthIdentifier: "value" },
    leaf,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(key, tie("value"), { maxKeys: 4, noNullPrototype: true }),
    tie("value").map((content) => new Secret(content)),
  ),
}));
const properties: fc.Arbitrary<PropertyMap> = fc.dictionary(key, value, {
  maxKeys: 5,
  noNullPrototype: true,
});

function sent(map: PropertyMap): PropertyMap {
  return decode(Struct.deserializeBinary(encode(map).serializeBinary()));
}

test("what is sent arrives unchanged", () => {
  fc.assert(
    fc.property(properties, (map) => {
      expect(sent(map)).toStrictEqual(map);
    }),
  );
});

test("without its secrets a map has the same content and no secret", () => {
  fc.assert(
    fc.property(properties, (map) => {
      const open = stripSecrets(map);
      expect(containsSecret(open)).toBe(false);
      expect(containsUnknown(open)).toBe(containsUnknown(map));
      expect(stripSecrets({ outer: new Secret(map) })).toStrictEqual({ outer: open });
    }),
  );
});

test("outputs that mirror secret inputs are secret again", () => {
  fc.assert(
    fc.property(properties, (map) => {
      const restored = annotateSecrets(stripSecrets(map), map);
      for (const name of Object.keys(map)) {
        expect(containsSecret(restored[name] ?? null)).toBe(containsSecret(map[name] ?? null));
      }
      expect(stripSecrets(restored)).toStrictEqual(stripSecrets(map));
    }),
  );
});

test.each([
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
])("the engine's mark %s is an unknown, at any depth", (mark) => {
  const map = decode(Struct.fromJavaScript({ list: [{ inner: mark }] }));
  expect(map).toStrictEqual({ list: [{ inner: UNKNOWN }] });
  expect(containsUnknown(map)).toBe(true);
});

test("an output value is its value, unknown without one, and secret when it says so", () => {
  const wire = {
    known: { [SIGNATURE]: OUTPUT, value: "x", dependencies: ["urn:a"] },
    later: { [SIGNATURE]: OUTPUT },
    hidden: { [SIGNATURE]: OUTPUT, value: 1, secret: true },
    both: { [SIGNATURE]: OUTPUT, secret: true },
  };
  expect(decode(Struct.fromJavaScript(wire))).toStrictEqual({
    known: "x",
    later: UNKNOWN,
    hidden: new Secret(1),
    both: new Secret(UNKNOWN),
  });
});

test("an output value that is known to be null is null", () => {
  const wire = { none: { [SIGNATURE]: OUTPUT, value: null } };
  expect(decode(Struct.fromJavaScript(wire))).toStrictEqual({ none: null });
});

test("fails on a signature that it does not know", () => {
  const wire = { odd: { [SIGNATURE]: "of the future" } };
  expect(() => decode(Struct.fromJavaScript(wire))).toThrow("of the future");
});

test("an absent struct is an empty map", () => {
  expect(decode(undefined)).toStrictEqual({});
});
