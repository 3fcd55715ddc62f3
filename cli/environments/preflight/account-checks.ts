import { registryErrors } from "../../../core/rules/offer";
import type { DigitalOceanError } from "../../account/digitalocean-error";
import type { Account, Registry } from "../../account/resources";
import { byOption } from "./offer-checks";
import type { PreflightResult } from "./preflight-result";

const TOKENS_PAGE = "https://cloud.digitalocean.com/account/api/tokens";

/** Whether the account may be used at all. */
export function checkAccount({ email, status, status_message }: Account): PreflightResult {
  const message = `the account of ${email} is ${status}${status_message ? `: ${status_message}` : ""}`;
  return status === "active"
    ? { check: "account", state: "ok", message }
    : {
        check: "account",
        state: status === "locked" ? "fault" : "warning",
        message,
        fix: "see what DigitalOcean asks for: https://cloud.digitalocean.com",
      };
}

/** Conclusions about the token from failed requests; failures for other reasons are faults by themselves. */
export function checkRequests(errors: readonly DigitalOceanError[]): PreflightResult[] {
  const scopes = errors.flatMap(({ missingScope }) => missingScope ?? []);
  const others = errors
    .filter(({ missingScope }) => missingScope === undefined)
    .map(
      ({ message, fix }): PreflightResult => ({ check: "account", state: "fault", message, fix }),
    );
  if (scopes.length > 0) {
    const message = `the token lacks scopes: ${scopes.join(", ")}`;
    const fix = `set DIGITALOCEAN_TOKEN to a token that has them, too: ${TOKENS_PAGE}`;
    return [{ check: "scopes", state: "fault", message, fix }, ...others];
  }
  const message = "the token has all scopes to read; those to create and delete show when used";
  return others.length > 0 ? others : [{ check: "scopes", state: "ok", message }];
}

/** Without the account's limit all else can be checked, and the environment made. */
export function limitUnread({ message, fix }: DigitalOceanError): PreflightResult {
  return {
    check: "limit",
    state: "warning",
    message: `the Droplet limit is not checked: ${message}`,
    fix,
  };
}

/** @param left - Droplets that the account's limit leaves */
export function checkLimit(newNodes: number, left: number): PreflightResult {
  const message = `${newNodes} new Droplets, and ${Math.max(left, 0)} left in the account`;
  return newNodes <= left
    ? { check: "limit", state: "ok", message }
    : {
        check: "limit",
        state: "fault",
        message,
        fix:
          "take down environments that are not needed (`doks-env list`), set fewer nodes (--set nodeCount=1), " +
          "or ask for more on the page Resource Limits of the control panel",
      };
}

/** @param registries - those of the account */
export function checkRegistry(name: string, registries: readonly Registry[]): PreflightResult {
  const existing = registries.map((registry) => registry.name);
  const [error] = registryErrors(name, existing, byOption);
  return error === undefined
    ? { check: "registry", state: "ok", message: `registry ${name} exists` }
    : { check: "registry", state: "fault", message: error.message, fix: error.fix };
}
