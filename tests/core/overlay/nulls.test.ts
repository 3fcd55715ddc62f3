import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../../core/errors";
import type { KubernetesObject } from "../../../core/manifests/manifest";
import { readYaml } from "../../../core/manifests/read-yaml";
import { billOfObjects } from "../../../core/money/bill";
import type { OverlayArgs } from "../../../core/overlay/generate";
import { NOTHING_ALLOWED } from "../../../core/overlay/kustomize";
import { complete } from "../../../core/overlay/rendering";
import { clusterFaults, clusterWarnings, newClusterFacts } from "../../../core/rules/cluster-facts";
import { shortages } from "../../../core/rules/demand";
import { isCustom } from "../../../core/rules/kinds";

// Claim: a tree may have a null anywhere, as Helm writes them. It is refused with a reason, or as if the field were absent.

const TREES = join(__dirname, "../../fixtures/trees");
const ARGS: OverlayArgs = {
  projectFolder: "/project",
  stack: "alice-dev",
  overlay: "kustomize/dev",
  target: ".rendered/alice-dev",
  namespace: "alice-dev",
  labels: {},
  images: {},
  imageTag: "v2",
  pins: {},
  bounds: { trust: "own", podSecurity: "baseline" },
  build: NOTHING_ALLOWED,
};
const ENTRY = { service: "web" };
const PLACEMENTS: readonly (readonly [string, OverlayArgs])[] = [
  [
    "a cluster of its own",
    { ...ARGS, https: { entry: ENTRY, certificate: "c" }, access: { entry: ENTRY, networks: [] } },
  ],
  [
    "a shared cluster",
    { ...ARGS, shared: { convertClusterRoles: true, throughEntrance: true, entry: ENTRY } },
  ],
  [
    "a shared cluster, from a fork",
    { ...ARGS, bounds: { trust: "fork", podSecurity: "restricted" } },
  ],
];
const QUOTA = {
  ...{ cpu: "4", memory: "8Gi", memoryLimits: "16Gi", ephemeralStorage: "20Gi", storage: "50Gi" },
  ...{ pods: 50, loadBalancers: 2, volumes: 10, objects: 200 },
};
const LIMITS = { defaultRequest: {}, default: {}, max: {} };

const files = readdirSync(TREES, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".yaml") && !file.endsWith("kustomization.yaml"))
  .filter((file) => !file.startsWith("broken"));
const isObject = ({ apiVersion, kind, metadata }: Partial<KubernetesObject>) =>
  [apiVersion, kind, metadata?.name].every((text) => typeof text === "string");
const objects = files
  .flatMap((file) => readYaml(readFileSync(join(TREES, file), "utf8")) as KubernetesObject[])
  .filter(isObject);

type Changed = readonly [withNull: unknown, without: unknown];

/** Copies of an object, each with another field set to null, and without it; for an item of a list both have the null. */
function* copiesOf(node: unknown): Generator<Changed> {
  if (typeof node !== "object" || node === null) {
    return;
  }
  for (const [key, value] of Object.entries(node)) {
    const withItem = (by: unknown) =>
      Array.isArray(node) ? node.with(Number(key), by) : { ...node, [key]: by };
    const { [key]: _, ...others } = node as Record<string, unknown>;
    yield [withItem(null), Array.isArray(node) ? withItem(null) : others];
    for (const [withNull, without] of copiesOf(value)) {
      yield [withItem(withNull), withItem(without)];
    }
  }
}

/** What becomes of a tree with this object: its objects, and all that is found before an update, or the refusal. */
function outcomeOf(object: KubernetesObject, args: OverlayArgs): unknown {
  try {
    const rendered = complete([object], args).objects;
    const facts = newClusterFacts(rendered);
    return {
      rendered,
      shortages: shortages(rendered, { quota: QUOTA, limits: LIMITS, nodes: 1, isShared: false }),
      bill: billOfObjects(rendered, 1),
      faults: [...clusterFaults(rendered, facts), ...clusterWarnings(rendered, facts)],
    };
  } catch (error) {
    if (error instanceof UserError) {
      return error.message;
    }
    throw new Error(JSON.stringify(object), { cause: error });
  }
}

it.each(PLACEMENTS)("a null means the same as no value in %s", (_, args) => {
  let count = 0;
  for (const object of objects) {
    for (const [withNull, without] of copiesOf(object) as Generator<
      readonly [KubernetesObject, KubernetesObject]
    >) {
      if (!isObject(withNull)) {
        continue; // kustomize refuses it.
      }
      count += 1;
      const outcome = outcomeOf(withNull, args);
      // A null may mean something in a custom resource, and in a schema.
      const isOwn = !isCustom(object.apiVersion) && object.kind !== "CustomResourceDefinition";
      const expected = isOwn ? outcomeOf(without, args) : outcome;
      expect([withNull, outcome]).toEqual([withNull, expected]);
    }
  }
  expect(count).toBeGreaterThan(1000);
});
