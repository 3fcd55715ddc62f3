// @ts-check
/** HTTP requests that may be repeated, because they change nothing of importance. */
const http = require("node:http");
const https = require("node:https");
const { setTimeout: wait } = require("node:timers/promises");
const { throughProxy } = require("../proxy");
const { Fault } = require("./fault");

const ATTEMPTS = 4;
const REQUEST_TIMEOUT_MS = 15_000;
/** The longest `retry-after` that is obeyed after a server error. */
const LONGEST_WAIT_SECONDS = 30;
/** The maximum total wait for the reset of a request limit. */
const LIMIT_PATIENCE_MINUTES = 10;
/** Random delay, so that clients refused at the same time do not retry at the same time. */
const SPREAD_SECONDS = 2;
/** The length of an excerpt from an unexpected answer. */
const EXCERPT_LENGTH = 300;

/**
 * @typedef {object} Question
 * @property {"GET" | "POST"} method
 * @property {string} url
 * @property {Record<string, string>} headers
 * @property {object} [body] - sent as JSON
 * @property {{ca: string, cert?: string, key?: string}} [tls] - certificate authority, and client certificate; PEM
 *
 * @typedef {object} Answer
 * @property {number} status
 * @property {string} text
 *
 * @typedef {object} Patience
 * @property {(line: string) => void} say - prints the reason for a wait
 * @property {AbortSignal} [signal] - aborts the wait
 */

/**
 * Sends a request, and repeats it after a server error, a broken connection, or the reset of a limit that refused it.
 *
 * @param {Question} question
 * @param {Patience} patience
 * @returns {Promise<Answer>}
 * @throws {Fault} when there is no answer
 */
async function ask(question, patience) {
  try {
    return await askPatiently(question, patience);
  } catch (error) {
    patience.signal?.throwIfAborted();
    // After trying all addresses of a name, Node's error has a code but no message.
    const { message, code } = /** @type {NodeJS.ErrnoException} */ (error);
    throw new Fault(
      `${question.url} cannot be reached: ${message || code}`,
      "check the network, and the variables HTTPS_PROXY and DIGITALOCEAN_API_URL if they are set",
    );
  }
}

/**
 * @param {Question} question
 * @param {Patience} patience
 * @returns {Promise<Answer>}
 */
async function askPatiently(question, { say, signal }) {
  const givesUpAt = Date.now() + LIMIT_PATIENCE_MINUTES * 60_000;
  for (let attempts = ATTEMPTS; ; ) {
    let waitSeconds = 1;
    try {
      const { retryAfter, ...answer } = await askOnce(question);
      if (answer.status === 429 && retryAfter !== undefined) {
        waitSeconds = retryAfter + Math.random() * Math.min(retryAfter, SPREAD_SECONDS);
        if (Date.now() + waitSeconds * 1000 > givesUpAt) {
          return answer;
        }
        say(
          `waiting ${Math.ceil(waitSeconds)} s: the request limit is used up; gives up after ${LIMIT_PATIENCE_MINUTES} minutes`,
        );
      } else if ((answer.status !== 429 && answer.status < 500) || --attempts === 0) {
        return answer;
      } else {
        waitSeconds = Math.min(retryAfter || 1, LONGEST_WAIT_SECONDS);
      }
    } catch (error) {
      if (--attempts === 0) {
        throw error;
      }
    }
    await wait(waitSeconds * 1000, undefined, { signal });
  }
}

/**
 * @param {Question} question
 * @returns {Promise<Answer & {retryAfter?: number}>} with the requested wait in seconds
 */
function askOnce({ method, url, headers, body, tls }) {
  const client = url.startsWith("https:") ? https : http;
  return new Promise((resolve, reject) => {
    const request = client.request(
      url,
      {
        method,
        headers: {
          accept: "application/json",
          ...(body && { "content-type": "application/json" }),
          ...headers,
        },
        timeout: REQUEST_TIMEOUT_MS,
        ...throughProxy(url),
        ...tls,
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk) => {
          text += chunk;
        });
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            retryAfter: secondsToWait(response.headers),
            text,
          }),
        );
      },
    );
    request.on("timeout", () =>
      request.destroy(new Error(`no answer within ${REQUEST_TIMEOUT_MS / 1000} s`)),
    );
    request.on("error", reject);
    request.end(body && JSON.stringify(body));
  });
}

/**
 * The seconds in `retry-after`, or else, when the hourly limit is used up, until DigitalOcean's `ratelimit-reset`.
 *
 * @param {http.IncomingHttpHeaders} headers
 */
function secondsToWait(headers) {
  if (headers["retry-after"] !== undefined) {
    return Number(headers["retry-after"]) || 1;
  }
  return headers["ratelimit-remaining"] === "0"
    ? Math.max(1, Number(headers["ratelimit-reset"]) - Date.now() / 1000)
    : undefined;
}

/**
 * The parsed answer, or undefined when it is not JSON. Errors do not quote it, because it may contain a secret.
 *
 * @param {Answer} answer
 */
function contentOf({ text }) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * An excerpt of an answer without a result.
 *
 * @param {Answer} answer
 */
function wordsOf({ text }) {
  return text.trim().slice(0, EXCERPT_LENGTH);
}

module.exports = { ask, contentOf, wordsOf };
