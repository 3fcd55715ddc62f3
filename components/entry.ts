import * as pulumi from "@pulumi/pulumi";
import type { Entry } from "../core/manifests/manifest";
import { fault } from "./fault";

/**
 * Chooses the Service whose address is the environment's: the named one, or else the only one there is.
 *
 * @param service - name from `smokeTest.service`
 * @returns undefined when no Service is of type LoadBalancer, or several are and none was named
 * @throws pulumi.RunError when the named one is not among them
 */
export async function chooseEntry(
  entries: readonly Entry[],
  service: string | undefined,
): Promise<Entry | undefined> {
  const names = entries.map((entry) => entry.service).join(", ");
  if (service !== undefined) {
    const entry = entries.find((candidate) => candidate.service === service);
    if (entry === undefined) {
      throw fault(
        `smokeTest.service "${service}" is no Service of type LoadBalancer in the overlay; those are: ${names || "none"}`,
        "pulumi config set --path smokeTest.service <service>, or `pulumi config rm --path smokeTest.service`",
      );
    }
    return entry;
  }
  if (entries.length > 1) {
    await pulumi.log.warn(
      `the overlay has several load balancers (${names}), so this environment gets no url and no smoke test; ` +
        "name one: pulumi config set --path smokeTest.service <service>",
    );
  }
  return entries.length === 1 ? entries[0] : undefined;
}
