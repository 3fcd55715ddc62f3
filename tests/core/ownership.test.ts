import fc from "fast-check";
import { idTag, namingTags } from "../../core/digitalocean-tags";
import { ownershipOf } from "../../core/ownership";

const ID = "7c7dc0f5-7d3a-4b77-9d5e-7e9a5c1b0f44";
const OTHER = "00000000-7d3a-4b77-9d5e-7e9a5c1b0f44";
const NAMES = namingTags("shop", "alice-dev");

const CLAIMS = {
  "with an id": { project: "shop", stack: "alice-dev", id: ID, clusterIds: ["in-state"] },
  "made before ids": { project: "shop", stack: "alice-dev", clusterIds: ["in-state"] },
} as const;
const TAGS = {
  "its id": [...NAMES, idTag(ID)],
  "its id alone": [idTag(ID)],
  "another id": [...NAMES, idTag(OTHER)],
  "another id alone": [idTag(OTHER)],
  "its names": NAMES,
  "half its names": NAMES.slice(1),
  "no tags": [],
} as const;

test.each<[keyof typeof CLAIMS, string, keyof typeof TAGS, string]>([
  ["with an id", "in-state", "its id", "inState"],
  ["with an id", "in-state", "no tags", "inState"],
  ["with an id", "in-state", "its names", "inState"],
  ["with an id", "in-state", "another id", "contested"],
  ["with an id", "in-state", "another id alone", "contested"],
  ["with an id", "elsewhere", "its id", "strays"],
  ["with an id", "elsewhere", "its id alone", "strays"],
  ["with an id", "elsewhere", "another id", "foreign"],
  ["with an id", "elsewhere", "its names", "foreign"],
  ["with an id", "elsewhere", "another id alone", "nobody"],
  ["with an id", "elsewhere", "half its names", "nobody"],
  ["with an id", "elsewhere", "no tags", "nobody"],
  ["made before ids", "in-state", "no tags", "inState"],
  ["made before ids", "in-state", "its names", "inState"],
  ["made before ids", "in-state", "another id", "contested"],
  ["made before ids", "elsewhere", "its names", "foreign"],
  ["made before ids", "elsewhere", "another id", "foreign"],
  ["made before ids", "elsewhere", "another id alone", "nobody"],
])("of an environment %s, a cluster %s with %s is: %s", (claim, id, tags, kind) => {
  const ownership = ownershipOf(CLAIMS[claim], [{ id, tags: TAGS[tags] }]);
  const found = Object.entries(ownership).filter(([, clusters]) => clusters.length > 0);
  expect(found.map(([name]) => name)).toEqual(kind === "nobody" ? [] : [kind]);
});

test("whatever the tags, a cluster is owned only by state or id, and counted once", () => {
  const tag = fc.constantFrom(...NAMES, idTag(ID), idTag(OTHER), "k8s", "production");
  const cluster = fc.record({
    id: fc.constantFrom("in-state", "a", "b"),
    tags: fc.uniqueArray(tag),
  });
  const clusters = fc.uniqueArray(cluster, { selector: ({ id }) => id });
  fc.assert(
    fc.property(clusters, fc.constantFrom(...Object.values(CLAIMS)), (all, claim) => {
      const { inState, strays, contested, foreign } = ownershipOf(claim, all);
      const told = [...inState, ...strays, ...contested, ...foreign];
      expect(new Set(told).size).toBe(told.length);
      for (const { id, tags } of [...inState, ...strays]) {
        expect(id === "in-state" || ("id" in claim && tags.includes(idTag(claim.id)))).toBe(true);
      }
    }),
  );
});
