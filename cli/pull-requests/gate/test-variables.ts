import type { GateTest } from "../../../core/settings/schema";
import type { EnvironmentStatus } from "../../stacks/environment-status";
import type { StackRecord } from "../../stacks/record";

type Reached = Partial<Pick<EnvironmentStatus, "url" | "hosts" | "namespace">>;

/** Returns a test's variables with the environment's URLs: `URL`, and `URL_API` for the further name `api`. */
export function testVariables(
  { env }: Pick<GateTest, "env">,
  { url, hosts = {}, namespace }: Reached,
): Record<string, string> {
  return {
    ...env,
    ...(url === undefined ? {} : { URL: url }),
    ...Object.fromEntries(Object.entries(hosts).map(([name, at]) => [hostVariable(name), at])),
    ...(namespace === undefined ? {} : { NAMESPACE: namespace }),
  };
}

/** Returns a name's variable. Names have letters, digits and single dashes, so no two share a variable. */
function hostVariable(name: string): string {
  return `URL_${name.toUpperCase().replaceAll("-", "_")}`;
}

/** Returns the URLs for pods in the cluster: requests to the public names would bypass the load balancer that ends TLS. */
export function reachedInCluster(
  environment: Reached,
  { outputs: { urlInCluster, hostsInCluster } }: Pick<StackRecord, "outputs">,
): Reached {
  return {
    ...environment,
    ...(typeof urlInCluster === "string" ? { url: urlInCluster } : {}),
    ...(typeof hostsInCluster === "object" && hostsInCluster !== null
      ? { hosts: hostsInCluster as Readonly<Record<string, string>> }
      : {}),
  };
}
