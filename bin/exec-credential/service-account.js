// @ts-check
/** A token for a ServiceAccount, from the cluster's API server. */
const { Fault, Refusal } = require("./fault");
const { ask, contentOf, wordsOf } = require("./request");

/** Like the administrator's credential. The API server's minimum is 10 minutes. */
const EXPIRY_SECONDS = 3600;

/**
 * @typedef {object} ServiceAccount
 * @property {string} namespace
 * @property {string} name
 */

/**
 * Requests the token with the administrator's credential.
 *
 * @param {import("./digitalocean").Cluster} cluster
 * @param {ServiceAccount} account
 * @param {import("./request").Patience} patience
 * @returns {Promise<import("./digitalocean").Status>}
 * @throws {Refusal} when the ServiceAccount does not exist, or the administrator may not get its token
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
      `the API server's address ${server} is not https: no request for ${wanted} was sent`,
      "check DIGITALOCEAN_API_URL: DigitalOcean's own API only returns https addresses",
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
    throw new Fault(`${asked}, but without a token`, "check DIGITALOCEAN_API_URL");
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
        "export DIGITALOCEAN_TOKEN=<token of a cluster administrator>",
      );
    case 404:
      return new Refusal(
        `${asked}: the ServiceAccount does not exist`,
        "pulumi up --stack <stack>   # updates the environment, which creates the ServiceAccount",
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
    "try again; kubectl get --raw /readyz, as administrator, shows whether the API server is healthy",
  );
}

module.exports = { askForToken };
