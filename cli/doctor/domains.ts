import { isDelegated, NAME_SERVERS } from "../../core/name-servers";
import { certificateName } from "../../core/names";
import { certificateErrors } from "../../core/rules/domain-name";
import { hasManagedHttps } from "../../core/settings/placement";
import type { DigitalOcean } from "../account/digitalocean";
import { DigitalOceanError } from "../account/digitalocean-error";
import type { CheckResult } from "./doctor.data";
import type { Profile } from "./project";

/** Checks the domains that profiles name: whether they are the account's, are delegated to it, and have their certificate. */
export async function checkDomains(
  account: DigitalOcean,
  profiles: readonly Profile[],
  env: NodeJS.ProcessEnv,
): Promise<CheckResult[]> {
  const used = profiles.filter(({ settings }) =>
    ["cluster", "domain"].includes(settings.placement),
  );
  const domains = new Set(used.flatMap(({ settings }) => settings.domain ?? []));
  const findings = [...domains].map(async (domain) => {
    const needsCertificate = used.some(
      ({ settings }) => settings.domain === domain && hasManagedHttps(settings),
    );
    try {
      return await checkDomain(account, domain, needsCertificate, env);
    } catch (error) {
      if (!(error instanceof DigitalOceanError)) {
        throw error;
      }
      const { message, fix } = error;
      return [finding(domain, "fault", message, fix)];
    }
  });
  return (await Promise.all(findings)).flat();
}

async function checkDomain(
  account: DigitalOcean,
  domain: string,
  needsCertificate: boolean,
  env: NodeJS.ProcessEnv,
): Promise<CheckResult[]> {
  if ((await account.domainRecords(domain)) === undefined) {
    const fix = "doks-env up <owner>-domain   # a stack with `placement: domain` sets it up";
    return [finding(domain, "fault", "the account does not have it", fix)];
  }
  const certificates = needsCertificate
    ? await account.certificates(certificateName(domain))
    : undefined;
  const [error] = certificates === undefined ? [] : certificateErrors(domain, certificates);
  const [certificate] = certificates ?? [];
  const delegated = await isDelegated(domain, env);
  return [
    delegated
      ? finding(domain, "ok", "delegated to DigitalOcean")
      : finding(
          domain,
          "warning",
          "not delegated to DigitalOcean, as far as this machine's resolver knows",
          `where its parent is kept, add NS records for ${domain} to ${NAME_SERVERS.join(", ")}`,
        ),
    ...(error === undefined ? [] : [finding(domain, "fault", error.message, error.fix)]),
    ...(error === undefined && certificate !== undefined
      ? [finding(domain, "ok", `its certificate is good until ${certificate.not_after ?? "?"}`)]
      : []),
  ];
}

function finding(
  domain: string,
  state: CheckResult["state"],
  found: string,
  fix?: string,
): CheckResult {
  return { subject: `domain ${domain}`, state, found, ...(fix === undefined ? {} : { fix }) };
}
