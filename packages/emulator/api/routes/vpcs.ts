import type { Account } from "../../account/account";
import type { Vpc } from "../../account/entities";
import { pageBody } from "../pagination";
import { ok, type Route, route } from "../router";

/** VPCs can be listed, but not created: each region only has its default VPC. */
export function vpcRoutes({ vpcs }: Account): Route[] {
  return [
    route("GET", "/v2/vpcs", (request) => ok(pageBody(request, "vpcs", vpcs.list(), vpcBody))),
    route("GET", "/v2/vpcs/{vpc_id}", (request) =>
      ok({ vpc: vpcBody(vpcs.get(request.param("vpc_id"))) }),
    ),
  ];
}

function vpcBody(vpc: Vpc) {
  return { ...vpc, urn: `do:vpc:${vpc.id}`, description: "" };
}
