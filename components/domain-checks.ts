import type { AccountAccess } from "../core/account-access";
import { namingTags } from "../core/digitalocean-tags";
import {
  addressesOf,
  certificateErrors,
  closingErrors,
  type NamedCertificate,
  wantedCertificate,
} from "../core/rules/domain-name";
import type { Settings } from "../core/settings";
import { accountList } from "./account-list";
import { askDigitalOcean } from "./digitalocean-request";
import { requireNone } from "./fault";

/** The account's certificate with a name, or undefined. */
export async function findCertificate(
  access: AccountAccess,
  name: string,
): Promise<NamedCertificate | undefined> {
  const { certificates } = await askDigitalOcean<{ certificates: readonly NamedCertificate[] }>(
    access,
    `/v2/certificates?name=${name}`,
    { what: `certificate "${name}"`, scope: "certificate:read" },
  );
  return certificates.find((certificate) => certificate.name === name);
}

/** @throws pulumi.RunError unless the certificate in the settings exists and covers the stack's name */
export async function requireCertificate(
  access: AccountAccess,
  stack: string,
  settings: Settings,
): Promise<void> {
  const wanted = wantedCertificate(stack, settings);
  if (wanted === undefined) {
    return;
  }
  const certificate = await findCertificate(access, wanted.name);
  const found = certificate === undefined ? [] : [certificate];
  requireNone(certificateErrors(wanted, found, new Date()));
}

/**
 * Requires that an environment has no names when its settings admit no client.
 *
 * @throws pulumi.RunError when a name below the domain points to a load balancer of the stack's own cluster
 */
export async function requireNoName(
  access: AccountAccess,
  project: string,
  stack: string,
  domain: string,
): Promise<void> {
  const tags = namingTags(project, stack);
  const clusters = await accountList(access, "clusters");
  const own = clusters.filter((cluster) => tags.every((tag) => cluster.tags.includes(tag)));
  const zones = own.length === 0 ? [] : await accountList(access, "domains");
  if (zones.every(({ name }) => name !== domain)) {
    return;
  }
  const [records, loadBalancers] = await Promise.all([
    accountList(access, "records", domain),
    accountList(access, "load balancers"),
  ]);
  const addresses = addressesOf(
    loadBalancers,
    own.map(({ id }) => id),
  );
  requireNone(closingErrors(stack, domain, records, addresses));
}
