import * as fc from "fast-check";
import { diffProperties } from "../../protocol/diff";
import { type PropertyMap, Secret, UNKNOWN } from "../../protocol/properties";

function kinds(olds: PropertyMap, news: PropertyMap): Record<string, string> {
  const diff = diffProperties(olds, news, () => false);
  return Object.fromEntries(Object.entries(diff).map(([path, { kind }]) => [path, kind]));
}

test("names the smallest parts that differ by their paths", () => {
  const olds = { name: "a", pool: { tags: ["x", "y"], size: "s" }, labels: { "a.b/c": "1" } };
  const news = { name: "b", pool: { tags: ["x", "z", "w"], count: 2 }, labels: { "a.b/c": "2" } };
  expect(kinds(olds, news)).toEqual({
    name: "update",
    "pool.tags[1]": "update",
    "pool.tags[2]": "add",
    "pool.size": "delete",
    "pool.count": "add",
    'labels["a.b/c"]': "update",
  });
});

test("a secret differs from another value only by its content", () => {
  expect(kinds({ a: new Secret("x"), b: "y" }, { a: "x", b: new Secret("y") })).toEqual({});
  expect(kinds({ a: new Secret("x") }, { a: new Secret("y") })).toEqual({ a: "update" });
});

test("absent and null are the same, and an unknown differs from what was known", () => {
  expect(kinds({ a: null }, {})).toEqual({});
  expect(kinds({ a: "x" }, { a: UNKNOWN })).toEqual({ a: "update" });
});

test("says which changes need a new resource", () => {
  const diff = diffProperties({ a: 1, b: 1 }, { a: 2, b: 2 }, (path) => path === "a");
  expect(diff).toEqual({
    a: { kind: "update", replace: true, inputDiff: true },
    b: { kind: "update", replace: false, inputDiff: true },
  });
});

test("nothing differs from itself", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const map = value as PropertyMap;
      expect(kinds(map, structuredClone(map))).toEqual({});
    }),
  );
});
