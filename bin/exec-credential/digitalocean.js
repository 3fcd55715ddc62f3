// @ts-check
/** The administrator's credential of a cluster, from the DigitalOcean API. */
const { Fault, Refusal } = require("./fault");
const { ask, contentOf, wordsOf } = require("./request");

/** Short, but long enough for a long rollout; client-go requests a new one when it expires. */
const EXPIRY_SECONDS = 3600;

/**
 * @typedef {object} Access - access to a DigitalOcean account
 * @property {string} origin - the API's origin, without a path
 * @property {string} token
 *
 * @typedef {object} Status - a credential for client-go: a token, or a certificate and its key
 * @property {string} [expirationTimestamp] - RFC 3339
 * @property {string} [token]
 * @property {string} [clientCertificateData] - PEM
 * @property {string} [clientKeyData] - PEM
 *
 * @typedef {object} Cluster
 * @property {string} server - the API server's origin
 * @property {string} certificateAuthority - the API server's certificate authority; PEM
 * @property {Status} status - the administrator's credential
 */

/**
 * @param {Access} access
 * @param {string} clusterId
 * @param {import("./request").Patience} patience
 * @param {number} expirySeconds - lifetime of the credential
 * @returns {Promise<Cluster>}
 * @throws {Refusal} when the cluster is gone, or the token may not access it
 * @throws {Fault} when there is no answer, or an unexpected one
 * @see https://docs.digitalocean.com/reference/api/digitalocean/#tag/Kubernetes/operation/kubernetes_get_credentials
 */
async function askForCluster(
  { origin, token },
  clusterId,
  patience,
  expirySeconds = EXPIRY_SECONDS,
) {
  const url = `${origin}/v2/kubernetes/clusters/${clusterId}/credentials?expiry_seconds=${expirySeconds}`;
  const headers = { authorization: `Bearer ${token}` };
  const answer = await ask({ method: "GET", url, headers }, patience);
  const asked = `${origin} answered ${answer.status} for the credential of cluster ${clusterId}`;
  if (answer.status !== 200) {
    throw refusalOf(answer.status, asked) ?? faultOf(answer, asked);
  }
  const found = contentOf(answer);
  const hasCertificate = found?.client_certificate_data && found.client_key_data;
  if (!found?.token && !hasCertificate) {
    throw new Fault(
      `${asked}, but with neither a token nor a client certificate`,
      "check DIGITALOCEAN_API_URL",
    );
  }
  return {
    server: String(found.server).replace(/\/+$/, ""),
    certificateAuthority: decode(found.certificate_authority_data),
    status: {
      expirationTimestamp: found.expires_at,
      ...(found.token && { token: found.token }),
      ...(hasCertificate && {
        clientCertificateData: decode(found.client_certificate_data),
        clientKeyData: decode(found.client_key_data),
      }),
    },
  };
}

/**
 * @param {number} status
 * @param {string} asked
 */
function refusalOf(status, asked) {
  switch (status) {
    case 401:
      return new Refusal(
        `${asked}: the DigitalOcean token is wrong or revoked`,
        "export DIGITALOCEAN_TOKEN=<valid token of the cluster's account>",
      );
    case 403:
      return new Refusal(
        `${asked}: the DigitalOcean token may not read it`,
        "export DIGITALOCEAN_TOKEN=<token with the scope kubernetes:access_cluster>",
      );
    case 404:
      return new Refusal(
        `${asked}: the cluster is gone, or not ready yet, or in another account`,
        "if the cluster is gone, remove its context (kubectl config delete-context <name>); if it is in another account, export DIGITALOCEAN_TOKEN=<token for that account>",
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
    "try again; https://status.digitalocean.com shows whether DigitalOcean has a problem",
  );
}

/** @param {string | null | undefined} base64 */
function decode(base64) {
  return Buffer.from(base64 ?? "", "base64").toString();
}

module.exports = { askForCluster };
