import type { UserError } from "../../../core/errors";
import { hostLabel } from "../../../core/names";
import {
  certificateErrors,
  recordErrors,
  wantedCertificate,
} from "../../../core/rules/domain-name";
import type { Settings } from "../../../core/settings";
import { isClosed } from "../../../core/settings/placement";
import type { DigitalOcean } from "../../account/digitalocean";
import { DigitalOceanError } from "../../account/digitalocean-error";
import type { DomainRecord } from "../../account/resources";
import type { OwnedInState } from "../../stacks/owned-in-state";
import { leftRecord } from "../left-record";
import { checkAccount, checkRequests } from "./account-checks";
import { answerOf } from "./answers";
import type { PreflightResult } from "./preflight-result";

/**
 * Checks what an environment in a cluster of its own, or a shared cluster's entrance with HTTPS, needs of its domain: the
 * zone, a free name, and the certificate.
 *
 * @param owned - reads what the stack's state has
 */
export async function checkName(
  account: DigitalOcean,
  stack: string,
  settings: Settings,
  owned: () => Promise<Pick<Partial<OwnedInState>, "recordIds" | "begunRecords">>,
  now: Date,
): Promise<PreflightResult[]> {
  const { domain, placement } = settings;
  const wanted = wantedCertificate(stack, settings);
  if (domain === undefined || !(placement === "cluster" || wanted !== undefined)) {
    return [];
  }
  if (isClosed(settings)) {
    const { recordIds = [] } = await owned();
    const message = `access would let nobody in, but ${hostLabel(stack)}.${domain} leads to the load balancer: the update would give back its address before it deletes the name`;
    return recordIds.length === 0 ? [] : [fault(message, `doks-env sleep ${stack}   # first`)];
  }
  const host = `${placement === "host" ? "*" : hostLabel(stack)}.${domain}`;
  const [{ recordIds = [], begunRecords = [] }, records, certificates] = await Promise.all([
    owned(),
    answerOf(account.domainRecords(domain, host)),
    wanted && answerOf(account.certificates(wanted.name)),
  ]);
  const unread = [records, certificates].filter((answer) => answer instanceof DigitalOceanError);
  if (unread.length > 0) {
    return checkRequests(unread);
  }
  if (records === undefined) {
    const message = `the account has no domain ${domain}`;
    const fix = "doks-env up <owner>-domain   # a stack with `placement: domain` sets it up";
    return [{ check: "domain", state: "fault", message, fix }];
  }
  const named = Array.isArray(records) ? (records as DomainRecord[]) : [];
  const left = begunRecords
    .filter((begun) => begun.host === host)
    .flatMap((begun) => leftRecord(begun, named, { recordIds })?.id ?? []);
  return [
    ...recordErrors({ host, domain, recordIds: [...recordIds, ...left] }, named),
    ...(wanted !== undefined && Array.isArray(certificates)
      ? certificateErrors(wanted, certificates, now)
      : []),
  ].map(faultOf);
}

/** Checks what a domain for environments needs of the account. */
export async function domainPreflight(
  account: DigitalOcean,
  { domain = "", zone }: Settings,
  isNew: boolean,
): Promise<PreflightResult[]> {
  const [profile, records] = await Promise.all([
    answerOf(account.account()),
    answerOf(account.domainRecords(domain)),
  ]);
  if (profile instanceof DigitalOceanError || records instanceof DigitalOceanError) {
    return checkRequests(
      [profile, records].filter((answer) => answer instanceof DigitalOceanError),
    );
  }
  const exists = records !== undefined;
  const taken = `the account has domain ${domain} already, and this stack has not made it`;
  const missing = `the account has no domain ${domain}`;
  return [
    checkAccount(profile),
    ...(zone === "create" && exists && isNew
      ? [fault(taken, "--set zone=existing   # uses it, and leaves it behind")]
      : []),
    ...(zone === "existing" && !exists
      ? [fault(missing, `doctl compute domain create ${domain}, or leave out zone`)]
      : []),
    { check: "price", state: "ok", message: "domains cost nothing", pricePerHourUsd: 0 },
  ];
}

function faultOf({ message, fix }: UserError): PreflightResult {
  return fault(message, fix);
}

function fault(message: string, fix: string | undefined): PreflightResult {
  return { check: "domain", state: "fault", message, ...(fix === undefined ? {} : { fix }) };
}
