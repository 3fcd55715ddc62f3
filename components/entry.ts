import * as pulumi from "@pulumi/pulumi";
import { UserError } from "../core/errors";
import { type Entry, type EntryService, type EntryWish, entryAt } from "../core/manifests/entry";
import { fault } from "./fault";

/**
 * Chooses where the environment is reached: at the Service that the settings name, or else at the only one there is.
 *
 * @param wish - what the setting `smokeTest` says of it
 * @returns undefined when no Service is of type LoadBalancer, or several are and none was named
 * @throws pulumi.RunError when the named Service or port is not among them
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
        `smokeTest.service "${service}" is not a Service of type LoadBalancer in the overlay; those are: ${names || "none"}`,
        "pulumi config set --path smokeTest.service <service>, or `pulumi config rm --path smokeTest.service`",
      );
    }
    return portOf(entry, wish);
  }
  if (entries.length > 1) {
    await pulumi.log.warn(
      `the overlay has several load balancers (${names}), so this environment gets no url and no smoke test; ` +
        "name one: pulumi config set --path smokeTest.service <service>",
    );
  }
  const [entry, another] = entries;
  return entry === undefined || another !== undefined ? undefined : portOf(entry, wish);
}

function portOf(entry: EntryService, wish: EntryWish): Entry {
  try {
    return entryAt(entry, wish);
  } catch (error) {
    throw error instanceof UserError ? fault(error.message, error.fix) : error;
  }
}
