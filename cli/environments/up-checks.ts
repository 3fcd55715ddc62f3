import { NOTHING_TO_RESTORE, type RestorePlan } from "../../core/data/restore";
import { secondsOf } from "../../core/duration";
import { UserError } from "../../core/errors";
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
  // With a token that cannot read, looking would fail and hide why.
  const isFit = unfit.length === 0;
  const claims = isFit
    ? await checkOwnership(context, account, stack, settings, record)
    : NOTHING_FOUND;
  const restore = isFit
    ? await planRestoreOf(context, account, stack, record, {
        objects: rendering.objects,
        data: settings.data,
        region: () => regionOf(context, account, settings),
      })
    : NOTHING_TO_RESTORE;
  const faults = [...unfit, ...claims.faults, ...restore.faults];
  if (faults.length > 0) {
    throw new UserError(
      `"${stack}" cannot come up:${faults.map(({ message, fix }) => `\n  - ${message}${fix === undefined ? "" : `\n    fix: ${fix}`}`).join("")}`,
      "nothing was changed; fix it and run the same command again",
    );
  }
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
    // Of a shared cluster the settings of one who lives there tell nothing.
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
    typeof wanted === "string" && [id, name].includes(wanted);
  return (await account.clusters()).find(isWanted)?.region;
}
