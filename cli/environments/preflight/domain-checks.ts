import {
  addressesOf,
  certificateErrors,
  closingErrors,
  hostNames,
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
import { fault, ok, type PreflightResult } from "./preflight-result";

/**
 * Checks the domain of an environment in its own cluster, or of a shared cluster's entrance with HTTPS: the zone, a free name,
 * and the certificate.
 *
 * @param owned - reads the records in the stack's state
 */
export async function checkName(
  account: DigitalOcean,
  stack: string,
  settings: Settings,
  owned: () => Promise<Pick<Partial<OwnedInState>, "clusterIds" | "recordIds" | "begunRecords">>,
  now: Date,
): Promise<PreflightResult[]> {
  const { domain, placement } = settings;
  const wanted = wantedCertificate(stack, settings);
  if (domain === undefined || !(placement === "cluster" || wanted !== undefined)) {
    return [];
  }
  if (isClosed(settings)) {
    return closing(account, stack, domain, await owned());
  }
  const hosts = hostNames(stack, domain, settings);
  const [{ recordIds = [], begunRecords = [] }, certificates, ...answers] = await Promise.all([
    owned(),
    wanted && answerOf(account.certificates(wanted.name)),
    ...hosts.map((host) => answerOf(account.domainRecords(domain, host))),
  ]);
  const unread = [...answers, certificates].filter((answer) => answer instanceof DigitalOceanError);
  if (unread.length > 0) {
    return checkRequests(unread);
  }
  if (answers.includes(undefined)) {
    const message = `the account has no domain ${domain}`;
    const fix = "doks-env up <owner>-domain   # a stack with `placement: domain` sets it up";
    return [fault("domain", { message, fix })];
  }
  const taken = hosts.flatMap((host, index) => {
    const named = answers[index] as readonly DomainRecord[];
    const left = begunRecords
      .filter((begun) => begun.host === host)
      .flatMap((begun) => leftRecord(begun, named, { recordIds })?.id ?? []);
    return recordErrors({ host, domain, recordIds: [...recordIds, ...left] }, named);
  });
  return [
    ...taken,
    ...(wanted !== undefined && Array.isArray(certificates)
      ? certificateErrors(wanted, certificates, now)
      : []),
  ].map((error) => fault("domain", error));
}

/** Checks, for an environment that changes to `access: []`, that no name points to the address that it will release. */
async function closing(
  account: DigitalOcean,
  stack: string,
  domain: string,
  { clusterIds = [] }: Partial<OwnedInState>,
): Promise<PreflightResult[]> {
  if (clusterIds.length === 0) {
    return [];
  }
  const answers = await Promise.all([
    answerOf(account.domainRecords(domain)),
    answerOf(account.loadBalancers()),
  ]);
  const [records, loadBalancers] = answers;
  return records instanceof DigitalOceanError || loadBalancers instanceof DigitalOceanError
    ? checkRequests(answers.filter((answer) => answer instanceof DigitalOceanError))
    : closingErrors(stack, domain, records ?? [], addressesOf(loadBalancers, clusterIds)).map(
        (error) => fault("domain", error),
      );
}

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
  const taken = {
    message: `the account already has domain ${domain}, which this stack did not create`,
    fix: "--set zone=existing   # uses it, and never deletes it",
  };
  const missing = {
    message: `the account has no domain ${domain}`,
    fix: `doctl compute domain create ${domain}, or leave out zone`,
  };
  return [
    checkAccount(profile),
    ...(zone === "create" && exists && isNew ? [fault("domain", taken)] : []),
    ...(zone === "existing" && !exists ? [fault("domain", missing)] : []),
    { ...ok("price", "domains cost nothing"), pricePerHourUsd: 0 },
  ];
}
