// @ts-check
/** A cluster's credential, cached between commands. */
const { CredentialCache, cacheFolder } = require("./cache");
const { Fault, Refusal } = require("./fault");

/** Lifetime of a credential for a single request, including its retries. */
const PASSING_EXPIRY_SECONDS = 300;

/** @typedef {import("./digitalocean").Access} Access */
/** @typedef {import("./digitalocean").Status} Status */
/** @typedef {import("./service-account").ServiceAccount} ServiceAccount */
/**
 * Without an account, it is the administrator's credential. @typedef {{clusterId: string, account?: ServiceAccount}}
 * Wanted
 */

/**
 * Returns the cached credential, or else a new one.
 *
 * @param {Wanted} wanted
 * @param {NodeJS.ProcessEnv} env - the exec plugin's environment
 * @param {import("./request").Patience} patience
 * @param {number} [caller] - process id of the client-go
 * @returns {Promise<{status: Status, keep: () => InstanceType<typeof Fault> | undefined}>} `keep` caches a new one
 *   after
 *   its delivery, and returns the reason if it could not
 * @throws {Fault} when there is no credential
 */
async function obtain(wanted, env, patience, caller) {
  const access = accessFrom(env);
  const cache = cacheFor(env, access, wanted);
  const kept = cache?.read(caller);
  if (kept !== undefined) {
    return { status: kept, keep: () => undefined };
  }
  const status = await fetchCredential(access, wanted, patience).catch((error) => {
    if (error instanceof Refusal) {
      cache?.drop();
    }
    throw error;
  });
  return { status, keep: () => keep(cache, status, caller) };
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Access}
 */
function accessFrom(env) {
  const token = env.DIGITALOCEAN_TOKEN || env.DIGITALOCEAN_ACCESS_TOKEN;
  if (!token) {
    throw new Fault(
      "a DigitalOcean token is needed to get the cluster's credential",
      "export DIGITALOCEAN_TOKEN=<token>",
    );
  }
  const url = env.DIGITALOCEAN_API_URL || "https://api.digitalocean.com";
  return { origin: url.replace(/\/+$/, ""), token };
}

/**
 * @param {Access} access
 * @param {Wanted} wanted
 * @param {import("./request").Patience} patience
 * @returns {Promise<Status>}
 */
async function fetchCredential(access, { clusterId, account }, patience) {
  const { askForCluster } = require("./digitalocean");
  if (account === undefined) {
    return (await askForCluster(access, clusterId, patience)).status;
  }
  const { askForToken } = require("./service-account");
  const cluster = await askForCluster(access, clusterId, patience, PASSING_EXPIRY_SECONDS);
  return askForToken(cluster, account, patience);
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {Access} access
 * @param {Wanted} wanted
 * @returns {InstanceType<typeof CredentialCache> | undefined} undefined without a home directory
 */
function cacheFor(env, { origin, token }, { clusterId, account }) {
  const folder = cacheFolder(env);
  const key = [origin, token, clusterId, ...(account ? [account.namespace, account.name] : [])];
  return folder === undefined ? undefined : new CredentialCache(folder, key);
}

/**
 * The caller has the credential already, so a failure to write the cache is only a warning.
 *
 * @param {InstanceType<typeof CredentialCache> | undefined} cache
 * @param {Status} status
 * @param {number | undefined} caller
 * @returns {InstanceType<typeof Fault> | undefined}
 */
function keep(cache, status, caller) {
  try {
    cache?.write(status, caller);
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return new Fault(
      `the credential cannot be cached, so each command requests a new one: ${reason}`,
      "make that folder writable for your user, or set XDG_CACHE_HOME to another",
    );
  }
}

module.exports = { obtain };
