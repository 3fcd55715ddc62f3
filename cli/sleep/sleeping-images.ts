import { describeError } from "../../core/errors";
import type { Pins } from "../../core/manifests/image-overrides";
import { parseImageReference } from "../../core/manifests/image-reference";
import type { DigitalOcean } from "../account/digitalocean";
import { openClusterOf } from "../cluster/cluster-access";
import type { RunningImage } from "../cluster/diagnosis";
import { readWorkloads } from "../cluster/workloads";
import { withTag } from "../images/pin-images";
import type { Resolution } from "../images/resolution";
import { imageResolver } from "../images/resolve-image";
import type { StackRecord } from "../stacks/record";
import { pinsIn } from "../stacks/sleeping-pins";
import type { Context } from "../terminal/context";

/** The settings and digests that a wake restores. */
export interface SleepingImages {
  readonly pins: Pins;
  /** Images without a known digest, which a wake pulls by tag; with the reason. */
  readonly unpinned: readonly string[];
}

/**
 * Finds the digests of all images that an environment runs by tag: from the nodes, or else from an earlier sleep, or else
 * from the registry.
 */
export async function sleepingImages(
  context: Context,
  record: StackRecord,
  account: DigitalOcean,
): Promise<SleepingImages> {
  const running = await runningImages(context, record);
  const { images } = record.outputs;
  const declared = Array.isArray(images) ? images.filter((one) => typeof one === "string") : [];
  const byTag = [...running.map(({ reference }) => reference), ...declared]
    .filter((text) => parseImageReference(text).digest === undefined)
    .map(withTag);
  const kept = pinsIn(record.tags);
  const resolve = imageResolver(() => account, context.env);
  const pins: Record<string, string> = { ...kept };
  const unpinned: string[] = [];
  await Promise.all(
    [...new Set(byTag)].map(async (text) => {
      const digest =
        running.find((one) => one.digest !== undefined && withTag(one.reference) === text)
          ?.digest ?? kept[text];
      const found = digest === undefined ? await resolve(parseImageReference(text)) : { digest };
      if (isDigest(found)) {
        pins[text] = found.digest;
      } else {
        unpinned.push(`${text}: ${found === "absent" ? "it does not exist" : found.unknown}`);
      }
    }),
  );
  return { pins, unpinned: unpinned.sort() };
}

function isDigest(found: Resolution): found is { readonly digest: string } {
  return typeof found === "object" && "digest" in found;
}

/** Returns no digests if the cluster does not answer; the registries may have them. */
async function runningImages(context: Context, record: StackRecord): Promise<RunningImage[]> {
  try {
    const { client, namespace } = await openClusterOf(context, record);
    const workloads = await readWorkloads(client, namespace);
    return workloads.flatMap(({ images }) => images);
  } catch (error) {
    context.say(`cannot read which images run in "${record.stack}": ${describeError(error)}`);
    return [];
  }
}
