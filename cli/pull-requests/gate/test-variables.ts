import type { GateTest } from "../../../core/settings/schema";
import type { EnvironmentStatus } from "../../stacks/environment-status";
import type { StackRecord } from "../../stacks/record";

type Reached = Partial<Pick<EnvironmentStatus, "url" | "hosts" | "namespace">>;

/** Variables that tell a test where the environment answers: `URL`, and `URL_API` for the further name `api`. */
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

/** The names have letters, digits and single dashes, so no two of them have one variable. */
function hostVariable(name: string): string {
  return `URL_${name.toUpperCase().replaceAll("-", "_")}`;
}

/** Where pods reach the environment: at its own names they would get past the load balancer that ends TLS. */
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
