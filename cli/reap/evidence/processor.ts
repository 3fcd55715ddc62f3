import type { Listing } from "../../../core/listing";
import type { Range } from "../../../core/time-series";
import type { DigitalOcean } from "../../account/digitalocean";
import { reasonOf } from "../../stacks/reason";
import type { HeldDroplet } from "../account";
import { absent, failed, type Signal } from "../policy/evidence";
import { processorSignal } from "../policy/processor";
import { lifeWithin, readSeries } from "./measurements";

/** Reads the processor load of a cluster's nodes, one signal for each, with one request for each node and day. */
export async function processorSignals(
  account: DigitalOcean,
  its: Listing<HeldDroplet>,
  range: Range,
): Promise<Signal[]> {
  if (its.state !== "complete") {
    return [failed("processor", "nodes", `their list is ${its.state}: ${its.why}`)];
  }
  return its.items.length === 0
    ? [absent("processor", "nodes", "it has no node")]
    : Promise.all(its.items.map((node) => read(account, node, range)));
}

async function read(
  account: DigitalOcean,
  { id, name, createdAt }: HeldDroplet,
  wanted: Range,
): Promise<Signal> {
  const source = `node ${name}`;
  const range = lifeWithin(wanted, createdAt);
  try {
    const series = await readSeries(account, "droplet/cpu", id, range);
    return processorSignal({ source, series, createdAt, ...range });
  } catch (error) {
    return failed("processor", source, reasonOf(error));
  }
}
