import type { Listing } from "../../../core/listing";
import { joined, LONGEST_RANGE_SECONDS, type Range, type Series } from "../../../core/time-series";
import type { DigitalOcean, Measurement } from "../../account/digitalocean";

/**
 * Reads what was measured in any length of time, in one request for each day: of a longer range the points would be too
 * far apart.
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

/** Whatever of a list was made by or for one of these clusters. */
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

/** The part of a range in which something was there, in whole seconds as the API wants them. */
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
