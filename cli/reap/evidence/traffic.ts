import type { Listing } from "../../../core/listing";
import { LOAD_BALANCER_ID } from "../../../core/manifests/load-balancer-annotations";
import type { Range } from "../../../core/time-series";
import type { DigitalOcean, Measurement } from "../../account/digitalocean";
import { reasonOf } from "../../stacks/reason";
import type { StackRecord } from "../../stacks/record";
import type { HeldLoadBalancer } from "../account";
import { absent, failed, type Signal } from "../policy/evidence";
import { type Measure, trafficSignal } from "../policy/traffic";
import { lifeWithin, readSeries } from "./measurements";
import type { Namespace } from "./rollout";

/** A series of a load balancer, and its unit. */
interface Counter {
  readonly measurement: Measurement;
  readonly measure: Measure;
}

const REQUESTS: Counter = {
  measurement: "load_balancer/frontend_http_requests_per_second",
  measure: "requests",
};

/**
 * Reads the traffic of an environment's load balancers, one signal for each series, with one request for each series and
 * day.
 */
export async function trafficSignals(
  account: DigitalOcean,
  its: Listing<HeldLoadBalancer>,
  range: Range,
): Promise<Signal[]> {
  if (its.state !== "complete") {
    return [failed("traffic", "load balancers", `their list is ${its.state}: ${its.why}`)];
  }
  if (its.items.length === 0) {
    return [absent("traffic", "load balancers", "it has no load balancer")];
  }
  const readings = its.items.flatMap((one) =>
    countersOf(one).map((counter) => read(account, one, counter, range)),
  );
  return Promise.all(readings);
}

async function read(
  account: DigitalOcean,
  { id, createdAt }: HeldLoadBalancer,
  { measurement, measure }: Counter,
  wanted: Range,
): Promise<Signal> {
  const source = `load balancer ${id.slice(0, 8)}`;
  const range = lifeWithin(wanted, createdAt);
  try {
    const series = await readSeries(account, measurement, id, range);
    return trafficSignal({ source, measure, series, createdAt, ...range });
  } catch (error) {
    return failed("traffic", source, reasonOf(error));
  }
}

/**
 * Returns the series that show its use: a load balancer counts requests only if it terminates HTTP, and otherwise bytes.
 *
 * @see https://docs.digitalocean.com/reference/api/digitalocean/#tag/Monitoring
 */
function countersOf({ type, forwarding_rules: rules }: HeldLoadBalancer): Counter[] {
  const kinds = new Set(
    rules.map(({ entry_protocol: protocol, tls_passthrough: isPassedThrough }) =>
      protocol === "udp" ? "udp" : protocol === "tcp" || isPassedThrough ? "tcp" : "http",
    ),
  );
  return [...kinds].map((kind) => (kind === "http" ? REQUESTS : bytesOver(kind, type)));
}

function bytesOver(kind: "tcp" | "udp", type: HeldLoadBalancer["type"]): Counter {
  return {
    measurement:
      type === "REGIONAL_NETWORK"
        ? `load_balancer/frontend_nlb_${kind}_network_throughput`
        : `load_balancer/frontend_network_throughput_${kind}`,
    measure: "bytes",
  };
}

/**
 * Through which of a shared cluster's load balancers an environment is reached: those of its own Services.
 *
 * Through a shared entrance nobody's traffic can be told from another's. So every environment that is reached through it counts all of
 * the cluster's: none is taken for idle in use, and at night, when nothing comes through, all can be.
 */
export async function throughWhich(
  { outputs }: StackRecord,
  { client, name }: Namespace,
  all: Listing<HeldLoadBalancer>,
): Promise<Listing<HeldLoadBalancer>> {
  const services = await client.list("Service", name);
  const balanced = services.filter(({ spec }) => spec?.type === "LoadBalancer");
  if (all.state !== "complete" || (balanced.length === 0 && outputs.url !== undefined)) {
    return all;
  }
  const ids = new Set(balanced.map(({ metadata }) => metadata?.annotations?.[LOAD_BALANCER_ID]));
  return { state: "complete", items: all.items.filter(({ id }) => ids.has(id)) };
}
