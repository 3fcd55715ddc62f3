// @ts-check
/** A cluster's credential, which is kept from one command to the next. */
const { CredentialCache, cacheFolder } = require("./cache");
const { Fault, Refusal } = require("./fault");

/** Of a credential that is used for one request: as long as that takes when it is asked again and again. */
const PASSING_EXPIRY_SECONDS = 300;

/** @typedef {import("./digitalocean").Access} Access */
/** @typedef {import("./digitalocean").Status} Status */
/** @typedef {import("./service-account").ServiceAccount} ServiceAccount */
/** The account's is the administrator's where none is named. @typedef {{clusterId: string, account?: ServiceAccount}} Wanted */

/**
 * The credential that is kept, or else a new one.
 *
 * @param {Wanted} wanted
 * @param {NodeJS.ProcessEnv} env - as the exec plugin has it
 * @param {import("./request").Patience} patience
 * @param {number} [caller] - process id of a client-go
 * @returns {Promise<{status: Status, keep: () => InstanceType<typeof Fault> | undefined}>} `keep` keeps a new one, once it is handed over, and
 *   returns why it could not
 * @throws {Fault} when there is none
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
      "no DigitalOcean token to get the cluster's credential with",
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
 * @returns {InstanceType<typeof CredentialCache> | undefined} where there is no home, none
 */
function cacheFor(env, { origin, token }, { clusterId, account }) {
  const folder = cacheFolder(env);
  const key = [origin, token, clusterId, ...(account ? [account.namespace, account.name] : [])];
  return folder === undefined ? undefined : new CredentialCache(folder, key);
}

/**
 * The caller has the credential already, so a cache that cannot be written is a warning and not a failure.
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
      `the credential cannot be kept, so each command asks for a new one: ${reason}`,
      "make that folder writable for yourself, or name another by XDG_CACHE_HOME",
    );
  }
}

module.exports = { obtain };
