// @ts-check
/**
 * client-go exec plugin: prints a credential for a DOKS cluster, so that kubeconfigs need not contain one.
 *
 * Usage: node exec-credential.js <cluster id> [--namespace <namespace> --service-account <name>]
 * with DIGITALOCEAN_TOKEN (or DIGITALOCEAN_ACCESS_TOKEN) set and, for another API than DigitalOcean's,
 * DIGITALOCEAN_API_URL. The credential is the ServiceAccount's, or without one the administrator's. It is cached in
 * ${XDG_CACHE_HOME:-~/.cache}/ephemeral-doks/credentials/ until 5 minutes before its expiry.
 *
 * Plain JavaScript without packages, and HTTP is only loaded when needed, because every kubectl command starts it.
 *
 * @see https://kubernetes.io/docs/reference/config-api/client-authentication.v1/
 */
const { parseArgs } = require("node:util");
const { obtain } = require("./exec-credential/credential");
const { Fault } = require("./exec-credential/fault");

const USAGE =
  "node exec-credential.js <cluster id> [--namespace <namespace> --service-account <name>]";
/** A DNS-1123 subdomain, as in the names of namespaces and ServiceAccounts. */
const NAME = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;

/** @typedef {import("./exec-credential/credential").Wanted} Wanted */

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
 * Prints the credential. Fails with a message that contains the fix.
 *
 * @param {readonly string[]} argv
 * @param {NodeJS.ProcessEnv} env
 */
async function main(argv, env) {
  const wanted = wantedBy(argv);
  // Set by client-go only, not by other callers.
  const info = env.KUBERNETES_EXEC_INFO;
  const { status, keep } = await obtain(wanted, env, { say }, info ? process.ppid : undefined);
  const { apiVersion = "client.authentication.k8s.io/v1" } = JSON.parse(info || "{}");
  process.stdout.write(`${JSON.stringify({ apiVersion, kind: "ExecCredential", status })}\n`);
  const fault = keep();
  if (fault !== undefined) {
    say(fault);
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
