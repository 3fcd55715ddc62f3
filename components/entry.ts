import * as pulumi from "@pulumi/pulumi";
import { UserError } from "../core/errors";
import {
  candidatesOf,
  type Entry,
  type EntryService,
  type EntryWish,
  entryAt,
} from "../core/manifests/entry";
import { fault } from "./fault";

/**
 * Chooses the environment's entry: the Service in the settings, or else the only one for HTTP.
 *
 * @param wish - the setting `smokeTest`
 * @returns undefined when no Service of type LoadBalancer is for HTTP, or several are and the settings name none
 * @throws pulumi.RunError when the Service or port in the settings does not exist
 */
export async function chooseEntry(
  entries: readonly EntryService[],
  wish: EntryWish,
): Promise<Entry | undefined> {
  const names = entries.map((entry) => entry.service).join(", ");
  const { service } = wish;
  if (service !== undefined) {
    const entry = entries.find((candidate) => candidate.service === service);
    if (entry === undefined) {
      throw fault(
        `smokeTest.service "${service}" is not a Service of type LoadBalancer in the overlay; these are: ${names || "none"}`,
        "pulumi config set --path smokeTest.service <service>, or `pulumi config rm --path smokeTest.service`",
      );
    }
    return portOf(entry, wish);
  }
  const candidates = candidatesOf(entries, wish);
  const [entry, another] = candidates;
  if (another !== undefined) {
    await pulumi.log.warn(
      `the overlay has several load balancers (${candidates.map((one) => one.service).join(", ")}), so this environment gets no url and no smoke test; ` +
        "name one: pulumi config set --path smokeTest.service <service>",
    );
  } else if (entry === undefined && entries.length > 0) {
    await pulumi.log.warn(
      `no load balancer of the overlay (${names}) is for HTTP, so this environment gets no url and no smoke test; ` +
        "if one is, name its port: pulumi config set --path smokeTest.port <port>",
    );
  }
  return entry === undefined || another !== undefined ? undefined : portOf(entry, wish);
}

function portOf(entry: EntryService, wish: EntryWish): Entry {
  try {
    return entryAt(entry, wish);
  } catch (error) {
    throw error instanceof UserError ? fault(error.message, error.fix) : error;
  }
}
