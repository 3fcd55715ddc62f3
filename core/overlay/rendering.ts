import { namingStack } from "../config-command";
import { UserError } from "../errors";
import { type Entry, type EntryService, entryServicesOf } from "../manifests/entry";
import { kustomizeImages } from "../manifests/image-overrides";
import { imagesOf, type KubernetesObject } from "../manifests/manifest";
import { replaceImages } from "../manifests/replace-images";
import { requireTree } from "../rules/check-tree";
import { requireItems } from "../rules/empty-items";
import { admitting } from "./access";
import { asStored } from "./as-stored";
import { inCreationOrder } from "./creation-order";
import type { OverlayArgs } from "./generate";
import { besidesHosts, type HostEntry, hostEntriesOf, withLoadBalancers } from "./hosts";
import { endingTls, httpsEntry } from "./https";
import { withoutOrigin } from "./origin";
import { ownSubjects } from "./own-subjects";
import {
  entryOf,
  type ObjectChange,
  partOnly,
  roleConversion,
  throughEntrance,
} from "./shared-changes";

/** An environment's workloads, exactly as applied. */
export interface Rendering {
  readonly objects: readonly KubernetesObject[];
  readonly images: readonly string[];
  readonly entries: readonly EntryService[];
  /** The Service reached through a shared cluster's entrance, by HTTPS, or inside the cluster only. @default - none */
  readonly entry?: Entry;
  /** The Services of the environment's further names, or reached inside the cluster only. @default - none */
  readonly hosts?: readonly HostEntry[];
}

/** Checks complete objects, each with its source file. @throws {UserError} for objects that are not allowed */
export type Judge = (objects: readonly KubernetesObject[], args: OverlayArgs) => void;

/**
 * Applies the environment's images to a built tree, adapts it to a shared cluster, and checks the result.
 *
 * @throws {UserError} for an image override that does not match, or an object that is not allowed
 */
export function complete(
  built: readonly KubernetesObject[],
  args: OverlayArgs,
  judge?: Judge,
): Rendering {
  try {
    requireItems(built);
    const objects = built.map(asStored);
    const entry = entryWithin(objects, args);
    const changed = changedBy(objects, changesTo(objects, entry, args));
    const { namespace, bounds, shared } = args;
    requireTree(changed, { ...bounds, namespace, baseline: shared?.part?.baseline });
    judge?.(changed, args);
    const ordered = inCreationOrder(changed.map(withoutOrigin), namespace, objects);
    return withAccess(withHttps(withHosts(renderingOf(ordered, entry), args), args), args);
  } catch (error) {
    // The commands in the fix do not name the stack yet.
    throw error instanceof UserError
      ? new UserError(error.message, namingStack(error.fix, args.stack), { cause: error })
      : error;
  }
}

/** Runs after all checks: it adds objects of the environment, not of the tree. */
function withHosts(rendering: Rendering, { hosts, shared, access }: OverlayArgs): Rendering {
  if (hosts === undefined) {
    return rendering;
  }
  const { objects, entry } = rendering;
  const found = hostEntriesOf(objects, hosts);
  if (access?.networks.length === 0) {
    return renderingOf(objects, entry, found);
  }
  if (shared === undefined) {
    const balanced = withLoadBalancers(objects, found);
    return renderingOf(balanced.objects, entry, balanced.hosts);
  }
  return renderingOf(
    changedBy(
      objects,
      found.map((host) => throughEntrance(host.entry)),
    ),
    entry,
    found,
  );
}

/** Runs after all checks, likewise. */
function withHttps(rendering: Rendering, { https }: OverlayArgs): Rendering {
  if (https === undefined) {
    return rendering;
  }
  const { objects, hosts = [] } = rendering;
  const { certificate } = https;
  const services = hosts.map((host) => host.entry.service);
  const entry = entryOf(besidesHosts(objects, services), https.entry);
  const changes = [
    ...(entry === undefined ? [] : [endingTls(entry, certificate)]),
    ...hosts.map((host) => endingTls(host.entry, certificate, `hosts.${host.name}`)),
  ];
  return renderingOf(
    changedBy(objects, changes),
    entry && httpsEntry(entry),
    hosts.map((host) => ({ ...host, entry: httpsEntry(host.entry) })),
  );
}

/** Runs after all checks, likewise. */
function withAccess(rendering: Rendering, { access }: OverlayArgs): Rendering {
  if (access === undefined) {
    return rendering;
  }
  const objects = changedBy(rendering.objects, [admitting(access.networks)]);
  return renderingOf(objects, rendering.entry, rendering.hosts);
}

/**
 * The rendering of complete objects.
 *
 * @param entry - see {@link Rendering}
 * @param hosts - see {@link Rendering}
 */
export function renderingOf(
  objects: readonly KubernetesObject[],
  entry?: Entry,
  hosts: readonly HostEntry[] = [],
): Rendering {
  const services = hosts.map((host) => host.entry.service);
  return {
    objects,
    images: imagesOf(objects),
    entries: entryServicesOf(besidesHosts(objects, services)),
    entry,
    ...(hosts.length === 0 ? {} : { hosts }),
  };
}

/** The objects after all changes, without the left-out ones. */
function changedBy(
  objects: readonly KubernetesObject[],
  changes: readonly ObjectChange[],
): KubernetesObject[] {
  return objects.flatMap(
    (object) =>
      changes.reduce<KubernetesObject | undefined>(
        (current, change) => current && change(current),
        object,
      ) ?? [],
  );
}

/** The entry, if it needs no load balancer of its own. */
function entryWithin(
  built: readonly KubernetesObject[],
  { shared, access, hosts = {} }: OverlayArgs,
): Entry | undefined {
  const services = Object.values(hosts).map(({ service }) => service);
  const objects = besidesHosts(built, services);
  if (access?.networks.length === 0) {
    return entryOf(objects, access.entry, shared?.part);
  }
  return shared?.throughEntrance === true ? entryOf(objects, shared.entry, shared.part) : undefined;
}

function changesTo(
  objects: readonly KubernetesObject[],
  entry: Entry | undefined,
  { images, imageTag, pins, namespace, shared }: OverlayArgs,
): ObjectChange[] {
  const replacements = kustomizeImages(imagesOf(objects), images, imageTag, pins);
  // The first two examine the objects as built.
  return [
    ...(shared?.part === undefined ? [] : [partOnly(objects, shared.part)]),
    ...(shared?.convertClusterRoles === true ? [roleConversion(objects, namespace)] : []),
    ...(entry === undefined ? [] : [throughEntrance(entry)]),
    ownSubjects(objects, namespace),
    (object) => replaceImages(object, replacements),
  ];
}
