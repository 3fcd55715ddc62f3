import type { Listing } from "../../../core/listing";
import { joined, LONGEST_RANGE_SECONDS, type Range, type Series } from "../../../core/time-series";
import type { DigitalOcean, Measurement } from "../../account/digitalocean";

/**
 * Reads measurements of any time range, with one request for each day, because the points of a longer range are too far
 * apart.
 */
export async function readSeries(
  account: DigitalOcean,
  measurement: Measurement,
  id: string,
  range: Range,
): Promise<Series[]> {
  const days = daysOf(range);
  return joined(await Promise.all(days.map((day) => account.measured(measurement, id, day))));
}

/** Returns the resources of a list that were created by or for one of these clusters. */
export function ofClusters<T extends { readonly tags?: readonly string[] | null }>(
  listing: Listing<T>,
  clusterIds: readonly string[],
): Listing<T> {
  const wanted = clusterIds.map((id) => `k8s:${id}`);
  return listing.state === "complete"
    ? {
        state: "complete",
        items: listing.items.filter(({ tags }) => tags?.some((tag) => wanted.includes(tag))),
      }
    : listing;
}

/** Returns the part of a range in which the resource existed, in whole seconds, as the API requires. */
export function lifeWithin({ from, until }: Range, createdAt: number): Range {
  return { from: Math.floor(Math.min(Math.max(from, createdAt), until)), until: Math.floor(until) };
}

function daysOf({ from, until }: Range): Range[] {
  const days: Range[] = [];
  for (let start = from; start < until; start += LONGEST_RANGE_SECONDS) {
    days.push({ from: start, until: Math.min(start + LONGEST_RANGE_SECONDS, until) });
  }
  return days;
}
