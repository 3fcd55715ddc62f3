import type { AccountAccess } from "../core/account-access";
import { certificateName } from "../core/names";
import { certificateErrors, type NamedCertificate } from "../core/rules/domain-name";
import { askDigitalOcean } from "./digitalocean-request";
import { fault } from "./fault";

/** The account's certificate for a domain; undefined when there is none. */
export async function findCertificate(
  access: AccountAccess,
  domain: string,
): Promise<NamedCertificate | undefined> {
  const name = certificateName(domain);
  const { certificates } = await askDigitalOcean<{ certificates: readonly NamedCertificate[] }>(
    access,
    `/v2/certificates?name=${name}`,
    { what: `the certificate for ${domain}`, scope: "certificate:read" },
  );
  return certificates.find((certificate) => certificate.name === name);
}

/** @throws pulumi.RunError unless the domain's certificate is there and verified */
export async function requireCertificate(access: AccountAccess, domain: string): Promise<void> {
  const certificate = await findCertificate(access, domain);
  const [error] = certificateErrors(domain, certificate === undefined ? [] : [certificate]);
  if (error !== undefined) {
    throw fault(error.message, error.fix);
  }
}
