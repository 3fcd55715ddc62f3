import type { Account } from "../../account/account";
import { badRequest } from "../../account/errors";
import {
  dropletMetrics,
  loadBalancerMetrics,
  type Range,
  type Series,
} from "../../account/metrics";
import { oneOf, required, wholeNumber } from "../query";
import { type ApiRequest, ok, type Route, route } from "../router";

const METRICS = "/v2/monitoring/metrics";

export function monitoringRoutes({ metrics }: Account): Route[] {
  return [
    ...dropletMetrics.map((metric) =>
      route("GET", `${METRICS}/droplet/${metric}`, (request) => {
        const host = wholeNumber(request, "host_id");
        const labels = metric === "bandwidth" ? bandwidthLabels(request) : {};
        return ok(matrix(metrics.droplet(metric, host, rangeIn(request), labels)));
      }),
    ),
    ...loadBalancerMetrics.map((metric) =>
      route("GET", `${METRICS}/load_balancer/${metric}`, (request) => {
        const id = required(request, "lb_id");
        return ok(matrix(metrics.loadBalancer(metric, id, rangeIn(request))));
      }),
    ),
  ];
}

function bandwidthLabels(request: ApiRequest) {
  return {
    interface: oneOf(request, "interface", ["private", "public"]),
    direction: oneOf(request, "direction", ["inbound", "outbound"]),
  };
}

function rangeIn(request: ApiRequest): Range {
  const range = { start: wholeNumber(request, "start"), end: wholeNumber(request, "end") };
  if (range.start > range.end) {
    throw badRequest("start must not be after end");
  }
  return range;
}

/** The form in which Prometheus answers a range query. */
function matrix(result: readonly Series[]) {
  return { status: "success", data: { resultType: "matrix", result } };
}
