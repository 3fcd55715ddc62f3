import { accessFrom } from "../../core/account-access";
import { billOf, nodesIn } from "../../core/money/bill";
import type { Settings } from "../../core/settings";
import { DigitalOcean } from "../account/digitalocean";
import { DigitalOceanError } from "../account/digitalocean-error";
import { NAME_SCOPES, REAPER_SCOPES, SCOPES } from "../account/scopes";
import { checkRegistry } from "../environments/preflight/account-checks";
import { type ClusterRequest, preflight } from "../environments/preflight/preflight";
import type { Check, PreflightResult } from "../environments/preflight/preflight-result";
import { imageResolver } from "../images/resolve-image";
import type { Context } from "../terminal/context";
import type { CheckResult } from "./doctor.data";
import { checkDomains } from "./domains";
import type { Profile } from "./project";
import { shellWord } from "./shell-word";

const TOKENS_PAGE = "https://cloud.digitalocean.com/account/api/tokens";

/** Shown also when nothing is wrong with them. */
const TOLD: readonly Check[] = ["account", "scopes", "limit"];
const SUBJECTS: Partial<Readonly<Record<Check, string>>> = {
  scopes: "token scopes",
  limit: "Droplet limit",
};

/** The environment that a newcomer brings up first. */
export interface FirstUp {
  readonly stack: string;
  readonly settings: Settings;
}

/**
 * Checks the account as `up` does before it creates anything, for an environment whose manifests are not
 * looked at; and whether the account has the registries and domains that the profiles name.
 */
export async function checkAccount(
  { env, home, now, say, signal }: Context,
  first: FirstUp,
  profiles: readonly Profile[],
): Promise<CheckResult[]> {
  const access = accessFrom(env);
  if (access === undefined) {
    return [noToken(home)];
  }
  const account = new DigitalOcean(access, { say, signal });
  const findings = await preflight(
    orderOf(first.settings),
    account,
    imageResolver(() => account, env),
  );
  const shown = findings.filter(({ check, state }) => TOLD.includes(check) || state !== "ok");
  const isUsable = findings.every(({ check }) => check !== "token");
  return [
    ...shown.map((finding) => translated(finding, first.stack)),
    ...(isUsable ? await checkRegistries(account, profiles) : []),
    ...(isUsable ? await checkDomains(account, profiles, { env, now }) : []),
  ];
}

function noToken(home: string): CheckResult {
  const ways = [
    `export DIGITALOCEAN_TOKEN=<token>   # made at ${TOKENS_PAGE} with the scopes ${SCOPES}; for a domain also ${NAME_SCOPES}; for reap also ${REAPER_SCOPES}`,
    `eval "$(make -s -C ${shellWord(home)} env)"   # or, without an account: an emulated account on this machine, with all tools`,
  ];
  return { subject: "token", state: "fault", found: "not set", fix: ways.join("\n") };
}

function orderOf({ region, kubernetesVersion, ...settings }: Settings): ClusterRequest {
  const bill = billOf({ ...settings, objects: [] });
  return {
    ...bill,
    region,
    kubernetesVersion,
    isNewCluster: true,
    newNodes: nodesIn(bill),
    images: [],
  };
}

/** A fix of `up` may be only an option of that command. */
function translated({ check, state, message, fix }: PreflightResult, stack: string): CheckResult {
  return {
    subject: SUBJECTS[check] ?? check,
    state,
    found: message,
    ...(fix === undefined
      ? {}
      : { fix: fix.startsWith("--") ? `doks-env up ${stack} ${fix}` : fix }),
  };
}

/** The registries that profiles name; without any, the registries of the account. */
async function checkRegistries(
  account: DigitalOcean,
  profiles: readonly Profile[],
): Promise<CheckResult[]> {
  const subject = "registry";
  const named = profiles.flatMap(({ name, settings: { registry } }) =>
    registry.access === "none" ? [] : { profile: name, registry: registry.name },
  );
  try {
    const registries = await account.registries();
    if (named.length === 0) {
      const names = registries.map(({ name }) => name).join(", ");
      const found = `${names === "" ? "the account has none" : names}; no profile uses one`;
      return [{ subject, state: "ok", found }];
    }
    return named.map(({ profile, registry }) => {
      const { state, message } = checkRegistry(registry, registries);
      return {
        subject,
        state,
        found: `${message} (profile ${profile})`,
        ...(state === "ok"
          ? {}
          : {
              fix: `doctl registry create ${registry}   # or edit registry in Pulumi.${profile}.yaml`,
            }),
      };
    });
  } catch (error) {
    if (!(error instanceof DigitalOceanError)) {
      throw error;
    }
    const { message, fix } = error;
    return [{ subject, state: named.length === 0 ? "warning" : "fault", found: message, fix }];
  }
}
