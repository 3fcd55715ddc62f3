import { billOf, nodesIn } from "../../lib/bill";
import { secondsOf } from "../../lib/duration";
import { UserError } from "../../lib/errors";
import { identifyingTags } from "../../lib/tags";
import type { Settings, StackName } from "../../settings";
import type { Layer } from "../../settings/layers";
import type { Context } from "../context";
import { hasPlace } from "./cluster-in-state";
import { DigitalOcean, requireAccess } from "./digitalocean";
import { engineFor } from "./engine";
import { pinImages } from "./images/pin-images";
import { imageResolver } from "./images/resolve-image";
import { preflight } from "./preflight";
import type { Finding } from "./preflight/finding";
import { clusterIdsTagged } from "./receipt";
import { type Rendered, render } from "./render";
import { settingsWith } from "./stack-config";
import type { StackRecord } from "./state/record";

/** An `up` that may go ahead. */
export interface Checked {
  readonly name: StackName;
  readonly settings: Settings;
  /** What is to be written to the stack's config, digests included. */
  readonly changes: Layer;
  readonly rendered: Rendered;
  /** In USD per hour. */
  readonly price: number;
  readonly isNew: boolean;
  /** RFC 3339; of a new environment, as far as can be said before it is there. */
  readonly expiresAt: string;
  /** What is well, in a few words each. */
  readonly notes: readonly string[];
  /** What could not be checked, or should be known. */
  readonly warnings: readonly string[];
}

/**
 * Checks all that can be checked before anything is created or written.
 *
 * @param changes - what the command line says of the settings
 * @param pin - whether tags are to become digests
 * @throws {UserError} that tells all faults at once
 */
export async function checkUp(
  context: Context,
  stack: string,
  changes: Layer,
  record: StackRecord | undefined,
  pin: boolean,
): Promise<Checked> {
  const { project, env, say, signal, now } = context;
  // Digests that were looked up before would hide the tags that are to be looked up now.
  const asked = pin ? { ...changes, pins: {} } : changes;
  const { name, settings } = settingsWith(project, stack, asked);
  const account = new DigitalOcean(requireAccess(env), { say, signal });
  const rendered = await render({ projectFolder: project.folder, name, settings, env });
  const bill = billOf({ ...settings, ...rendered });
  const isNew = record === undefined || !(await hasPlace(engineFor(context), record));
  const resolve = imageResolver(() => account, env);
  const findings = await preflight(
    {
      ...bill,
      region: settings.region,
      kubernetesVersion: settings.kubernetesVersion,
      isNewCluster: isNew,
      newNodes: isNew ? nodesIn(bill) : 0,
      ...(settings.registry.access === "none" ? {} : { registryName: settings.registry.name }),
      images: rendered.images,
    },
    account,
    resolve,
  );
  const unfit = findings.filter(({ state }) => state === "fault");
  // With a token that cannot read, looking would fail and hide why.
  const faults = unfit.length > 0 || !isNew ? unfit : await strays(account, project.name, stack);
  if (faults.length > 0) {
    throw new UserError(
      `"${stack}" cannot come up:${faults.map(({ message, fix }) => `\n  - ${message}${fix === undefined ? "" : `\n    fix: ${fix}`}`).join("")}`,
      "nothing was changed; mend it and run the same again",
    );
  }
  return {
    name,
    settings,
    changes: pin
      ? { ...changes, pins: { ...(await pinImages(rendered.images, resolve)) } }
      : changes,
    rendered,
    price: findings.find(({ check }) => check === "price")?.pricePerHourUsd ?? 0,
    isNew,
    expiresAt: new Date(now().getTime() + secondsOf(settings.ttl) * 1000).toISOString(),
    notes: findings
      .filter(({ state, check }) => state === "ok" && check === "limit")
      .map(({ message }) => message),
    warnings: findings.filter(({ state }) => state === "warning").map(({ message }) => message),
  };
}

/**
 * A cluster whose creation was interrupted is there, costs, and is in no state: another beside it would hide it.
 */
async function strays(
  account: DigitalOcean,
  project: string,
  stack: string,
): Promise<Pick<Finding, "message" | "fix">[]> {
  const ids = await clusterIdsTagged(account, identifyingTags(project, stack));
  return ids.map((id) => ({
    message: `cluster ${id} is this environment's, from an update that was interrupted, and Pulumi does not know of it`,
    fix: `doks-env down ${stack}   # removes it`,
  }));
}
