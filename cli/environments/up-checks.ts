import { NOTHING_TO_RESTORE, type RestorePlan } from "../../core/data/restore";
import { secondsOf } from "../../core/duration";
import { UserError } from "../../core/errors";
import { ownerLabels } from "../../core/labels";
import { GATEWAY_CLASS } from "../../core/manifests/load-balancers";
import type { KubernetesObject } from "../../core/manifests/manifest";
import { BASE_NODE_SIZE, billOf, nodesIn } from "../../core/money/bill";
import { physicalName } from "../../core/names";
import { tlsAnnotations } from "../../core/overlay/https";
import type { Judge, Rendering } from "../../core/overlay/rendering";
import { newClusterFacts, readClusterFacts } from "../../core/rules/cluster-facts";
import type { Bounds } from "../../core/rules/demand";
import { nodeBoundOf } from "../../core/rules/node-fit";
import type { Settings, StackName } from "../../core/settings";
import type { Layer } from "../../core/settings/layers";
import { hasManagedHttps } from "../../core/settings/placement";
import { DigitalOcean, requireAccess } from "../account/digitalocean";
import { planRestoreOf } from "../data/restore-data";
import { pinImages } from "../images/pin-images";
import { imageResolver } from "../images/resolve-image";
import { ClusterObjects } from "../shared-clusters/cluster-objects";
import { type OwnedInState, ownedInState } from "../stacks/owned-in-state";
import { hasPlacement } from "../stacks/placement-in-state";
import type { StackRecord } from "../stacks/record";
import { settingsOf } from "../stacks/stack-config";
import { sourceOf } from "../stacks/stacks";
import type { Context } from "../terminal/context";
import { checkOwnership, NOTHING_FOUND, type Strays } from "./ownership-check";
import { checkName, domainPreflight } from "./preflight/domain-checks";
import { type ClusterRequest, preflight } from "./preflight/preflight";
import type { PreflightResult } from "./preflight/preflight-result";
import { findSharedCluster } from "./preflight/shared-cluster";
import { type TenantRequest, tenantPreflight } from "./preflight/tenant-preflight";
import { checkDemand, checkTree, type NodeDemand } from "./preflight/tree-checks";
import { type Rendered, render } from "./render";

/** An `up` that may go ahead. */
export interface Checked {
  readonly name: StackName;
  readonly settings: Settings;
  /** The stack's own new values, digests included. */
  readonly own: Layer;
  /** @default - a shared cluster runs none of its own */
  readonly rendered?: Rendered;
  /** Clusters that a killed update left, which are removed first. */
  readonly strays: Strays;
  /** The kept data that claims get back. */
  readonly restore: RestorePlan;
  /** What bounds its namespace. */
  readonly bounds: Bounds;
  /** In USD per hour. */
  readonly price: number;
  readonly isNew: boolean;
  /** RFC 3339; of a new environment, as far as can be said before it is there. @default - nothing ends a shared cluster by itself */
  readonly expiresAt?: string;
  /** The checks that passed, in a few words each. */
  readonly notes: readonly string[];
  /** Checks that could not be made, and notes. */
  readonly warnings: readonly string[];
}

/** A shared cluster runs no workloads of its own. */
const NOTHING_RENDERED: Rendering = { objects: [], images: [], entries: [] };
/** The part of a shared cluster with a domain that costs a load balancer. */
const ENTRANCE: KubernetesObject = {
  apiVersion: "gateway.networking.k8s.io/v1",
  kind: "Gateway",
  metadata: { name: "entrance" },
  spec: { gatewayClassName: GATEWAY_CLASS },
};
/** The same, where its load balancer ends TLS. */
const HTTPS_ENTRANCE: KubernetesObject = {
  ...ENTRANCE,
  spec: { gatewayClassName: GATEWAY_CLASS, infrastructure: { annotations: tlsAnnotations("") } },
};
/** Checks of which it is told, too, that all is well. */
const TOLD: readonly PreflightResult["check"][] = ["limit", "capacity"];

/** The checks that a foreign overlay has to pass before it causes any request. */
export interface Scrutiny {
  readonly judge: Judge;
  /** Hosts of the registries that may be asked for its images. */
  readonly registries: readonly string[];
}

/**
 * Checks all that can be checked before anything is created or written.
 *
 * @param own - what the stack itself is to set
 * @param pin - whether tags are to become digests
 * @param scrutiny - for the overlay of a fork
 * @throws {UserError} that tells all faults at once
 */
export async function checkUp(
  context: Context,
  stack: string,
  own: Layer,
  record: StackRecord | undefined,
  pin: boolean,
  scrutiny?: Scrutiny,
): Promise<Checked> {
  const { project, env, say, signal, now } = context;
  // Digests that were looked up before would hide the tags that are to be looked up now.
  const asked = pin ? { ...own, pins: {} } : own;
  const { name, settings } = settingsOf(project, stack, asked);
  const account = new DigitalOcean(requireAccess(env), { say, signal });
  const runsWorkloads = ["cluster", "namespace"].includes(settings.placement);
  const rendered = !runsWorkloads
    ? undefined
    : await render({
        projectFolder: project.folder,
        name,
        settings,
        env,
        judge: scrutiny?.judge,
      });
  const rendering = rendered ?? NOTHING_RENDERED;
  const isNew = record === undefined || !(await isThere(context, settings, record));
  const resolve = imageResolver(() => account, env, scrutiny?.registries);
  const owned = async (): Promise<Partial<OwnedInState>> =>
    record === undefined ? {} : ownedInState(sourceOf(context), record);
  const find = async (): Promise<readonly PreflightResult[]> => {
    switch (settings.placement) {
      case "namespace":
        return tenantPreflight(
          context,
          {
            ...tenantOrder(project.name, name, settings, rendering),
            proof: { ...(await idOf(owned)), isInState: !isNew },
          },
          await findSharedCluster(context, settings),
          account,
          resolve,
        );
      case "domain":
        return domainPreflight(account, settings, isNew);
      case "cluster":
      case "host":
        return [
          ...(await preflight(clusterOrder(settings, rendering, isNew), account, resolve)),
          ...(await checkName(account, stack, settings, owned, now())),
        ];
    }
  };
  const findings = await find();
  const ofTree =
    settings.placement === "cluster"
      ? await treeFindings(context, account, settings, rendering, record)
      : [];
  const unfit = [...findings, ...ofTree].filter(({ state }) => state === "fault");
  // With a token that cannot read, looking would fail and hide why.
  const claims =
    unfit.length > 0
      ? NOTHING_FOUND
      : await checkOwnership(context, account, stack, settings, record);
  const restore =
    unfit.length > 0
      ? NOTHING_TO_RESTORE
      : await planRestoreOf(context, account, stack, record, {
          objects: rendering.objects,
          seed: settings.data.seed,
          region: () => regionOf(context, account, settings),
        });
  const faults = [...unfit, ...claims.faults, ...restore.faults];
  if (faults.length > 0) {
    throw new UserError(
      `"${stack}" cannot come up:${faults.map(({ message, fix }) => `\n  - ${message}${fix === undefined ? "" : `\n    fix: ${fix}`}`).join("")}`,
      "nothing was changed; fix it and run the same again",
    );
  }
  const price = findings.find(({ check }) => check === "price");
  const bounds = boundsOf(settings);
  const pins = pin ? await pinImages(rendering.images, resolve) : undefined;
  return {
    name,
    settings,
    own: pins === undefined ? own : { ...own, pins: { ...pins } },
    rendered: pins === undefined ? rendered : rendered?.withPins(pins),
    strays: claims.strays,
    restore,
    // Of a shared cluster the settings of one who lives there tell nothing.
    bounds: { ...bounds, nodes: price?.nodes ?? bounds.nodes },
    price: price?.pricePerHourUsd ?? 0,
    isNew,
    ...(!runsWorkloads
      ? {}
      : { expiresAt: new Date(now().getTime() + secondsOf(settings.ttl) * 1000).toISOString() }),
    notes: findings
      .filter(({ state, check }) => state === "ok" && TOLD.includes(check))
      .map(({ message }) => message),
    warnings: [
      ...[...findings, ...ofTree]
        .filter(({ state }) => state === "warning")
        .map(({ message }) => message),
      ...restore.unclaimed.map(
        ({ kind, name: kept, claim }) =>
          `${kind} ${kept} keeps data of claim ${claim}, which is not in the tree: it stays until \`doks-env down ${stack}\``,
      ),
      ...[...claims.strays.clusters, ...claims.strays.pools].map(
        ({ id, name }) =>
          `an update that was killed has left ${name} (${id}), which Pulumi does not know of: it is deleted first`,
      ),
      ...(claims.strays.records ?? []).map(
        ({ id, host }) =>
          `an update that was killed has left record ${id} of ${host}, which Pulumi does not know of: it is adopted`,
      ),
    ],
  };
}

async function idOf(
  owned: () => Promise<Partial<OwnedInState>>,
): Promise<{ readonly id?: string }> {
  const { id } = await owned();
  return id === undefined ? {} : { id };
}

/** What bounds the environment's namespace, in a cluster as the settings order it. */
function boundsOf(settings: Settings): Bounds {
  const { quota, limits, placement } = settings;
  const nodes = nodesIn(billOf({ ...settings, objects: [] }));
  return { quota, limits, nodes, isShared: placement === "namespace" };
}

/** Whether the stack has what it is for already. */
async function isThere(
  context: Context,
  { placement }: Settings,
  record: StackRecord,
): Promise<boolean> {
  return placement === "domain" ? record.hasResources : hasPlacement(sourceOf(context), record);
}

/** Slug of the region that the environment's cluster is in, or will be. @returns undefined when there is no such cluster */
async function regionOf(
  context: Context,
  account: DigitalOcean,
  settings: Settings,
): Promise<string | undefined> {
  if (settings.placement !== "namespace") {
    return settings.region;
  }
  const wanted = await findSharedCluster(context, settings);
  const isWanted = ({ id, name }: { readonly id: string; readonly name: string }) =>
    "cluster" in wanted && [id, name].includes(wanted.cluster);
  return (await account.clusters()).find(isWanted)?.region;
}

/** What the tree asks of a cluster of its own. */
async function treeFindings(
  { signal }: Context,
  account: DigitalOcean,
  settings: Settings,
  { objects }: Rendering,
  record: StackRecord | undefined,
): Promise<PreflightResult[]> {
  const demand = checkDemand(objects, boundsOf(settings));
  const { clusterId } = record?.outputs ?? {};
  try {
    const cluster =
      typeof clusterId === "string"
        ? await ClusterObjects.open(account, clusterId, signal)
        : undefined;
    const facts =
      cluster === undefined
        ? newClusterFacts(objects)
        : await readClusterFacts(cluster, objects, false);
    return [...demand, ...checkTree(objects, facts)];
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    const message = `what the cluster serves is not checked: ${error.message}`;
    return [...demand, { check: "tree", state: "warning", message, fix: error.fix }];
  }
}

function clusterOrder(settings: Settings, rendered: Rendering, isNew: boolean): ClusterRequest {
  const { placement, domain } = settings;
  const objects =
    placement === "host" && domain !== undefined
      ? [hasManagedHttps(settings) ? HTTPS_ENTRANCE : ENTRANCE]
      : rendered.objects;
  const bill = billOf({ ...settings, objects });
  return {
    ...bill,
    region: settings.region,
    kubernetesVersion: settings.kubernetesVersion,
    isNewCluster: isNew,
    newNodes: isNew ? nodesIn(bill) : 0,
    ...registryIn(settings),
    images: rendered.images,
    ...(placement === "host" ? {} : { demand: nodeDemand(settings, objects) }),
  };
}

function nodeDemand(settings: Settings, objects: readonly KubernetesObject[]): NodeDemand {
  return {
    objects,
    bounds: boundsOf(settings),
    bound: nodeBoundOf(settings),
    sizes: [settings.nodeSize, BASE_NODE_SIZE],
  };
}

function tenantOrder(
  project: string,
  { stack }: StackName,
  settings: Settings,
  rendered: Rendering,
): TenantRequest {
  const { quota, limits, overcommit, baseline, registry } = settings;
  return {
    ...rendered,
    namespace: physicalName(stack),
    owner: ownerLabels(project, stack),
    quota,
    bounds: { quota, limits, isShared: true },
    overcommit,
    registryAccess: registry.access,
    ...(baseline && { baseline: { stack: baseline, namespace: physicalName(baseline) } }),
    ...registryIn(settings),
  };
}

function registryIn({ registry }: Settings): { readonly registryName?: string } {
  return registry.access === "none" ? {} : { registryName: registry.name };
}
