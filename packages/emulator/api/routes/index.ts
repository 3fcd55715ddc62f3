import type { Account } from "../../account/account";
import type { Route } from "../router";
import { accountRoute } from "./account";
import { billingRoutes } from "./billing";
import { certificateRoutes } from "./certificates";
import { clusterAccessRoutes } from "./cluster-access";
import { clusterRegistryRoutes } from "./cluster-registries";
import { clusterResourceRoutes } from "./cluster-resources";
import { clusterRoutes } from "./clusters";
import { domainRoutes } from "./domains";
import { dropletRoutes } from "./droplets";
import { loadBalancerRoutes } from "./load-balancers";
import { monitoringRoutes } from "./monitoring";
import { nodePoolRoutes } from "./node-pools";
import { offerRoutes } from "./offers";
import { projectRoutes } from "./projects";
import { registriesRoutes } from "./registries";
import { registryRoutes } from "./registry";
import { snapshotRoutes } from "./snapshots";
import { tagRoutes } from "./tags";
import { volumeRoutes } from "./volumes";
import { vpcRoutes } from "./vpcs";

/** Every route of DigitalOcean's API that the emulator has. */
export function accountRoutes(account: Account): Route[] {
  return [
    accountRoute,
    billingRoutes,
    certificateRoutes,
    offerRoutes,
    clusterRoutes,
    clusterAccessRoutes,
    clusterRegistryRoutes,
    clusterResourceRoutes,
    domainRoutes,
    dropletRoutes,
    loadBalancerRoutes,
    monitoringRoutes,
    nodePoolRoutes,
    projectRoutes,
    registriesRoutes,
    registryRoutes,
    snapshotRoutes,
    tagRoutes,
    volumeRoutes,
    vpcRoutes,
  ].flatMap((routes) => routes(account));
}
