// @ts-check
/** A token of a ServiceAccount, from the cluster's API server. */
const { Fault, Refusal } = require("./fault");
const { ask, contentOf, wordsOf } = require("./request");

/** As long as the administrator's own. The API server allows 10 minutes and more. */
const EXPIRY_SECONDS = 3600;

/**
 * @typedef {object} ServiceAccount
 * @property {string} namespace
 * @property {string} name
 */

/**
 * Asks for the token in the administrator's name.
 *
 * @param {import("./digitalocean").Cluster} cluster
 * @param {ServiceAccount} account
 * @param {import("./request").Patience} patience
 * @returns {Promise<import("./digitalocean").Status>}
 * @throws {Refusal} when there is no such ServiceAccount, or the administrator may not have its token
 * @throws {Fault} when there is no answer, or an unexpected one
 * @see https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/
 */
async function askForToken(
  { server, certificateAuthority, status },
  { namespace, name },
  patience,
) {
  const wanted = `a token of ServiceAccount ${namespace}/${name}`;
  if (!server.startsWith("https://")) {
    throw new Fault(
      `the API server is said to be at ${server}, which is not https: it is not asked for ${wanted}`,
      "check DIGITALOCEAN_API_URL: DigitalOcean's own API names https only",
    );
  }
  /** @type {import("./request").Question} */
  const question = {
    method: "POST",
    url: `${server}/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
    headers: status.token ? { authorization: `Bearer ${status.token}` } : {},
    tls: {
      ca: certificateAuthority,
      cert: status.clientCertificateData,
      key: status.clientKeyData,
    },
    body: {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec: { expirationSeconds: EXPIRY_SECONDS },
    },
  };
  const answer = await ask(question, patience);
  const asked = `${server} answered ${answer.status} to the request for ${wanted}`;
  if (answer.status >= 300) {
    throw refusalOf(answer, asked) ?? faultOf(answer, asked);
  }
  const issued = contentOf(answer)?.status;
  if (!issued?.token) {
    throw new Fault(`${asked}, but without one`, "check DIGITALOCEAN_API_URL");
  }
  return { expirationTimestamp: issued.expirationTimestamp, token: issued.token };
}

/**
 * @param {import("./request").Answer} answer
 * @param {string} asked
 */
function refusalOf(answer, asked) {
  switch (answer.status) {
    case 401:
    case 403:
      return new Refusal(
        `${asked}: ${wordsOf(answer)}`,
        "export DIGITALOCEAN_TOKEN=<token of somebody who administers the cluster>",
      );
    case 404:
      return new Refusal(
        `${asked}: there is no such ServiceAccount`,
        "pulumi up --stack <stack>   # the environment's; it makes the ServiceAccount",
      );
    default:
      return undefined;
  }
}

/**
 * @param {import("./request").Answer} answer
 * @param {string} asked
 */
function faultOf(answer, asked) {
  return new Fault(
    `${asked}: ${wordsOf(answer)}`,
    "try again; kubectl get --raw /readyz, as administrator, shows whether the API server is well",
  );
}

module.exports = { askForToken };
