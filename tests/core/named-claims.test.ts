import { namedClaims } from "../../core/manifests/named-claims";
import { claimOf, object } from "../helpers/kubernetes-objects";

const set = (spec: object) =>
  object("StatefulSet", {
    volumeClaimTemplates: [{ metadata: { name: "data" }, spec: claimOf("10Gi") }],
    ...spec,
  });
const namesOf = (...objects: Parameters<typeof namedClaims>[0]) =>
  namedClaims(objects).map(({ name }) => name);

test("a claim of the tree keeps its name, with its volume's required properties", () => {
  const [claim] = namedClaims([
    object("PersistentVolumeClaim", {
      accessModes: ["ReadWriteOncePod"],
      volumeMode: "Block",
      storageClassName: "do-block-storage-xfs",
      resources: { requests: { storage: "1500Mi" } },
    }),
  ]);
  expect(claim).toMatchObject({
    giB: 2,
    storageClass: "do-block-storage-xfs",
    volumeMode: "Block",
    accessModes: ["ReadWriteOncePod"],
  });
});

test("a StatefulSet's claims have Kubernetes' names", () => {
  const name = set({}).metadata.name;
  expect(namesOf(set({ replicas: 2 }))).toEqual([`data-${name}-0`, `data-${name}-1`]);
  expect(namesOf(set({}))).toEqual([`data-${name}-0`]);
  expect(namesOf(set({ replicas: 2, ordinals: { start: 3 } }))).toEqual([
    `data-${name}-3`,
    `data-${name}-4`,
  ]);
});

test("claims of single pods have no stable name", () => {
  const volumes = [{ name: "x", ephemeral: { volumeClaimTemplate: { spec: claimOf("1Gi") } } }];
  expect(namesOf(object("Deployment", { template: { spec: { volumes } } }))).toEqual([]);
});
