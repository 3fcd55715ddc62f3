// @ts-check
/**
 * Requests a URL until it answers with the expected status. Exits with 1 and the last observation if it does not
 * within the timeout. Variables: SMOKE_TEST_URL, SMOKE_TEST_STATUS and SMOKE_TEST_TIMEOUT_SECONDS. SMOKE_TEST_ADDRESS
 * is requested with the URL's host name instead of the host. SMOKE_TEST_PROOF (`<header>: <value>`) is required in
 * the answer, which could otherwise come from another environment. SMOKE_TEST_NETWORKS are the allowed networks, for
 * the message when nothing answers.
 *
 * SMOKE_TEST_HOSTS is a JSON list of further names, {name, url, address, service}. Path and status are settings of the
 * entry. A further name passes with any status below 500: load balancers answer with 500 or more if they reach no pod.
 *
 * An answer counts only if it came when no earlier pod served any more: SMOKE_TEST_SERVICE is the Service behind the URL, and
 * SMOKE_TEST_PLACE the namespace in its cluster, in JSON.
 */
const dns = require("node:dns");
const http = require("node:http");
const https = require("node:https");
const { throughProxy } = require("./proxy");
const { servingFault } = require("./serving-pods");

const POLL_MS = 500;
/** Timeout of one request: long enough for a cold start, short enough to notice a change. */
const REQUEST_TIMEOUT_MS = 10_000;
const NO_ANSWER = "no answer before the timeout";
const NOTHING = "nothing";
/** The length of an excerpt from an unexpected answer. */
const EXCERPT_LENGTH = 200;

/**
 * @typedef {object} Target
 * @property {string} label - its name in errors
 * @property {string} url
 * @property {string} [address] - requested instead of the URL's host
 * @property {string} service - the Service that answers
 * @property {string} expected - the words after "did not answer"
 * @property {(status: number) => boolean} isExpected
 */

/**
 * @param {string | undefined} address - resolved instead of the host
 * @returns {import("node:net").LookupFunction}
 */
function lookUp(address) {
  return (host, options, callback) => dns.lookup(address || host, options, callback);
}

/**
 * @param {Target} target
 * @param {number} timeoutMs
 * @returns {Promise<{status?: number, headers?: import("node:http").IncomingHttpHeaders, saw: string}>}
 */
function ask({ url, address }, timeoutMs) {
  const client = url.startsWith("https:") ? https : http;
  const { protocol, host, hostname } = new URL(url);
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
    request.on("timeout", () => request.destroy(new Error(NO_ANSWER)));
    request.on("error", (error) => resolve({ saw: error.message }));
  });
}

/**
 * @param {string} service
 * @param {number} timeoutMs
 * @returns {Promise<string | undefined>} why its answer may be an earlier pod's
 */
async function unprovenBy(service, timeoutMs) {
  try {
    const place = JSON.parse(process.env.SMOKE_TEST_PLACE ?? "");
    return await servingFault(place, service, process.env, AbortSignal.timeout(timeoutMs));
  } catch (error) {
    return `the pods that serve are unknown: ${error instanceof Error ? error.message : error}`;
  }
}

/**
 * @param {Target} target
 * @param {number} timeoutSeconds
 * @returns {Promise<string | undefined>} what is wrong; nothing when it answers
 */
async function faultOf(target, timeoutSeconds) {
  if (target.url === "" || target.address === "") {
    return `${target.label} has no address: its load balancer was not created`;
  }
  const [header = "", value] = (process.env.SMOKE_TEST_PROOF ?? "").split(": ");
  const timeoutMs = timeoutSeconds * 1000;
  let saw = NOTHING;
  let unproven = await unprovenBy(target.service, timeoutMs);
  // The timeout is for the environment: this machine may take as long to read the pods.
  const deadline = Date.now() + timeoutMs;
  const timeLeft = () => Math.max(deadline - Date.now(), 1);
  do {
    const requestMs = Math.min(timeLeft(), REQUEST_TIMEOUT_MS);
    const answer = await ask(target, requestMs);
    const isProven = header === "" || answer.headers?.[header] === value;
    const isAnswered = answer.status !== undefined && target.isExpected(answer.status) && isProven;
    if (isAnswered && unproven === undefined) {
      process.stdout.write(`${target.url} answered ${answer.status}\n`);
      return undefined;
    }
    // The last request may have too little time for any answer, and then an earlier one shows more.
    if (answer.saw === NO_ANSWER && requestMs < REQUEST_TIMEOUT_MS && saw !== NOTHING) {
      continue;
    }
    saw = `${answer.saw}${isProven || answer.headers === undefined ? "" : ", without the header that this environment's route adds: another environment may have answered"}${isAnswered ? `, but ${unproven}` : ""}`;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    // Before the next request. Earlier pods that have gone do not come back.
    unproven &&= await unprovenBy(target.service, timeLeft());
  } while (Date.now() < deadline);
  return `${target.label} did not answer${target.expected} within ${timeoutSeconds} s; last answer: ${saw}`;
}

/** @returns {Target[]} */
function targets() {
  const {
    SMOKE_TEST_URL: url = "",
    SMOKE_TEST_ADDRESS: address,
    SMOKE_TEST_SERVICE: service = "",
  } = process.env;
  const status = Number(process.env.SMOKE_TEST_STATUS);
  /** @type {{name: string, url: string, address?: string, service: string}[]} */
  const hosts = JSON.parse(process.env.SMOKE_TEST_HOSTS || "[]");
  return [
    {
      label: url || "the entry Service",
      url,
      address,
      service,
      expected: ` ${status}`,
      isExpected: (/** @type {number} */ got) => got === status,
    },
    ...hosts.map((host) => ({
      label: `${host.url} (setting hosts.${host.name})`,
      url: host.url,
      address: host.address,
      service: host.service,
      expected: "",
      isExpected: (/** @type {number} */ got) => got < 500,
    })),
  ];
}

async function main() {
  const { SMOKE_TEST_TIMEOUT_SECONDS: timeout, SMOKE_TEST_NETWORKS: networks } = process.env;
  const answers = await Promise.all(targets().map((target) => faultOf(target, Number(timeout))));
  const faults = answers.filter((fault) => fault !== undefined);
  if (faults.length > 0) {
    const hint = networks
      ? `; it admits only clients from ${networks} (setting access): run this command from there, or set smokeTest.enabled to false`
      : "";
    throw new Error(`${faults.join("; ")}${hint}`);
  }
}

main().catch((error) => {
  process.stderr.write(`smoke test: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
});
