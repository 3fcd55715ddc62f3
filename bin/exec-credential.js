// @ts-check
/**
 * client-go exec plugin: prints a fresh credential for a DOKS cluster, so that no kubeconfig has to hold one.
 * Usage: node exec-credential.js <cluster id>, with DIGITALOCEAN_TOKEN (or DIGITALOCEAN_ACCESS_TOKEN) set and,
 * for another API than DigitalOcean's, DIGITALOCEAN_API_URL.
 *
 * Plain JavaScript without packages, because it starts at every kubectl command.
 *
 * @see https://kubernetes.io/docs/reference/config-api/client-authentication.v1/
 */
const http = require("node:http");
const https = require("node:https");

/** As short as a long rollout allows; client-go asks again when it is over. */
const EXPIRY_SECONDS = 3600;
const ATTEMPTS = 4;
const REQUEST_TIMEOUT_MS = 15_000;
/** Longest wait that a `retry-after` may ask for. */
const LONGEST_WAIT_SECONDS = 30;

/**
 * @param {string} url
 * @param {string} token
 * @returns {Promise<{status: number, retryAfter: number, body: string}>}
 */
function get(url, token) {
  const client = url.startsWith("https:") ? https : http;
  return new Promise((resolve, reject) => {
    const request = client.get(
      url,
      {
        headers: { authorization: `Bearer ${token}`, accept: "application/json" },
        timeout: REQUEST_TIMEOUT_MS,
      },
      (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (chunk) => {
          body += chunk;
        });
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            retryAfter: Number(response.headers["retry-after"] ?? 1),
            body,
          }),
        );
      },
    );
    request.on("timeout", () =>
      request.destroy(new Error(`no answer within ${REQUEST_TIMEOUT_MS / 1000} s`)),
    );
    request.on("error", reject);
  });
}

/**
 * Asks again after a rate limit, a server's fault or a broken connection: reading changes nothing.
 *
 * @param {string} url
 * @param {string} token
 * @param {number} attempts
 * @returns {Promise<{status: number, body: string}>}
 */
async function getWithRetry(url, token, attempts) {
  let waitSeconds = 1;
  try {
    const response = await get(url, token);
    const passing = response.status === 429 || response.status >= 500;
    if (!passing || attempts <= 1) {
      return response;
    }
    waitSeconds = Math.min(response.retryAfter || 1, LONGEST_WAIT_SECONDS);
  } catch (error) {
    if (attempts <= 1) {
      throw error;
    }
  }
  await new Promise((resolve) => setTimeout(resolve, waitSeconds * 1000));
  return getWithRetry(url, token, attempts - 1);
}

/** The version that the caller speaks; it says so itself. */
function apiVersion() {
  const asked = JSON.parse(process.env.KUBERNETES_EXEC_INFO ?? "{}").apiVersion;
  return asked ?? "client.authentication.k8s.io/v1";
}

/** @param {string | undefined} clusterId */
async function main(clusterId) {
  if (clusterId === undefined || !/^[\w-]+$/.test(clusterId)) {
    throw new Error("usage: exec-credential.js <cluster id>");
  }
  const token = process.env.DIGITALOCEAN_TOKEN || process.env.DIGITALOCEAN_ACCESS_TOKEN;
  if (!token) {
    throw new Error(
      "no DigitalOcean token to get the cluster's credential with\n  fix: export DIGITALOCEAN_TOKEN=<token>",
    );
  }
  const api = (process.env.DIGITALOCEAN_API_URL || "https://api.digitalocean.com").replace(
    /\/+$/,
    "",
  );
  const path = `/v2/kubernetes/clusters/${clusterId}/credentials?expiry_seconds=${EXPIRY_SECONDS}`;
  const { status, body } = await getWithRetry(api + path, token, ATTEMPTS);
  if (status !== 200) {
    throw new Error(
      `${api} answered ${status} for the credential of cluster ${clusterId}: ${body.slice(0, 300)}`,
    );
  }
  const credentials = JSON.parse(body);
  /** @type {Record<string, string>} */
  const credential = { expirationTimestamp: credentials.expires_at };
  if (credentials.token) {
    credential.token = credentials.token;
  }
  if (credentials.client_certificate_data && credentials.client_key_data) {
    credential.clientCertificateData = Buffer.from(
      credentials.client_certificate_data,
      "base64",
    ).toString();
    credential.clientKeyData = Buffer.from(credentials.client_key_data, "base64").toString();
  }
  process.stdout.write(
    `${JSON.stringify({ apiVersion: apiVersion(), kind: "ExecCredential", status: credential })}\n`,
  );
}

main(process.argv[2]).catch((error) => {
  process.stderr.write(`exec-credential: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
});
