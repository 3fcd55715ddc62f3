import type { Account } from "../../account/account";
import type { LoadBalancer } from "../../account/entities";
import { DEFAULT_OPTIONS } from "../../account/load-balancers";
import { regionBody } from "../../account/offers/regions";
import { pageBody } from "../pagination";
import { noContent, ok, type Route, route } from "../router";

const LOAD_BALANCERS = "/v2/load_balancers";
const LOAD_BALANCER = `${LOAD_BALANCERS}/{lb_id}`;

/** Load balancers can be listed and deleted, but not created: each belongs to a Service. */
export function loadBalancerRoutes({ loadBalancers, projects }: Account): Route[] {
  const show = (loadBalancer: LoadBalancer) =>
    loadBalancerBody(loadBalancer, projects.projectOf(`do:loadbalancer:${loadBalancer.id}`).id);
  return [
    route("GET", LOAD_BALANCERS, (request) =>
      ok(pageBody(request, "loadBalancers", loadBalancers.list(), show)),
    ),
    route("GET", LOAD_BALANCER, (request) =>
      ok({ loadBalancer: show(loadBalancers.get(request.param("lb_id"))) }),
    ),
    route("DELETE", LOAD_BALANCER, (request) => {
      loadBalancers.delete(request.param("lb_id"));
      return noContent();
    }),
  ];
}

function loadBalancerBody(loadBalancer: LoadBalancer, projectId: string) {
  const {
    clusterId: _,
    serviceUid: _uid,
    region,
    tags,
    options,
    forwardingRules,
    ...fields
  } = loadBalancer;
  const [firstRule] = forwardingRules;
  return {
    ...fields,
    region: regionBody(region),
    // The description has only one tag, but the API has returned all tags for years.
    tag: "",
    tags,
    projectId,
    status: "active",
    algorithm: "round_robin",
    networkStack: "IPV4",
    forwardingRules: forwardingRules.map((rule) => ({
      ...rule,
      certificateId: rule.certificateId ?? "",
      tlsPassthrough: rule.tlsPassthrough ?? false,
    })),
    healthCheck: {
      protocol: "tcp",
      port: firstRule?.targetPort ?? 80,
      path: "",
      checkIntervalSeconds: 3,
      responseTimeoutSeconds: 5,
      healthyThreshold: 5,
      unhealthyThreshold: 3,
    },
    ...(options ?? DEFAULT_OPTIONS),
  };
}
