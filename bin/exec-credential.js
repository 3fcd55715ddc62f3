// @ts-check
/**
 * client-go exec plugin: prints a credential for a DOKS cluster, so that no kubeconfig has to hold one.
 *
 * Usage: node exec-credential.js <cluster id> [--namespace <namespace> --service-account <name>]
 * with DIGITALOCEAN_TOKEN (or DIGITALOCEAN_ACCESS_TOKEN) set and, for another API than DigitalOcean's,
 * DIGITALOCEAN_API_URL. The credential is the administrator's, or the ServiceAccount's where one is named. It is kept
 * until 5 minutes before it expires in ${XDG_CACHE_HOME:-~/.cache}/ephemeral-doks/credentials/.
 *
 * Plain JavaScript without packages, and no HTTP before it is needed, because it starts at every kubectl command.
 *
 * @see https://kubernetes.io/docs/reference/config-api/client-authentication.v1/
 */
const { parseArgs } = require("node:util");
const { CredentialCache, cacheFolder } = require("./exec-credential/cache");
const { Fault, Refusal } = require("./exec-credential/fault");

const USAGE =
  "node exec-credential.js <cluster id> [--namespace <namespace> --service-account <name>]";
/** A DNS-1123 subdomain: what namespaces and ServiceAccounts are named by. */
const NAME = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;
/** Of a credential that is used for one request: as long as that takes when it is asked again and again. */
const PASSING_EXPIRY_SECONDS = 300;

/** @typedef {import("./exec-credential/digitalocean").Access} Access */
/** @typedef {import("./exec-credential/digitalocean").Status} Status */
/** @typedef {import("./exec-credential/service-account").ServiceAccount} ServiceAccount */
/** @typedef {{clusterId: string, account?: ServiceAccount}} Wanted */

/**
 * @param {readonly string[]} argv
 * @returns {Wanted}
 */
function wantedBy(argv) {
  const {
    positionals: [clusterId, ...more],
    values: { namespace, "service-account": name },
  } = parse(argv);
  if (clusterId === undefined || !/^[\w-]+$/.test(clusterId) || more.length > 0) {
    throw new Fault(`not the id of one cluster: "${[clusterId, ...more].join(" ")}"`, USAGE);
  }
  if (namespace === undefined && name === undefined) {
    return { clusterId };
  }
  if (!isName(namespace) || !isName(name)) {
    throw new Fault(
      `not a ServiceAccount in a namespace: "${name ?? ""}" in "${namespace ?? ""}"`,
      USAGE,
    );
  }
  return { clusterId, account: { namespace, name } };
}

/**
 * @param {string | undefined} value
 * @returns {value is string}
 */
function isName(value) {
  return value !== undefined && NAME.test(value);
}

/** @param {readonly string[]} args */
function parse(args) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { namespace: { type: "string" }, "service-account": { type: "string" } },
    });
  } catch (error) {
    throw new Fault(messageOf(error), USAGE);
  }
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
 * @returns {Promise<Status>}
 */
async function fetchCredential(access, { clusterId, account }) {
  const { askForCluster } = require("./exec-credential/digitalocean");
  if (account === undefined) {
    return (await askForCluster(access, clusterId)).status;
  }
  const { askForToken } = require("./exec-credential/service-account");
  return askForToken(await askForCluster(access, clusterId, PASSING_EXPIRY_SECONDS), account);
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {Access} access
 * @param {Wanted} wanted
 * @returns {CredentialCache | undefined} where there is no home, none
 */
function cacheFor(env, { origin, token }, { clusterId, account }) {
  const folder = cacheFolder(env);
  const key = [origin, token, clusterId, ...(account ? [account.namespace, account.name] : [])];
  return folder === undefined ? undefined : new CredentialCache(folder, key);
}

/**
 * Prints the credential. Fails with a message that says how to fix it.
 *
 * @param {readonly string[]} argv
 * @param {NodeJS.ProcessEnv} env
 */
async function main(argv, env) {
  const wanted = wantedBy(argv);
  const access = accessFrom(env);
  // The user agent of client-go; other clients send none.
  const info = env.KUBERNETES_EXEC_INFO;
  const caller = info ? process.ppid : undefined;
  const cache = cacheFor(env, access, wanted);

  const kept = cache?.read(caller);
  const status =
    kept ??
    (await fetchCredential(access, wanted).catch((error) => {
      if (error instanceof Refusal) {
        cache?.drop();
      }
      throw error;
    }));
  const { apiVersion = "client.authentication.k8s.io/v1" } = JSON.parse(info || "{}");
  process.stdout.write(`${JSON.stringify({ apiVersion, kind: "ExecCredential", status })}\n`);
  if (kept === undefined) {
    keep(cache, status, caller);
  }
}

/**
 * The caller has the credential already, so a cache that cannot be written is a warning and not a failure.
 *
 * @param {CredentialCache | undefined} cache
 * @param {Status} status
 * @param {number | undefined} caller
 */
function keep(cache, status, caller) {
  try {
    cache?.write(status, caller);
  } catch (error) {
    say(
      new Fault(
        `the credential cannot be kept, so each command asks for a new one: ${messageOf(error)}`,
        "make that folder writable for yourself, or name another by XDG_CACHE_HOME",
      ),
    );
  }
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}

/** @param {unknown} error */
function say(error) {
  process.stderr.write(`exec-credential: ${messageOf(error)}\n`);
}

module.exports = { main };

// `doks-env exec-credential` loads it instead.
if (require.main === module) {
  main(process.argv.slice(2), process.env).catch((error) => {
    say(error);
    process.exitCode = 1;
  });
}
