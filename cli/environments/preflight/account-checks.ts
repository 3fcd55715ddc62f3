import { registryErrors } from "../../../core/rules/offer";
import type { DigitalOceanError } from "../../account/digitalocean-error";
import type { Account, Registry } from "../../account/resources";
import { byOption } from "./offer-checks";
import { fault, ok, type PreflightResult, verdict, warning } from "./preflight-result";

const TOKENS_PAGE = "https://cloud.digitalocean.com/account/api/tokens";

export function checkAccount({ email, status, status_message }: Account): PreflightResult {
  const message = `the account of ${email} is ${status}${status_message ? `: ${status_message}` : ""}`;
  if (status === "active") {
    return ok("account", message);
  }
  const fix = "see what DigitalOcean requires: https://cloud.digitalocean.com";
  return status === "locked"
    ? fault("account", { message, fix })
    : warning("account", message, fix);
}

/** Conclusions about the token from failed requests; failures for other reasons are faults by themselves. */
export function checkRequests(errors: readonly DigitalOceanError[]): PreflightResult[] {
  const scopes = errors.flatMap(({ missingScope }) => missingScope ?? []);
  const others = errors
    .filter(({ missingScope }) => missingScope === undefined)
    .map((error) => fault("account", error));
  if (scopes.length > 0) {
    const message = `the token lacks scopes: ${scopes.join(", ")}`;
    const fix = `set DIGITALOCEAN_TOKEN to a token that also has these: ${TOKENS_PAGE}`;
    return [fault("scopes", { message, fix }), ...others];
  }
  const message = "the token has all read scopes; write scopes cannot be checked before use";
  return others.length > 0 ? others : [ok("scopes", message)];
}

/** A warning only: without the account's limit all other checks and the update still work. */
export function limitUnread({ message, fix }: DigitalOceanError): PreflightResult {
  return warning("limit", `the Droplet limit was not checked: ${message}`, fix);
}

/** @param left - number of Droplets that the account's limit allows in addition */
export function checkLimit(newNodes: number, left: number): PreflightResult {
  const message = `${newNodes} new Droplets needed, ${Math.max(left, 0)} left in the account`;
  const fix =
    "take down environments that are not needed (`doks-env list`), set fewer nodes (--set nodeCount=1), " +
    "or ask for more on the page Resource Limits of the control panel";
  return newNodes <= left ? ok("limit", message) : fault("limit", { message, fix });
}

/** @param registries - the account's registries */
export function checkRegistry(name: string, registries: readonly Registry[]): PreflightResult {
  const existing = registries.map((registry) => registry.name);
  const errors = registryErrors(name, existing, byOption);
  return verdict("registry", errors, `registry ${name} exists`);
}
