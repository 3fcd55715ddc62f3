import { NOTHING_TO_RESTORE, type RestorePlan } from "../../core/data/restore";
import { secondsOf } from "../../core/duration";
import { faultList, UserError } from "../../core/errors";
import type { Judge, Rendering } from "../../core/overlay/rendering";
import type { Bounds } from "../../core/rules/demand";
import type { Settings, StackName } from "../../core/settings";
import type { Layer } from "../../core/settings/layers";
import { DigitalOcean, requireAccess } from "../account/digitalocean";
import { planRestoreOf } from "../data/restore-data";
import { pinImages } from "../images/pin-images";
import { imageResolver } from "../images/resolve-image";
import { hasPlacement } from "../stacks/placement-in-state";
import type { StackRecord } from "../stacks/record";
import { settingsOf } from "../stacks/stack-config";
import { sourceOf } from "../stacks/stacks";
import type { Context } from "../terminal/context";
import { checkOwnership, NOTHING_FOUND, type Strays } from "./ownership-check";
import { boundsOf, checkPlacement } from "./preflight/placement-checks";
import type { PreflightResult } from "./preflight/preflight-result";
import { findSharedCluster } from "./preflight/shared-cluster";
import { type Rendered, render } from "./render";

/** The results of checks that passed. */
export interface Checked {
  readonly name: StackName;
  readonly settings: Settings;
  /** The stack's own new settings, digests included. */
  readonly own: Layer;
  /** @default - a shared cluster has no tree */
  readonly rendered?: Rendered;
  /** Resources that a killed update left, which the update removes first. */
  readonly strays: Strays;
  /** Kept data to restore. */
  readonly restore: RestorePlan;
  readonly bounds: Bounds;
  /** In USD per hour. */
  readonly price: number;
  readonly isNew: boolean;
  /** Expected expiry of a new environment, RFC 3339. @default - a shared cluster does not expire */
  readonly expiresAt?: string;
  /** A short text for each check that passed. */
  readonly notes: readonly string[];
  /** Notes, and checks that could not be made. */
  readonly warnings: readonly string[];
}

/** The rendering of a shared cluster's own stack, which has no tree. */
const NOTHING_RENDERED: Rendering = { objects: [], images: [], entries: [] };

/** Checks that are listed also when they pass. */
const TOLD: readonly PreflightResult["check"][] = ["limit", "capacity"];

/** The checks that a foreign overlay must pass before it can cause a request. */
export interface Scrutiny {
  readonly judge: Judge;
  /** Hosts of the registries in which its images may be looked up. */
  readonly registries: readonly string[];
}

/**
 * Runs every check that is possible before the first change.
 *
 * @param own - the stack's own new settings
 * @param pin - whether to replace tags by digests
 * @param scrutiny - further checks for the overlay of a fork
 * @throws {UserError} with all faults
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
  // Without the digests of an earlier lookup, which would hide the tags.
  const { name, settings } = settingsOf(project, stack, pin ? { ...own, pins: {} } : own);
  const account = new DigitalOcean(requireAccess(env), { say, signal });
  const runsWorkloads = ["cluster", "namespace"].includes(settings.placement);
  const tree = { projectFolder: project.folder, name, settings, env, judge: scrutiny?.judge };
  const rendered = runsWorkloads ? await render(tree) : undefined;
  const rendering = rendered ?? NOTHING_RENDERED;
  const isNew = record === undefined || !(await isThere(context, settings, record));
  const resolve = imageResolver(() => account, env, scrutiny?.registries);
  const order = { name, settings, rendering, isNew, record };
  const findings = await checkPlacement(context, order, account, resolve);
  const unfit = findings.filter(({ state }) => state === "fault");
  // With a token that cannot read, these checks would fail and hide the reason.
  const isFit = unfit.length === 0;
  const claims = isFit
    ? await checkOwnership(context, account, stack, settings, record)
    : NOTHING_FOUND;
  const restore = isFit
    ? await restoreOf(context, stack, record, { settings, rendered })
    : NOTHING_TO_RESTORE;
  requireNoFaults(stack, [...unfit, ...claims.faults, ...restore.faults]);
  const price = findings.find(({ check }) => check === "price");
  const bounds = boundsOf(settings);
  const pins = pin ? await pinImages(rendering.images, resolve) : undefined;
  const told = findings.filter(({ state, check }) => state === "ok" && TOLD.includes(check));
  return {
    name,
    settings,
    own: pins === undefined ? own : { ...own, pins: { ...pins } },
    rendered: pins === undefined ? rendered : rendered?.withPins(pins),
    strays: claims.strays,
    restore,
    // A tenant's settings do not contain the nodes of its shared cluster.
    bounds: { ...bounds, nodes: price?.nodes ?? bounds.nodes },
    price: price?.pricePerHourUsd ?? 0,
    isNew,
    expiresAt: runsWorkloads
      ? new Date(now().getTime() + secondsOf(settings.ttl) * 1000).toISOString()
      : undefined,
    notes: told.map(({ message }) => message),
    warnings: [
      ...findings.filter(({ state }) => state === "warning").map(({ message }) => message),
      ...(record?.tags.going === undefined
        ? []
        : ["a teardown of it did not finish: claims that it deleted start empty"]),
      ...unclaimedWarnings(stack, restore),
      ...strayWarnings(claims.strays),
    ],
  };
}

/**
 * Plans again which data to restore, when another process had the stack since the checks: it may have put the environment to
 * sleep, so that its claims no longer have their volumes.
 *
 * @param known - the stack under its lock
 * @throws {UserError} with all faults
 */
export async function restoreUnderLock(
  context: Context,
  stack: string,
  known: StackRecord | undefined,
  checked: Pick<Checked, "settings" | "rendered">,
): Promise<RestorePlan> {
  const restore = await restoreOf(context, stack, known, checked);
  requireNoFaults(stack, restore.faults);
  return restore;
}

async function restoreOf(
  context: Context,
  stack: string,
  record: StackRecord | undefined,
  { settings, rendered }: Pick<Checked, "settings" | "rendered">,
): Promise<RestorePlan> {
  const account = new DigitalOcean(requireAccess(context.env), context);
  return planRestoreOf(context, account, stack, record, {
    objects: (rendered ?? NOTHING_RENDERED).objects,
    data: settings.data,
    region: () => regionOf(context, account, settings),
  });
}

function requireNoFaults(stack: string, faults: Parameters<typeof faultList>[0]): void {
  if (faults.length > 0) {
    throw new UserError(
      `"${stack}" cannot come up:${faultList(faults)}`,
      "nothing was changed; fix it and run the same command again",
    );
  }
}

function unclaimedWarnings(stack: string, { unclaimed }: RestorePlan): string[] {
  return unclaimed.map(
    ({ kind, name, claim }) =>
      `${kind} ${name} keeps data of claim ${claim}, which is not in the tree: it is kept until \`doks-env down ${stack}\``,
  );
}

function strayWarnings({ clusters, pools, records = [] }: Strays): string[] {
  const left = (what: string) => `a killed update left ${what}, which is not in Pulumi's state`;
  return [
    ...[...clusters, ...pools].map(
      ({ id, name }) => `${left(`${name} (${id})`)}: it is deleted first`,
    ),
    ...records.map(({ id, host }) => `${left(`record ${id} of ${host}`)}: it is adopted`),
  ];
}

async function isThere(
  context: Context,
  { placement }: Settings,
  record: StackRecord,
): Promise<boolean> {
  return placement === "domain" ? record.hasResources : hasPlacement(sourceOf(context), record);
}

/** Returns the slug of the region of the environment's cluster, or undefined if the shared cluster does not exist. */
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
    typeof wanted === "string" && [id, name].includes(wanted);
  return (await account.clusters()).find(isWanted)?.region;
}
