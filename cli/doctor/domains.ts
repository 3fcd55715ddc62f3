import { isDelegated, NAME_SERVERS } from "../../core/name-servers";
import { certificateName } from "../../core/names";
import { certificateErrors } from "../../core/rules/domain-name";
import { danglingAmong, stackCalled, strayWildcards } from "../../core/rules/leading-names";
import { certificateOf, hasManagedHttps } from "../../core/settings/placement";
import type { DigitalOcean } from "../account/digitalocean";
import { DigitalOceanError } from "../account/digitalocean-error";
import type { DomainRecord } from "../account/resources";
import { leftoverOf, recordThing } from "../environments/receipt";
import type { Context } from "../terminal/context";
import type { CheckResult } from "./doctor.data";
import type { Profile } from "./project";

/** Checks that the profiles' domains are in the account, are delegated to DigitalOcean, and have their certificate. */
export async function checkDomains(
  account: DigitalOcean,
  profiles: readonly Profile[],
  { env, now }: Pick<Context, "env" | "now">,
): Promise<CheckResult[]> {
  const used = profiles.filter(
    ({ settings }) =>
      ["cluster", "domain"].includes(settings.placement) || hasManagedHttps(settings),
  );
  const domains = new Set(used.flatMap(({ settings }) => settings.domain ?? []));
  const findings = [...domains].map(async (domain) => {
    const names = used
      .filter(({ settings }) => settings.domain === domain)
      .flatMap(({ settings }) =>
        settings.placement === "domain" ? certificateName(domain) : (certificateOf(settings) ?? []),
      );
    try {
      return [
        ...(await checkDomain(account, domain, env)),
        ...(await Promise.all(
          [...new Set(names)].map((name) => checkCertificate(account, domain, name, now())),
        )),
      ];
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
  env: NodeJS.ProcessEnv,
): Promise<CheckResult[]> {
  const records = await account.domainRecords(domain);
  if (records === undefined) {
    const fix = "doks-env up <owner>-domain   # a stack with `placement: domain` sets it up";
    return [finding(domain, "fault", "the account does not have it", fix)];
  }
  const delegated = await isDelegated(domain, env);
  return [
    delegated
      ? finding(domain, "ok", "delegated to DigitalOcean")
      : finding(
          domain,
          "warning",
          "not delegated to DigitalOcean, according to this machine's resolver",
          `in the parent zone, add NS records for ${domain} with ${NAME_SERVERS.join(", ")}`,
        ),
    ...(await checkRecords(account, domain, records)),
  ];
}

/** Finds names that point to addresses which the account has released: DigitalOcean gives them to other accounts. */
async function checkRecords(
  account: DigitalOcean,
  domain: string,
  records: readonly DomainRecord[],
): Promise<CheckResult[]> {
  const none: ReadonlySet<string> = new Set();
  if ([...danglingAmong(records, none), ...strayWildcards(records, none)].length === 0) {
    return [];
  }
  const [loadBalancers, droplets] = await Promise.all([
    account.loadBalancers(),
    account.droplets(),
  ]);
  const live = new Set([
    ...loadBalancers.map(({ ip }) => ip),
    ...droplets.flatMap(({ networks }) => networks.v4.map(({ ip_address }) => ip_address)),
  ]);
  const leftover = (record: DomainRecord) => {
    const { id, name } = recordThing(domain, record);
    return leftoverOf("domain records", id, name);
  };
  const removalOf = (record: DomainRecord) => leftover(record).removal;
  const found = (record: DomainRecord) =>
    `record ${record.id} (${leftover(record).name}) points to an address that the account does not have`;
  return [
    ...danglingAmong(records, live).map((record) => {
      const stack = stackCalled(record.name);
      const fix = `doks-env show ${stack}   # if there is no such environment: ${removalOf(record)}`;
      return finding(domain, "warning", found(record), fix);
    }),
    ...strayWildcards(records, live).map((record) =>
      finding(
        domain,
        "warning",
        `${found(record)}, and with it every name below the domain that has no record`,
        `doctl compute domain records update ${domain} --record-id ${record.id} --record-data <address of the shared cluster's entrance>` +
          `   # or, without a shared cluster: ${removalOf(record)}`,
      ),
    ),
  ];
}

async function checkCertificate(
  account: DigitalOcean,
  domain: string,
  name: string,
  now: Date,
): Promise<CheckResult> {
  const certificates = await account.certificates(name);
  const [error] = certificateErrors({ name, domain, hosts: [`*.${domain}`] }, certificates, now);
  return error === undefined
    ? finding(domain, "ok", `its certificate is valid until ${certificates[0]?.not_after ?? "?"}`)
    : finding(domain, "fault", error.message, error.fix);
}

function finding(
  domain: string,
  state: CheckResult["state"],
  found: string,
  fix?: string,
): CheckResult {
  return { subject: `domain ${domain}`, state, found, fix };
}
