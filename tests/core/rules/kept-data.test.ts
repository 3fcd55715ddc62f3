import { keptTags } from "../../../core/data/kept-claim";
import { type KeptDataFacts, keptDataErrors } from "../../../core/rules/kept-data";

const VOLUME = {
  claim: "data",
  storageClass: "do-block-storage",
  fsType: "ext4",
  volumeMode: "Filesystem",
  wasUsed: true,
} as const;
const keptOf = (stack: string) => ({
  id: "s-1",
  name: `${stack}-data-1`,
  tags: keptTags({ project: "shop", stack, dataId: "d-1" }, VOLUME, 1),
});
const facts = (changes: Partial<KeptDataFacts> = {}): KeptDataFacts => ({
  ...{ project: "shop", stack: "alice-dev", snapshots: [], volumes: [], clusterIds: [] },
  ...{ isRestored: false, keepsNothing: false, ...changes },
});
const messages = (changes: Partial<KeptDataFacts>) =>
  keptDataErrors(facts(changes)).map(({ message }) => message);

test("a new cluster is refused while kept data was not restored", () => {
  const snapshots = [keptOf("alice-dev")];
  expect(messages({ snapshots })).toEqual([
    '"alice-dev" would come up empty: its data is kept in alice-dev-data-1',
  ]);
  expect(messages({ snapshots, isRestored: true })).toEqual([]);
});

test("data of another environment, and a seed, do not prevent a new cluster", () => {
  const { tags, ...seed } = keptOf("alice-dev");
  const untied = tags.filter((tag) => !tag.startsWith("data:"));
  expect(messages({ snapshots: [keptOf("bob-dev"), { ...seed, tags: untied }] })).toEqual([]);
});

test("a cluster with volumes is not replaced unless its data need not be kept", () => {
  const volumes = [
    { id: "v-1", name: "pvc-1", tags: ["k8s:c-1"] },
    { id: "v-2", name: "pvc-2", tags: ["k8s:another"] },
  ];
  const clusterIds = ["c-1"];
  expect(messages({ volumes, clusterIds })).toEqual([
    "a new cluster would replace c-1, and the data in its 1 volume would be lost: pvc-1",
  ]);
  expect(messages({ volumes, clusterIds, keepsNothing: true })).toEqual([]);
  expect(messages({ volumes })).toEqual([]);
});
