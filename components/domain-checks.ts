import type { AccountAccess } from "../core/account-access";
import { namingTags } from "../core/digitalocean-tags";
import {
  addressesOf,
  certificateErrors,
  closingErrors,
  type NamedCertificate,
  type NamedRecord,
  wantedCertificate,
} from "../core/rules/domain-name";
import type { Settings } from "../core/settings";
import { accountList, recordList } from "./account-list";
import { askDigitalOcean } from "./digitalocean-request";
import { fault, requireNone } from "./fault";

interface Tagged {
  readonly id: string;
  readonly tags: readonly string[];
}

/** The account's certificate of a name; undefined when there is none. */
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

/** @throws pulumi.RunError unless the certificate that the settings ask for is there, and good for the stack's name */
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
  const [error] = certificateErrors(wanted, found, new Date());
  if (error !== undefined) {
    throw fault(error.message, error.fix);
  }
}

/**
 * Makes sure that an environment has no names when its settings let nobody in.
 *
 * @throws pulumi.RunError when a name below the domain leads to a load balancer of the stack's own cluster
 */
export async function requireNoName(
  access: AccountAccess,
  project: string,
  stack: string,
  domain: string,
): Promise<void> {
  const tags = namingTags(project, stack);
  const clusters = await accountList<Tagged>(access, "clusters");
  const own = clusters.filter((cluster) => tags.every((tag) => cluster.tags.includes(tag)));
  const zones = own.length === 0 ? [] : await accountList<{ name: string }>(access, "domains");
  if (zones.every(({ name }) => name !== domain)) {
    return;
  }
  const [records, loadBalancers] = await Promise.all([
    recordList<NamedRecord & { readonly name: string }>(access, domain),
    accountList<Tagged & { readonly ip?: string }>(access, "load balancers"),
  ]);
  const addresses = addressesOf(
    loadBalancers,
    own.map(({ id }) => id),
  );
  requireNone(closingErrors(stack, domain, records, addresses));
}
