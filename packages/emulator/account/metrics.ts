import type { Clock } from "../clock";
import type { Droplet, LoadBalancer, Traffic } from "./entities";
import { type Size, sizeOf } from "./offers/sizes";
import type { Store } from "./store";
import { unixSeconds } from "./time";
import { KEPT_SECONDS, MINUTE, type TrafficLog } from "./traffic";

/**
 * Seconds between two points, unless that results in more than {@link MOST_POINTS}: a day comes in steps of 216 s.
 *
 * @see https://www.digitalocean.com/community/questions/get_droplet_cpu_metrics-response-format (October 2025)
 */
const STEP_SECONDS = 120;
const MOST_POINTS = 400;
/** Share of a CPU that DOKS's agents use on an idle node. */
const IDLE_LOAD = 0.04;
/** CPU time of one request through a load balancer on the nodes. */
const CPU_SECONDS_PER_REQUEST = 0.02;
/** Split of busy processor time by mode, as on an ordinary server. */
const BUSY_MODES = { user: 0.7, system: 0.25, softirq: 0.05 } as const;
const OTHER_MODES = ["iowait", "irq", "nice", "steal"] as const;

export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  /** `[Unix time in seconds, value]` */
  readonly values: readonly (readonly [number, string])[];
}

export interface Range {
  readonly start: number;
  readonly end: number;
}

export const dropletMetrics = [
  "cpu",
  "load_1",
  "load_5",
  "load_15",
  "memory_total",
  "memory_free",
  "memory_available",
  "memory_cached",
  "filesystem_size",
  "filesystem_free",
  "bandwidth",
] as const;
export type DropletMetric = (typeof dropletMetrics)[number];

export const loadBalancerMetrics = [
  "frontend_http_requests_per_second",
  "frontend_http_responses",
  "frontend_network_throughput_http",
  "frontend_network_throughput_tcp",
  "frontend_network_throughput_udp",
  "frontend_nlb_tcp_network_throughput",
  "frontend_nlb_udp_network_throughput",
  "frontend_connections_current",
  "frontend_connections_limit",
  "droplets_connections",
] as const;
export type LoadBalancerMetric = (typeof loadBalancerMetrics)[number];

/**
 * The answers of DigitalOcean's monitoring. Load balancers: the traffic that really went through them. Droplets: there
 * is not a machine to measure, so processor time follows from that traffic, always in the same way.
 */
export class Metrics {
  public constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly traffic: TrafficLog,
  ) {}

  /** @param labels - further labels of the series, e.g. the interface of `bandwidth` */
  public droplet(
    metric: DropletMetric,
    hostId: number,
    range: Range,
    labels: Readonly<Record<string, string>> = {},
  ): Series[] {
    const droplet = this.store.droplets.find(hostId);
    if (!droplet) {
      return [];
    }
    const host = { host_id: String(hostId), ...labels };
    const times = this.times(range, droplet.createdAt);
    const series = (valueAt: (time: number) => number): Series[] => [
      { metric: host, values: times.map((time) => [time, valueAt(time).toFixed(2)]) },
    ];
    const size = sizeOf(droplet.size);
    const memory = size.memoryMiB * 2 ** 20;
    const disk = size.diskGiB * 2 ** 30;
    switch (metric) {
      case "cpu":
        return this.cpu(droplet, size, times);
      case "load_1":
        return series((time) => this.load(droplet, time, MINUTE));
      case "load_5":
        return series((time) => this.load(droplet, time, 5 * MINUTE));
      case "load_15":
        return series((time) => this.load(droplet, time, 15 * MINUTE));
      case "memory_total":
        return series(() => memory);
      case "memory_free":
        return series(() => memory * 0.4);
      case "memory_available":
        return series(() => memory * 0.65);
      case "memory_cached":
        return series(() => memory * 0.25);
      case "filesystem_size":
        return series(() => disk);
      case "filesystem_free":
        return series(() => disk * 0.8);
      case "bandwidth":
        return series((time) => this.bandwidth(droplet, time));
    }
  }

  /**
   * Empty for a load balancer of the other type, and where nothing of that protocol is forwarded: only REGIONAL ones that
   * speak HTTP know requests, only network ones have NLB series.
   */
  public loadBalancer(metric: LoadBalancerMetric, id: string, range: Range): Series[] {
    const loadBalancer = this.store.loadBalancers.find(id);
    if (!loadBalancer || !appliesTo(metric, loadBalancer)) {
      return [];
    }
    const times = this.times(range, loadBalancer.createdAt);
    const step = stepOf(range);
    const labels: Record<string, string> =
      metric === "frontend_http_responses" ? { lb_id: id, code: "2xx" } : { lb_id: id };
    return [
      {
        metric: labels,
        values: times.map((time) => {
          const served = this.traffic.between(id, time - step, time);
          return [time, String(loadBalancerValue(metric, served, step))];
        }),
      },
    ];
  }

  /** The points of a range at which something existed, on multiples of the step, as long as they are kept. */
  private times({ start, end }: Range, createdAt: string): number[] {
    const step = stepOf({ start, end });
    const now = unixSeconds(this.clock.now());
    const earliest = Math.max(start, unixSeconds(createdAt), now - KEPT_SECONDS);
    const first = Math.ceil(earliest / step) * step;
    const last = Math.min(end, now);
    return Array.from(
      { length: Math.max(0, Math.floor((last - first) / step) + 1) },
      (_, index) => first + index * step,
    );
  }

  /** Seconds that the processors spent in each mode since the Droplet's creation, as counters, like DigitalOcean's. */
  private cpu(droplet: Droplet, size: Size, times: readonly number[]): Series[] {
    const created = unixSeconds(droplet.createdAt);
    const busy = times.map((time) => this.busySeconds(droplet, created, time));
    const series = (mode: string, secondsAt: (index: number, time: number) => number): Series => ({
      metric: { host_id: String(droplet.id), mode },
      values: times.map((time, index) => [time, secondsAt(index, time).toFixed(2)]),
    });
    return [
      series("idle", (index, time) => (time - created) * size.vcpus - (busy[index] ?? 0)),
      ...Object.entries(BUSY_MODES).map(([mode, share]) =>
        series(mode, (index) => (busy[index] ?? 0) * share),
      ),
      ...OTHER_MODES.map((mode) => series(mode, () => 0)),
    ];
  }

  private load(droplet: Droplet, time: number, window: number): number {
    return this.busySeconds(droplet, time - window, time) / window;
  }

  /** Processor time used between two times: what the node needs for itself, and its share of the requests. */
  private busySeconds(droplet: Droplet, from: number, until: number): number {
    const { vcpus } = sizeOf(droplet.size);
    const { requests } = this.shareOfTraffic(droplet, from, until);
    const most = (until - from) * vcpus;
    return Math.min((until - from) * IDLE_LOAD + requests * CPU_SECONDS_PER_REQUEST, most);
  }

  /** Megabits per second through one interface. */
  private bandwidth(droplet: Droplet, time: number): number {
    const { bytes } = this.shareOfTraffic(droplet, time - STEP_SECONDS, time);
    return (bytes * 8) / 1e6 / STEP_SECONDS;
  }

  private shareOfTraffic(droplet: Droplet, from: number, until: number) {
    const nodes = this.store.droplets.all().filter((one) => one.clusterId === droplet.clusterId);
    const served = this.store.loadBalancers
      .all()
      .filter((loadBalancer) => loadBalancer.clusterId === droplet.clusterId)
      .flatMap((loadBalancer) => this.traffic.between(loadBalancer.id, from, until));
    return {
      requests: sum(served, "requests") / nodes.length,
      bytes: sum(served, "bytes") / nodes.length,
    };
  }
}

function stepOf({ start, end }: Range): number {
  return Math.max(STEP_SECONDS, Math.ceil((end - start) / MOST_POINTS));
}

function appliesTo(metric: LoadBalancerMetric, { type, forwardingRules }: LoadBalancer): boolean {
  if (metric.includes("_nlb_")) {
    return type === "REGIONAL_NETWORK";
  }
  const protocol = /_(http|tcp|udp)/.exec(metric)?.[1];
  return (
    protocol === undefined ||
    (type === "REGIONAL" &&
      forwardingRules.some(({ entryProtocol }) => entryProtocol.startsWith(protocol)))
  );
}

function loadBalancerValue(
  metric: LoadBalancerMetric,
  served: readonly Traffic[],
  seconds: number,
): number {
  switch (metric) {
    case "frontend_http_requests_per_second":
    case "frontend_http_responses":
      return sum(served, "requests") / seconds;
    case "frontend_network_throughput_http":
    case "frontend_network_throughput_tcp":
    case "frontend_nlb_tcp_network_throughput":
      return sum(served, "bytes") / seconds;
    // The emulator's load balancers have no UDP listeners.
    case "frontend_network_throughput_udp":
    case "frontend_nlb_udp_network_throughput":
      return 0;
    case "frontend_connections_current":
    case "droplets_connections":
      return Math.max(0, ...served.map(({ connections }) => connections));
    // @see https://docs.digitalocean.com/products/networking/load-balancers/details/limits/
    case "frontend_connections_limit":
      return 10_000;
  }
}

function sum(served: readonly Traffic[], field: "requests" | "bytes"): number {
  return served.reduce((total, traffic) => total + traffic[field], 0);
}
