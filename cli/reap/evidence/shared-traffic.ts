import type { Listing } from "../../../core/listing";
import { LOAD_BALANCER_ID } from "../../../core/manifests/load-balancer-annotations";
import type { StackRecord } from "../../stacks/record";
import type { HeldLoadBalancer } from "../account";
import type { Namespace } from "./rollout";

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
