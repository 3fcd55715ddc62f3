// @ts-check
/**
 * Requests a URL until it answers with the expected status. Exits with 1 and the last observation if it does not
 * within the timeout. Variables: SMOKE_TEST_URL, SMOKE_TEST_STATUS and SMOKE_TEST_TIMEOUT_SECONDS. SMOKE_TEST_ADDRESS
 * is requested with the URL's host name instead of the host. SMOKE_TEST_PROOF (`<header>: <value>`) is required in
 * the answer, which could otherwise come from another environment. SMOKE_TEST_NETWORKS are the allowed networks, for
 * the message when nothing answers.
 */
const dns = require("node:dns");
const http = require("node:http");
const https = require("node:https");
const { throughProxy } = require("./proxy");

const POLL_MS = 500;
/** Timeout of one request: long enough for a cold start, short enough to notice a change. */
const REQUEST_TIMEOUT_MS = 10_000;
/** The length of an excerpt from an unexpected answer. */
const EXCERPT_LENGTH = 200;

/**
 * @param {string | undefined} address - resolved instead of the host
 * @returns {import("node:net").LookupFunction}
 */
function lookUp(address) {
  return (host, options, callback) => dns.lookup(address || host, options, callback);
}

/**
 * @param {string} url
 * @param {number} timeoutMs
 * @returns {Promise<{status?: number, headers?: import("node:http").IncomingHttpHeaders, saw: string}>}
 */
function ask(url, timeoutMs) {
  const client = url.startsWith("https:") ? https : http;
  const { protocol, host, hostname } = new URL(url);
  const address = process.env.SMOKE_TEST_ADDRESS;
  const way = throughProxy(address ? `${protocol}//${address}` : url);
  return new Promise((resolve) => {
    const request = client.get(
      url,
      // The test is whether the environment serves; its certificate may be minutes old and prove nothing.
      {
        timeout: timeoutMs,
        lookup: lookUp(address),
        headers: { "user-agent": "ephemeral-doks-smoke-test", host },
        // A proxy resolves names itself.
        ...(way.agent && address && { hostname: address, servername: hostname }),
        ...way,
        rejectUnauthorized: false,
      },
      (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (chunk) => {
          body = (body + chunk).slice(0, EXCERPT_LENGTH);
        });
        response.on("error", (error) => resolve({ saw: error.message }));
        response.on("end", () =>
          resolve({
            status: response.statusCode,
            headers: response.headers,
            saw: `${response.statusCode} ${body.trim()}`,
          }),
        );
      },
    );
    request.on("timeout", () => request.destroy(new Error("no answer before the timeout")));
    request.on("error", (error) => resolve({ saw: error.message }));
  });
}

async function main() {
  const {
    SMOKE_TEST_URL: url,
    SMOKE_TEST_STATUS: status,
    SMOKE_TEST_TIMEOUT_SECONDS: timeout,
  } = process.env;
  if (!url) {
    throw new Error("the entry Service has no address: its load balancer was not created");
  }
  const [header = "", value] = (process.env.SMOKE_TEST_PROOF ?? "").split(": ");
  const started = Date.now();
  const deadline = started + Number(timeout) * 1000;
  let saw = "nothing";
  do {
    const left = Math.max(deadline - Date.now(), 1);
    const answer = await ask(url, Math.min(left, REQUEST_TIMEOUT_MS));
    const isProven = header === "" || answer.headers?.[header] === value;
    if (answer.status === Number(status) && isProven) {
      process.stdout.write(`${url} answered ${status}\n`);
      return;
    }
    saw = `${answer.saw}${isProven || answer.headers === undefined ? "" : ", without the header that this environment's route adds: another environment may have answered"}`;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  } while (Date.now() < deadline);
  const networks = process.env.SMOKE_TEST_NETWORKS;
  const hint = networks
    ? `; it admits only clients from ${networks} (setting access): run this command from there, or set smokeTest.enabled to false`
    : "";
  throw new Error(
    `${url} did not answer ${status} within ${timeout} s; last answer: ${saw}${hint}`,
  );
}

main().catch((error) => {
  process.stderr.write(`smoke test: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
});
