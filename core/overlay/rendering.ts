import { namingStack } from "../config-command";
import { UserError } from "../errors";
import { type Entry, type EntryService, entryServicesOf } from "../manifests/entry";
import { kustomizeImages } from "../manifests/image-overrides";
import { imagesOf, type KubernetesObject } from "../manifests/manifest";
import { replaceImages } from "../manifests/replace-images";
import { requireTree } from "../rules/check-tree";
import { admitting } from "./access";
import { inCreationOrder } from "./creation-order";
import type { OverlayArgs } from "./generate";
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

/** An environment's workloads, exactly as they are applied. */
export interface Rendering {
  readonly objects: readonly KubernetesObject[];
  readonly images: readonly string[];
  readonly entries: readonly EntryService[];
  /** The Service that is reached through a shared cluster's entrance, by HTTPS, or only in the cluster. @default - none is */
  readonly entry?: Entry;
}

/** Looks at objects that are complete, each with the note of its file. @throws {UserError} for what they may not have */
export type Judge = (objects: readonly KubernetesObject[], args: OverlayArgs) => void;

/**
 * Gives a tree that was built the environment's images, makes it fit for a shared cluster, and checks that it is.
 *
 * @throws {UserError} when an image override does not fit, or the tree has what it may not have
 */
export function complete(
  built: readonly KubernetesObject[],
  args: OverlayArgs,
  judge?: Judge,
): Rendering {
  try {
    const entry = entryWithin(built, args);
    const changes = changesTo(built, entry, args);
    const changed = built.flatMap(
      (object) =>
        changes.reduce<KubernetesObject | undefined>(
          (current, change) => current && change(current),
          object,
        ) ?? [],
    );
    const { namespace, bounds, shared } = args;
    requireTree(changed, { ...bounds, namespace, baseline: shared?.part?.baseline });
    judge?.(changed, args);
    const ordered = inCreationOrder(changed.map(withoutOrigin), namespace, built);
    return withAccess(withHttps(renderingOf(ordered, entry), args), args);
  } catch (error) {
    // Commands that fix a fault name no stack yet.
    throw error instanceof UserError
      ? new UserError(error.message, namingStack(error.fix, args.stack), { cause: error })
      : error;
  }
}

/** After all checks: what it adds is the environment's and not the tree's. */
function withHttps(rendering: Rendering, { https }: OverlayArgs): Rendering {
  const entry = https && entryOf(rendering.objects, https.entry);
  if (https === undefined || entry === undefined) {
    return rendering;
  }
  const change = endingTls(entry, https.certificate);
  const objects = rendering.objects.flatMap((object) => change(object) ?? []);
  return renderingOf(objects, httpsEntry(entry));
}

/** After all checks, too. */
function withAccess(rendering: Rendering, { access }: OverlayArgs): Rendering {
  if (access === undefined) {
    return rendering;
  }
  const change = admitting(access.networks);
  const objects = rendering.objects.flatMap((object) => change(object) ?? []);
  return renderingOf(objects, rendering.entry);
}

/** The rendering of objects that are complete. @param entry - see {@link Rendering} */
export function renderingOf(objects: readonly KubernetesObject[], entry?: Entry): Rendering {
  return {
    objects,
    images: imagesOf(objects),
    entries: entryServicesOf(objects),
    ...(entry === undefined ? {} : { entry }),
  };
}

/** The entry, where it needs no load balancer of its own. */
function entryWithin(
  objects: readonly KubernetesObject[],
  { shared, access }: OverlayArgs,
): Entry | undefined {
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
  // The first look for objects as they were built.
  return [
    ...(shared?.part === undefined ? [] : [partOnly(objects, shared.part)]),
    ...(shared?.convertClusterRoles === true ? [roleConversion(objects, namespace)] : []),
    ...(entry === undefined ? [] : [throughEntrance(entry)]),
    ownSubjects(objects, namespace),
    (object) => replaceImages(object, replacements),
  ];
}
