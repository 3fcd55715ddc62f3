import { dataTag, type ListedSnapshot } from "../../../core/data/kept-claim";
import { chooseSeeds, seedsIn, seedTags } from "../../../core/data/seed";
import type { NamedClaim } from "../../../core/manifests/named-claims";

const VOLUME = {
  storageClass: "do-block-storage",
  fsType: "ext4",
  volumeMode: "Filesystem",
  wasUsed: true,
} as const;
const wanted = (name: string): NamedClaim => ({
  name,
  giB: 1,
  volumeMode: "Filesystem",
  accessModes: ["ReadWriteOnce"],
});

/** A snapshot of a seed that has some claims in some versions. */
const listed = (name: string, version: number, claim: string, size = 1): ListedSnapshot => ({
  id: `${name}-${claim}-${version}`,
  name: `${name}-${claim}-${version}`,
  resource_id: "v-1",
  min_disk_size: 1,
  size_gigabytes: 0.1,
  regions: ["fra1"],
  created_at: "2026-11-23T12:00:00Z",
  tags: seedTags("shop", { name, version, size }, { ...VOLUME, claim }),
});
const seeds = (...snapshots: ListedSnapshot[]) => seedsIn(snapshots, "shop");
const chosen = (...args: Parameters<typeof chooseSeeds>) =>
  chooseSeeds(...args).snapshots.map(({ id }) => id);
const faults = (...args: Parameters<typeof chooseSeeds>) =>
  chooseSeeds(...args).faults.map(({ message }) => message);

describe("seedsIn", () => {
  it("groups copies that were saved together, the newest of a name first", () => {
    const found = seeds(
      listed("small", 1, "db", 2),
      listed("small", 1, "files", 2),
      listed("small", 2, "db", 2),
      listed("large", 1, "db"),
    );
    expect(found.map(({ name, version, isComplete }) => [name, version, isComplete])).toEqual([
      ["large", 1, true],
      ["small", 2, false],
      ["small", 1, true],
    ]);
  });

  it("omits another project's copies, and copies that are not seeds", () => {
    const { tags = [], ...rest } = listed("small", 1, "db");
    const untied = (tags ?? []).filter((tag) => !tag.startsWith("seed:"));
    expect(seedsIn([listed("small", 1, "db")], "another")).toEqual([]);
    expect(seeds({ ...rest, tags: untied })).toEqual([]);
  });

  it("omits the kept data of an environment", () => {
    const { tags, ...rest } = listed("small", 1, "db");
    expect(seeds({ ...rest, tags: [...(tags ?? []), dataTag("d-1")] })).toEqual([]);
  });
});

describe("chooseSeeds", () => {
  const found = seeds(
    listed("small", 1, "db", 2),
    listed("small", 1, "files", 2),
    listed("small", 2, "db", 2),
    listed("large", 1, "db"),
  );
  const claims = [wanted("db"), wanted("files"), wanted("cache")];

  it("uses all claims from the newest complete version, never from two versions", () => {
    expect(chosen("small", found, claims)).toEqual(["small-db-1", "small-files-1"]);
  });

  it("uses the named seeds for single claims", () => {
    const choice = { db: "large", files: "small" };
    expect(chosen(choice, found, claims)).toEqual(["large-db-1", "small-files-1"]);
  });

  it.each([
    ["there is none of the name", "none", 'there is no seed "none"'],
    ["its only version is incomplete", "half", 'seed "half" is incomplete'],
    [
      "it lacks a claim that it is named for",
      { cache: "small" },
      'seed "small" has no claim cache',
    ],
  ])("refuses when %s", (_, choice, message) => {
    const all = [...found, ...seeds(listed("half", 1, "db", 2))];
    expect(faults(choice, all, claims)[0]).toContain(message);
  });

  it("lets claims start empty if a seed for all does not have them", () => {
    expect(faults("small", found, claims)).toEqual([]);
  });

  it("does not require a seed when no claim needs one", () => {
    expect(faults("none", [], [])).toEqual([]);
  });
});
