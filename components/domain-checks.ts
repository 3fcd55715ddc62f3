import type { AccountAccess } from "../core/account-access";
import {
  certificateErrors,
  type NamedCertificate,
  wantedCertificate,
} from "../core/rules/domain-name";
import type { Settings } from "../core/settings";
import { askDigitalOcean } from "./digitalocean-request";
import { fault } from "./fault";

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
