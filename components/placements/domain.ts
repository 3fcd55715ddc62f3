import { isDelegated, NAME_SERVERS } from "../../core/name-servers";
import { certificateName } from "../../core/names";
import { accountAccess, findCertificate, ManagedDomain } from "..";
import { type Declared, idOf, type Outputs } from "./declared";

/**
 * The domain of the environments. Its certificate waits for the delegation, which is impossible before the zone
 * exists: the next update creates it. An existing certificate stays, regardless of DNS.
 */
export async function asDomain(declared: Declared): Promise<Outputs> {
  const { domain = "", zone, protect, placement } = declared.settings;
  const [certificate, delegated] = await Promise.all([
    findCertificate(accountAccess(), certificateName(domain)),
    isDelegated(domain, process.env),
  ]);
  const isCertified = certificate !== undefined || delegated;
  const { id, account } = await idOf(declared);
  new ManagedDomain("domain", { domain, ownsZone: zone === "create", isCertified, protect });
  return {
    id,
    account,
    domain,
    nameServers: NAME_SERVERS,
    delegated,
    certificate: isCertified ? certificateName(domain) : undefined,
    protected: protect,
    placement,
    pricePerHourUsd: 0,
  };
}
